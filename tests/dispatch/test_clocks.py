"""A process whose clock is five minutes off: the database's clock decides what is due and over.

`time_machine` moves the clock of this process and not the database's.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from alerts.dispatch import waves
from alerts.dispatch.answers import open_delivery
from alerts.dispatch.messages import queue_message
from alerts.dispatch.releasing import release
from alerts.dispatch.second_person import APPROVAL_LIFE
from alerts.dispatch.unknown import end_leases
from alerts.management.commands.sweep import sweep_rooms
from alerts.models import Alert, AlertStatus, Delivery, Lease, Message, OutboundStatus
from alerts.models.clock import database_now
from tests.dispatch.released import at_full_speed

pytestmark = pytest.mark.django_db(transaction=True)

OFF = timedelta(minutes=5)
A_MOMENT = timedelta(seconds=20)


@pytest.fixture(params=[OFF, -OFF], ids=["fast", "slow"])
def wrong_clock(request: Any) -> Iterator[timedelta]:
    """Let this process believe that it is five minutes later, or earlier."""
    with time_machine.travel(timezone.now() + request.param):
        yield request.param


@pytest.fixture
def alert(make_alert: Any, make_responder: Any) -> Alert:
    make_responder()
    at_full_speed()
    return make_alert()


def test_it_reads_the_databases_clock(wrong_clock: timedelta) -> None:
    off = timezone.now() - database_now()

    assert abs(off - wrong_clock) < A_MOMENT


def test_it_sends_at_once_what_a_wrong_clock_released(
    wrong_clock: timedelta, alert: Alert, volunteer: Any, outbox: Any, run_pump: Any
) -> None:
    release(alert, by=volunteer)
    run_pump()

    (text,) = outbox
    life = alert.rule.life.total_seconds()
    assert life - A_MOMENT.total_seconds() < text.seconds_valid <= life


def test_it_sends_at_once_what_a_wrong_clock_wrote(
    wrong_clock: timedelta, outbox: Any, run_pump: Any, transactional_db: None
) -> None:
    at_full_speed()
    queue_message(
        purpose=Message.Purpose.OUTCOME, number="+12135550123", language="en", body="Over."
    )
    run_pump()

    assert len(outbox) == 1


def test_it_ends_nothing_early_or_late_because_the_sweeps_clock_is_wrong(
    alert: Alert, volunteer: Any
) -> None:
    release(alert, by=volunteer)
    ends_at = database_now() + timedelta(minutes=2)
    Alert.objects.update(expires_at=ends_at)

    with time_machine.travel(timezone.now() + OFF):
        sweep_rooms()
    assert Alert.objects.get().status == AlertStatus.RELEASED

    Alert.objects.update(expires_at=database_now() - timedelta(minutes=2))
    with time_machine.travel(timezone.now() - OFF):
        sweep_rooms()
    assert Alert.objects.get().status == AlertStatus.EXPIRED


def test_it_ends_no_lease_early_because_a_clock_is_wrong(
    wrong_clock: timedelta, alert: Alert, volunteer: Any
) -> None:
    release(alert, by=volunteer)
    now = database_now()
    Delivery.objects.update(
        status=OutboundStatus.SUBMITTING,
        attempt=1,
        attempted_at=now,
        lease_ends_at=now + timedelta(seconds=25),
    )
    assert end_leases() == 0

    Delivery.objects.update(lease_ends_at=now - timedelta(seconds=1))
    assert end_leases() == 1


def test_it_asks_the_next_wave_when_it_is_due_and_not_before(
    wrong_clock: timedelta, alert: Alert, volunteer: Any, make_responder: Any, network: Any
) -> None:
    for _ in range(network.wave_size):
        make_responder()
    release(alert, by=volunteer)
    wave = alert.waves.get()

    assert waves.look_at(wave.pk) == 0
    alert.waves.update(due_at=database_now() - timedelta(seconds=1))
    assert waves.look_at(wave.pk) == 1


def test_it_takes_answers_as_long_as_the_alert_lives(
    wrong_clock: timedelta, alert: Alert, volunteer: Any
) -> None:
    release(alert, by=volunteer)
    Delivery.objects.update(status=OutboundStatus.DELIVERED)
    responder = Delivery.objects.get().responder
    Alert.objects.update(expires_at=database_now() + timedelta(minutes=2))
    assert open_delivery(responder) is not None

    Alert.objects.update(expires_at=database_now() - timedelta(minutes=2))
    assert open_delivery(responder) is None


def test_it_lets_a_second_sweep_take_over_in_seconds(wrong_clock: timedelta) -> None:
    assert Lease.take("sweep", holder="wrong", seconds=6)
    with time_machine.travel(timezone.now() - wrong_clock):
        assert not Lease.take("sweep", holder="right", seconds=6)
        Lease.objects.update(ends_at=database_now() - timedelta(seconds=1))
        assert Lease.take("sweep", holder="right", seconds=6)
    assert Lease.objects.get().ends_at - database_now() < timedelta(seconds=7)


def test_it_keeps_an_approval_open_as_long_as_it_says(alert: Alert) -> None:
    asked_at = database_now() - APPROVAL_LIFE * 0.7
    Alert.objects.update(status=AlertStatus.AWAITING_APPROVAL, asked_at=asked_at)

    with time_machine.travel(timezone.now() + OFF):
        sweep_rooms()

    assert Alert.objects.get().status == AlertStatus.AWAITING_APPROVAL

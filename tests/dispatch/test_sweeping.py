"""What a lost bell, a dead worker or a dead broker left behind is found within seconds."""

import threading
import time
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from alerts.dispatch import sweeping
from alerts.dispatch.roster import PREFIX
from alerts.dispatch.watch import beat
from alerts.management.commands import sweep as command
from alerts.models import Delivery, Heartbeat, Lease, Network, OutboundStatus
from rapidresponse.celery import doorbell
from tests.dispatch.released import at_full_speed, release

pytestmark = pytest.mark.django_db(transaction=True)

S = OutboundStatus


@pytest.fixture(autouse=True)
def full_speed(transactional_db: None) -> None:
    at_full_speed()


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks whose bell was pressed; nobody hears them."""
    names: list[str] = []
    monkeypatch.setattr(doorbell, "press", lambda task, *_ids: names.append(task.name))
    monkeypatch.setattr(sweeping, "_bells", sweeping.Bells())
    return names


PUMP = "alerts.dispatch.tasks.pump"


def overdue(seconds: float) -> None:
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=seconds))


def test_it_rings_the_pump_while_a_text_is_due(
    make_verified_incident: Any, make_responder: Any, rung: list[str]
) -> None:
    sweeping.sweep(timezone.now())
    assert PUMP not in rung

    release(make_verified_incident(), [make_responder()])
    sweeping.sweep(timezone.now())
    assert rung.count(PUMP) == 1


def test_it_rings_ever_more_seldom_when_nobody_comes(
    make_verified_incident: Any, make_responder: Any, rung: list[str]
) -> None:
    release(make_verified_incident(), [make_responder()])
    now = timezone.now()

    for second in range(0, 240, 2):
        sweeping.sweep(now + timedelta(seconds=second))

    assert 5 <= rung.count(PUMP) <= 12


@pytest.mark.parametrize(("load", "rings"), [(None, 0), (0.3, 0), (0.9, 1)])
def test_it_rings_beside_a_living_pump_only_if_that_does_not_keep_up(
    make_verified_incident: Any,
    make_responder: Any,
    rung: list[str],
    load: float | None,
    rings: int,
) -> None:
    release(make_verified_incident(), [make_responder()])
    beat(f"{PREFIX}elsewhere 1 1", since=0.0, load=load, is_settled=True)

    sweeping.sweep(timezone.now())

    assert rung.count(PUMP) == rings


def test_it_does_not_ring_while_the_kill_switch_is_on(
    make_verified_incident: Any, make_responder: Any, rung: list[str]
) -> None:
    release(make_verified_incident(), [make_responder()])
    Network.objects.current().stop_sending(by=None)

    sweeping.sweep(timezone.now())

    assert PUMP not in rung


def test_it_asks_every_queue_for_a_sign_of_life(rung: list[str]) -> None:
    now = timezone.now()
    for second in range(0, 10, 2):
        sweeping.sweep(now + timedelta(seconds=second))

    for part in ("pump", "inbound", "housekeeping"):
        assert rung.count(f"alerts.dispatch.tasks.beat_{part}") == 2
    assert Heartbeat.objects.filter(name="sweep").exists()


def test_it_pumps_by_itself_when_no_worker_does(
    make_verified_incident: Any, make_responder: Any, outbox: Any
) -> None:
    release(make_verified_incident(), [make_responder()])
    overdue(1)
    assert not sweeping.help_out()

    overdue(6)
    assert sweeping.help_out()
    assert len(outbox) == 1


def test_it_leaves_overdue_texts_to_a_pump_that_lives(
    make_verified_incident: Any, make_responder: Any, outbox: Any
) -> None:
    release(make_verified_incident(), [make_responder()])
    overdue(60)
    beat(f"{PREFIX}elsewhere 1 1", since=0.0, load=0.1, is_settled=True)

    assert not sweeping.help_out()
    assert not list(outbox)


def test_it_brings_texts_out_with_no_worker_and_no_broker(
    make_verified_incident: Any, make_responder: Any, outbox: Any
) -> None:
    release(make_verified_incident(), [make_responder() for _ in range(3)])
    is_over = threading.Event()
    sweeper = threading.Thread(
        target=command.sweep_until, args=(is_over,), kwargs={"with_pump": True}
    )
    sweeper.start()
    try:
        wait_until(lambda: len(outbox) == 3)
    finally:
        is_over.set()
        sweeper.join(30)

    assert not sweeper.is_alive()
    assert set(Delivery.objects.values_list("status", flat=True)) == {S.ACCEPTED}


def test_it_goes_on_when_one_room_fails(
    make_verified_incident: Any,
    make_responder: Any,
    rung: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = "+12135550123 lives at 4th and Shatto"

    class Broken:
        @staticmethod
        def sweep(now: Any) -> int:
            raise ValueError(secret)

    release(make_verified_incident(), [make_responder()])
    monkeypatch.setattr(command, "ROOMS", (Broken, *command.ROOMS))

    command.sweep_rooms()

    assert PUMP in rung
    assert "Broken failed: ValueError" in caplog.text
    assert "Shatto" not in caplog.text


def test_it_sweeps_once_when_two_are_started(rung: list[str]) -> None:
    Lease.take("sweep", holder="the other one", seconds=60)
    is_over = threading.Event()
    task = command.Round("sweep", 0.05, lambda: rung.append("swept"), lease_seconds=6)
    thread = threading.Thread(target=command.go_round, args=(task, is_over))
    thread.start()
    time.sleep(0.3)
    assert "swept" not in rung

    Lease.objects.update(ends_at=timezone.now())
    wait_until(lambda: "swept" in rung)
    is_over.set()
    thread.join()


def test_it_turns_the_kill_switch_and_says_how_it_stands() -> None:
    assert say("status") == "Texts are sent."
    assert say("on", why="wrong alert").endswith("UTC: wrong alert")
    assert Network.objects.get().is_stopped
    assert say("on").startswith("Nothing is sent since")
    assert say("off") == "Texts are sent."


def say(to: str, **options: Any) -> str:
    out = StringIO()
    call_command("kill_switch", to, stdout=out, **options)
    return out.getvalue().strip()


def wait_until(is_true: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)

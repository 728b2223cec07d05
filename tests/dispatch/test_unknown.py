"""Texts nobody knows the fate of: the list decides, then the kind."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alerts.carriers import Outcome, memory
from alerts.dispatch.messages import queue_message
from alerts.dispatch.unknown import end_leases, settle_unknown
from alerts.models import Alert, AlertStatus, Delivery, Message, OutboundStatus, SkipReason
from alerts.models.kinds import Kind
from tests.dispatch.released import at_full_speed, release

pytestmark = pytest.mark.django_db(transaction=True)

S = OutboundStatus


@pytest.fixture(autouse=True)
def full_speed(transactional_db: None) -> None:
    at_full_speed()


@pytest.fixture
def lose(make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any) -> Any:
    """Hand over a text whose answer gets lost, `taken` by the carrier or not, some time ago."""

    def lost(*, taken: bool, seconds_ago: float = 40, kind: str = Kind.ALERT) -> Delivery:
        release(make_verified_incident(), [make_responder()], kind=kind)
        memory.script(Outcome("unknown"), taken=taken)
        run_pump()
        return age(seconds_ago)

    return lost


def age(seconds: float) -> Delivery:
    """Let `seconds` pass for every unknown text."""
    at = timezone.now() - timedelta(seconds=seconds)
    Delivery.objects.filter(status=S.UNKNOWN).update(
        attempted_at=at, lease_ends_at=at + timedelta(seconds=30)
    )
    return Delivery.objects.order_by("pk").last()


def test_it_recognises_a_text_that_the_carrier_lists(lose: Any, outbox: Any, run_pump: Any) -> None:
    delivery = lose(taken=True)

    assert settle_unknown() == 1
    run_pump()

    delivery.refresh_from_db()
    assert delivery.status == S.ACCEPTED
    assert delivery.sid.startswith("SM")
    assert not delivery.is_possible_double
    assert len(outbox) == 1


def test_it_sends_an_alert_again_that_the_list_does_not_know(
    lose: Any, outbox: Any, run_pump: Any
) -> None:
    delivery = lose(taken=False)

    settle_unknown()
    settle_unknown()
    run_pump()

    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempt) == (S.ACCEPTED, 2)
    assert delivery.is_possible_double
    assert len(outbox) == 1


def test_it_gives_up_a_text_of_a_kind_that_is_worse_twice(lose: Any, outbox: Any) -> None:
    delivery = lose(taken=False, kind=Kind.UPDATE)

    settle_unknown()

    delivery.refresh_from_db()
    assert delivery.status == S.GIVEN_UP
    assert not list(outbox)


def test_it_waits_until_the_list_has_had_its_time(lose: Any) -> None:
    delivery = lose(taken=False, seconds_ago=20)

    assert settle_unknown() == 0

    delivery.refresh_from_db()
    assert delivery.status == S.UNKNOWN


def test_it_concludes_nothing_from_a_list_that_does_not_answer(lose: Any, run_pump: Any) -> None:
    delivery = lose(taken=True)
    memory.cut_list()

    assert settle_unknown() == 1
    assert settle_unknown() == 0
    delivery.refresh_from_db()
    assert delivery.status == S.UNKNOWN

    age(91)
    settle_unknown()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.is_possible_double) == (S.QUEUED, True)


def test_it_does_not_take_the_same_words_of_yesterday_for_this_text(lose: Any, outbox: Any) -> None:
    delivery = lose(taken=True)
    Delivery.objects.update(attempted_at=timezone.now() + timedelta(seconds=90))

    settle_unknown()

    delivery.refresh_from_db()
    assert delivery.status == S.QUEUED


def test_it_lets_two_equal_texts_share_no_entry_of_the_list(outbox: Any, run_pump: Any) -> None:
    for _ in range(2):
        queue_message(
            purpose=Message.Purpose.OUTCOME, number="+12135550123", language="en", body="Over."
        )
    memory.script(Outcome("unknown"), taken=True)
    memory.script(Outcome("unknown"), taken=False)
    run_pump()
    at = timezone.now() - timedelta(seconds=40)
    Message.objects.update(attempted_at=at, lease_ends_at=at)

    assert settle_unknown() == 2

    assert sorted(Message.objects.values_list("status", flat=True)) == [S.ACCEPTED, S.GIVEN_UP]


def test_it_recognises_a_text_whose_name_was_given_to_another_phones_too(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    release(make_verified_incident(), [make_responder()])
    sid = "SM" + "5" * 32
    memory.script(Outcome("unknown", sid=sid), taken=True)
    run_pump()
    delivery = age(40)
    queue_message(
        purpose=Message.Purpose.OUTCOME, number="+12135550123", language="en", body="Over."
    )
    Message.objects.update(status=S.ACCEPTED, sid=sid, attempt=1)

    settle_unknown()

    delivery.refresh_from_db()
    assert (delivery.status, delivery.sid, delivery.is_possible_double) == (S.ACCEPTED, sid, False)


def test_it_calls_a_text_unknown_when_its_worker_died_and_then_asks(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    release(make_verified_incident(), [make_responder()])
    at = timezone.now() - timedelta(seconds=31)
    Delivery.objects.update(
        status=S.SUBMITTING, attempt=1, attempted_at=at, lease_ends_at=at + timedelta(seconds=30)
    )

    assert (end_leases(), end_leases()) == (1, 0)
    settle_unknown()
    run_pump()

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempt, len(outbox)) == (S.ACCEPTED, 2, 1)


def test_it_leaves_a_worker_that_lives_in_peace(
    make_verified_incident: Any, make_responder: Any
) -> None:
    release(make_verified_incident(), [make_responder()])
    now = timezone.now()
    Delivery.objects.update(
        status=S.SUBMITTING, attempt=1, attempted_at=now, lease_ends_at=now + timedelta(seconds=30)
    )

    assert end_leases() == 0


def test_it_does_not_send_again_what_was_replaced_meanwhile(
    lose: Any, outbox: Any, run_pump: Any
) -> None:
    delivery = lose(taken=False)
    Alert.objects.update(status=AlertStatus.FINISHED)

    settle_unknown()
    run_pump()

    delivery.refresh_from_db()
    assert (delivery.status, delivery.skip_reason) == (S.SKIPPED, SkipReason.SUPERSEDED)
    assert not list(outbox)

"""The carrier's word: late, twice, out of order, forged, and before our own answer is written."""

import itertools
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from alerts.carriers.signature import sign
from alerts.dispatch import callback
from alerts.dispatch.callback import HandOver
from alerts.dispatch.messages import queue_message
from alerts.models import (
    Alert,
    AlertStatus,
    Delivery,
    Heartbeat,
    Message,
    OptOut,
    OutboundStatus,
    Responder,
)
from alerts.models.states import OUTBOUND
from tests.dispatch.released import release

pytestmark = pytest.mark.django_db(transaction=True)

SID = "SM" + "b" * 32
S = OutboundStatus


def post(code: str, status: str, error: str = "", sid: str = SID, **signing: Any) -> int:
    """Post a receipt as Twilio does, signed, and return the status of the answer."""
    path = f"/twilio/status/{code}/"
    form = {"MessageSid": sid, "MessageStatus": status, "To": "+12135550123"}
    if error:
        form["ErrorCode"] = error
    signature = signing.get("signature") or sign(
        settings.PUBLIC_URL + path, [(k, [v]) for k, v in form.items()], settings.TWILIO_AUTH_TOKEN
    )
    answer = Client().post(path, form, secure=True, headers={"X-Twilio-Signature": signature})
    return answer.status_code


@pytest.fixture
def delivery(make_verified_incident: Any, make_responder: Any) -> Delivery:
    """A delivery being handed over for the first time."""
    release(make_verified_incident(), [make_responder()])
    Delivery.objects.update(status=S.SUBMITTING, attempt=1, attempted_at=timezone.now())
    return Delivery.objects.get()


def code_of(row: Delivery | Message, attempt: int = 1) -> str:
    return callback.make(HandOver(row.pk, attempt))


def status_of(row: Delivery | Message) -> str:
    row.refresh_from_db()
    return row.status


def test_it_finds_the_row_before_our_own_answer_is_written(delivery: Delivery) -> None:
    assert post(code_of(delivery), "sent") == 204

    assert status_of(delivery) == S.SENT
    assert delivery.sid == SID


@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sent", "delivered"])))
def test_it_ends_delivered_in_whatever_order_the_words_come(
    order: tuple[str, ...], delivery: Delivery
) -> None:
    for word in order * 2:
        assert post(code_of(delivery), word) == 204

    assert status_of(delivery) == S.DELIVERED
    assert delivery.settled_at is not None


def test_it_counts_a_message_delivered_too() -> None:
    message = queue_message(
        purpose=Message.Purpose.OUTCOME, number="+12135550123", language="en", body="Over."
    )
    Message.objects.update(status=S.ACCEPTED, attempt=1)

    assert post(code_of(message), "delivered") == 204

    assert status_of(message) == S.DELIVERED


@pytest.mark.parametrize("before", list(OUTBOUND.steps))
@pytest.mark.parametrize("word", ["sent", "delivered", "undelivered", "failed"])
def test_it_moves_a_row_only_as_the_table_of_states_allows(
    before: str, word: str, delivery: Delivery
) -> None:
    Delivery.objects.update(status=before)

    assert (
        post(code_of(delivery), word, "30008" if word in {"undelivered", "failed"} else "") == 204
    )

    assert status_of(delivery) == (word if OUTBOUND.allows(before, word) else before)


@pytest.mark.parametrize(
    ("word", "after"),
    [
        ("failed", S.ACCEPTED),
        ("undelivered", S.ACCEPTED),
        ("sent", S.SENT),
        ("delivered", S.DELIVERED),
    ],
)
def test_it_believes_an_earlier_hand_over_only_when_it_says_the_text_is_out(
    word: str, after: str, delivery: Delivery
) -> None:
    Delivery.objects.update(status=S.ACCEPTED, attempt=2)

    post(code_of(delivery, attempt=1), word, "30008" if word in {"failed", "undelivered"} else "")

    assert status_of(delivery) == after


def test_it_does_not_send_again_what_a_late_receipt_shows_to_be_out(delivery: Delivery) -> None:
    Delivery.objects.update(status=S.QUEUED, is_possible_double=True)

    post(code_of(delivery), "delivered")

    assert status_of(delivery) == S.DELIVERED


def test_it_ignores_a_hand_over_that_never_was(delivery: Delivery) -> None:
    assert post(code_of(delivery, attempt=2), "delivered") == 204

    assert status_of(delivery) == S.SUBMITTING


def test_it_ignores_a_text_that_it_does_not_have() -> None:
    assert post(callback.make(HandOver(987_654, 1)), "delivered") == 204


def test_it_refuses_what_the_carrier_did_not_sign(delivery: Delivery) -> None:
    assert post(code_of(delivery), "delivered", signature="forged") == 403

    assert status_of(delivery) == S.SUBMITTING


def test_it_refuses_a_code_that_we_did_not_write(delivery: Delivery) -> None:
    code = code_of(delivery)
    guesses = [
        f"{code[:-1]}{'0' if code[-1] != '0' else '1'}",
        f"d{delivery.pk}.1.{'0' * 20}",
        code.replace(".1.", ".2."),
        f"d{delivery.pk}",
        "x" * 300,
        "d1.1.é",
    ]

    assert {post(guess, "delivered") for guess in guesses} == {403}
    assert status_of(delivery) == S.SUBMITTING


def test_it_fails_closed_without_a_token(delivery: Delivery, settings: Any) -> None:
    settings.TWILIO_AUTH_TOKEN = ""

    assert post(code_of(delivery), "delivered") == 403


def test_it_answers_2xx_to_words_it_does_not_know(delivery: Delivery) -> None:
    assert post(code_of(delivery), "teleported") == 204
    assert post(code_of(delivery), "sent", sid="nonsense") == 204

    assert status_of(delivery) == S.SUBMITTING


def test_it_takes_no_other_method(client: Client) -> None:
    assert client.get("/twilio/status/d1.1.x/", secure=True).status_code == 405


# -- What follows -----------------------------------------------------------------------------
def test_it_tries_once_more_when_the_phone_was_off(delivery: Delivery) -> None:
    post(code_of(delivery), "undelivered", "30003")

    assert status_of(delivery) == S.QUEUED
    wait = delivery.due_at - timezone.now()
    assert timedelta(seconds=50) < wait <= timedelta(seconds=61)

    Delivery.objects.update(status=S.SENT, attempt=2)
    post(code_of(delivery, attempt=2), "undelivered", "30003")
    assert status_of(delivery) == S.UNDELIVERED
    assert delivery.error_code == "30003"


def test_it_does_not_try_again_twice_for_one_receipt_said_twice(delivery: Delivery) -> None:
    post(code_of(delivery), "undelivered", "30003")
    Delivery.objects.update(due_at=timezone.now())
    due_at = Delivery.objects.get().due_at

    post(code_of(delivery), "undelivered", "30003")

    assert status_of(delivery) == S.QUEUED
    assert delivery.due_at == due_at


def test_it_keeps_the_opt_out_of_somebody_who_blocked_us(delivery: Delivery) -> None:
    post(code_of(delivery), "failed", "21610")

    assert status_of(delivery.responder) == Responder.Status.LEFT
    assert OptOut.objects.count() == 1


def test_it_does_not_ask_at_a_landline_again(delivery: Delivery) -> None:
    post(code_of(delivery), "undelivered", "30006")

    assert status_of(delivery.responder) == Responder.Status.UNREACHABLE
    assert not delivery.responder.zones.filter(is_reachable=True).exists()


def test_it_lowers_the_pace_when_we_are_above_our_rate(delivery: Delivery) -> None:
    post(code_of(delivery), "failed", "30022")

    assert Heartbeat.objects.get(name="pace 1").facts == {"factor": 0.5}


def test_it_stops_an_alert_that_carriers_take_for_spam_and_pages(
    make_verified_incident: Any, make_responder: Any, paged: list[str]
) -> None:
    alert = release(make_verified_incident(), [make_responder() for _ in range(25)])
    Delivery.objects.update(status=S.ACCEPTED, attempt=1)
    first, second, *_rest = Delivery.objects.order_by("pk")

    post(code_of(first), "undelivered", "30007")
    assert Alert.objects.get(pk=alert.pk).status == AlertStatus.RELEASED

    post(code_of(second), "undelivered", "30007")
    assert Alert.objects.get(pk=alert.pk).status == AlertStatus.STOPPED
    assert paged == [""]


def test_it_holds_when_all_words_about_one_text_come_at_once(delivery: Delivery) -> None:
    words = ["queued", "sent", "delivered", "sent", "queued", "undelivered"] * 3

    def say(word: str) -> None:
        post(code_of(delivery), word, "30008" if word == "undelivered" else "")
        connections.close_all()

    threads = [threading.Thread(target=say, args=(word,)) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert status_of(delivery) == S.DELIVERED

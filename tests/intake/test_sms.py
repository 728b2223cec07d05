"""The door for texts: what gets in, and that nothing that got in is lost or read twice."""

import logging
import math
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from kombu import Connection

from alerts.intake import webhook
from alerts.models import InboundText, Incident, Message, Report
from alerts.triage import watchdog
from rapidresponse.celery import doorbell
from tests.intake.conftest import NEIGHBOUR, signed_post, sms_params

EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def test_it_makes_a_report_of_a_text(text_in: Callable[..., Any]) -> None:
    answer = text_in("la migra está en la sexta y Vermont, 3 camionetas")

    assert (answer.status_code, answer.content) == (200, EMPTY)
    assert answer["Content-Type"] == "text/xml"
    report = Report.objects.get()
    assert report.text == "la migra está en la sexta y Vermont, 3 camionetas"
    assert (report.channel, report.language, report.number) == ("sms", "es", NEIGHBOUR)
    assert report.place_label == "6th St & Vermont Ave"
    assert report.incident is not None
    row = InboundText.objects.get()
    assert (row.reading, row.report, row.body) == ("report", report, report.text)


def test_it_places_a_report_in_korean(text_in: Callable[..., Any]) -> None:
    text_in("버몬트랑 8가 코너에 ICE 차 두 대 있어요")
    report = Report.objects.get()
    assert (report.language, report.place_label) == ("ko", "Vermont Ave & 8th St")


@pytest.mark.parametrize("signature", [None, "", "AAAA", "ñ", "x" * 5_000])
def test_it_refuses_what_is_not_signed(client: Client, db: None, signature: str | None) -> None:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    answer = client.post("/twilio/sms/", sms_params("hello"), headers=headers, secure=True)
    assert answer.status_code == 403
    assert not InboundText.objects.exists()


def test_it_refuses_a_text_changed_on_the_way(client: Client, db: None) -> None:
    params = sms_params("all quiet")
    answer = signed_post(client, "/twilio/sms/", params)
    assert answer.status_code == 200
    headers = {"X-Twilio-Signature": answer.wsgi_request.headers["X-Twilio-Signature"]}
    changed = client.post(
        "/twilio/sms/", {**params, "Body": "raid at 8th"}, headers=headers, secure=True
    )
    assert changed.status_code == 403
    assert Report.objects.count() == 1


def test_it_refuses_everything_while_no_token_is_set(client: Client, settings: Any) -> None:
    settings.TWILIO_AUTH_TOKEN = settings.TWILIO_AUTH_TOKEN_PREVIOUS = ""
    assert signed_post(client, "/twilio/sms/", sms_params("hello")).status_code == 403


def test_it_still_takes_the_previous_token(client: Client, db: None, settings: Any) -> None:
    params = sms_params("hello at 6th and Vermont")
    settings.TWILIO_AUTH_TOKEN_PREVIOUS = settings.TWILIO_AUTH_TOKEN
    old = signed_post(client, "/twilio/sms/", params)
    headers = {"X-Twilio-Signature": old.wsgi_request.headers["X-Twilio-Signature"]}
    settings.TWILIO_AUTH_TOKEN = "1" * 32
    answer = client.post("/twilio/sms/", params, headers=headers, secure=True)
    assert answer.status_code == 200


def test_it_trusts_the_configured_address_and_no_header(client: Client, db: None) -> None:
    answer = signed_post(
        client, "/twilio/sms/", sms_params("hello"), headers={"Host": "testserver"}
    )
    assert answer.status_code == 200


def test_it_counts_the_query_as_signed(client: Client, db: None) -> None:
    answer = signed_post(client, "/twilio/sms/?from=backup", sms_params("hello"))
    assert answer.status_code == 200


def test_it_only_takes_posts(client: Client, db: None) -> None:
    assert client.get("/twilio/sms/", secure=True).status_code == 405


def test_it_reads_a_replayed_text_once(client: Client, db: None) -> None:
    params = sms_params("ICE at 6th and Vermont")
    answers = [signed_post(client, "/twilio/sms/", params) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert InboundText.objects.count() == Report.objects.count() == 1


def test_it_reads_a_replayed_text_once_after_the_key_was_rotated(
    client: Client, db: None, settings: Any
) -> None:
    params = sms_params("ICE at 6th and Vermont")
    signed_post(client, "/twilio/sms/", params)
    settings.INDEX_KEY_PREVIOUS, settings.INDEX_KEY = settings.INDEX_KEY, b"n" * 32
    assert signed_post(client, "/twilio/sms/", params).status_code == 200
    assert Report.objects.count() == 1


def test_it_reads_twenty_twins_at_once_as_one(transactional_db: None) -> None:
    params = sms_params("ICE at 6th and Vermont")
    statuses: list[int] = []
    gate = threading.Barrier(20)

    def post() -> None:
        gate.wait()
        try:
            statuses.append(signed_post(Client(), "/twilio/sms/", params).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 20
    assert InboundText.objects.count() == Report.objects.count() == Incident.objects.count() == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        ("", ""),
        ("   ", ""),
        ("🚨🚨🚨", "🚨🚨🚨"),
        ("?", "?"),
        ("ICE\0 at 8th", "ICE at 8th"),
        ("\u202eraid\u202c at \u20668th", "raid at 8th"),
        ("x" * 1_600, "x" * 1_600),
        ("이민국 " * 400, ("이민국 " * 400).strip()),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("' OR 1=1; --", "' OR 1=1; --"),
    ],
)
def test_it_keeps_whatever_is_texted(text_in: Callable[..., Any], body: str, stored: str) -> None:
    assert text_in(body).status_code == 200
    assert Report.objects.get().text == stored
    assert InboundText.objects.get().body == stored


@pytest.mark.parametrize(
    "more",
    [
        {"MessageSid": ""},
        {"MessageSid": "SM1"},
        {"From": ""},
        {"From": "' OR 1=1"},
        {"NumMedia": "many"},
    ],
)
def test_it_answers_a_malformed_text_without_keeping_it(
    text_in: Callable[..., Any], caplog: pytest.LogCaptureFixture, more: dict[str, str]
) -> None:
    with caplog.at_level(logging.WARNING):
        assert text_in("hello", **more).status_code == 200
    assert not InboundText.objects.exists()
    assert next(iter(more)) in caplog.text
    assert "OR 1=1" not in caplog.text


def test_it_lets_the_carrier_try_again_when_the_database_is_away(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_text: object) -> None:
        raise OperationalError("gone")

    params = sms_params("ICE at 6th and Vermont")
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(webhook, "take_in", broken)
        assert signed_post(client, "/twilio/sms/", params).status_code == 500
    assert signed_post(client, "/twilio/sms/", params).status_code == 200
    assert Report.objects.count() == 1


def test_it_keeps_all_or_nothing_of_a_text(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = sms_params("ICE at 6th and Vermont")
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(InboundText.objects, "create", lambda **_columns: 1 / 0)
        assert signed_post(client, "/twilio/sms/", params).status_code == 500
    assert not Report.objects.exists()
    assert signed_post(client, "/twilio/sms/", params).status_code == 200
    assert Report.objects.count() == 1


def test_it_works_with_redis_stopped(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Connection("redis://127.0.0.1:1/0", transport_options={"max_retries": 0})
    monkeypatch.setattr(doorbell, "_connection", nobody)
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
    # A bell of the test before this one would make ours a soft one that waits.
    monkeypatch.setattr(doorbell, "_pressed_at", {})
    missed, began = doorbell.missed, time.monotonic()

    answer = signed_post(Client(), "/twilio/sms/", sms_params("ICE at 6th and Vermont"))

    assert answer.status_code == 200
    assert Report.objects.count() == Message.objects.count() == 1
    assert doorbell.missed > missed
    assert time.monotonic() - began < 2


def test_it_needs_few_queries(
    text_in: Callable[..., Any],
    django_assert_max_num_queries: Any,
    network: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Once in ten seconds a text also looks at the sweep: not at this one.
    monkeypatch.setattr(watchdog, "_next_look", math.inf)
    # One of them, on PostgreSQL, asks for the time: the machines' own clocks may differ.
    with django_assert_max_num_queries(19):
        text_in("ICE vans at 6th and Vermont")
    for last in range(43, 48):
        text_in(f"{last} agents at 6th and Vermont", from_=f"+121355501{last}")

    # One more that joins them: their facts are read together, however many they are.
    with django_assert_max_num_queries(21):
        text_in("they stop people at 6th and Vermont", from_="+12135550199")
    assert Incident.objects.get().independent_reporters == 7


def test_it_logs_neither_number_nor_words(
    text_in: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        text_in("secretword at 6th and Vermont")
    lines = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert "secretword" not in lines
    assert NEIGHBOUR[2:] not in lines


def test_it_never_slows_or_refuses_a_flood(text_in: Callable[..., Any]) -> None:
    bodies = [f"ICE van number {number} at 6th and Vermont" for number in range(8)]
    assert {text_in(body).status_code for body in bodies} == {200}
    reports = Report.objects.order_by("received_at")
    assert [report.is_doubtful for report in reports] == [False] * 5 + [True] * 3

"""What responders answer by text, and what reporters answer the desk."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from alerts.models import (
    Alert,
    AlertText,
    Answer,
    Delivery,
    InboundText,
    Incident,
    Message,
    Person,
    Report,
    Responder,
)
from alerts.triage.threads import ask


@pytest.fixture
def asked(
    make_responder: Callable[..., Responder],
    make_verified_incident: Callable[..., Incident],
    make_person: Callable[..., Person],
) -> Callable[..., Responder]:
    """A responder who got an alert a moment ago."""

    def make(kind: str = Alert.Kind.ALERT, **columns: Any) -> Responder:
        responder = make_responder(**columns)
        incident = make_verified_incident()
        now = timezone.now()
        alert = Alert.objects.create(
            incident=incident,
            verification=incident.verification,
            kind=kind,
            status=Alert.Status.RELEASED,
            drafted_by=make_person(),
            released_by=make_person(),
            released_at=now,
            expires_at=now + timezone.timedelta(minutes=45),
        )
        text = AlertText.objects.create(alert=alert, language="en", body="x", segments=1)
        Delivery.objects.create(
            alert=alert,
            responder=responder,
            text=text,
            status=Delivery.Status.DELIVERED,
            attempted_at=now,
        )
        return responder

    return make


def test_it_records_an_answer(text_in: Callable[..., Any], asked: Callable[..., Responder]) -> None:
    responder = asked()
    text_in("1 10", from_=responder.number)
    answer = Answer.objects.get()
    assert (answer.what, answer.minutes, answer.responder) == ("going", 10, responder)
    row = InboundText.objects.get()
    assert (row.reading, row.answer, row.responder) == ("answer", answer, responder)
    assert row.incident == answer.alert.incident
    assert not Report.objects.exists()


def test_it_keeps_what_stands_beside_a_digit(
    text_in: Callable[..., Any], asked: Callable[..., Responder]
) -> None:
    text_in("2 sorry, at work", from_=asked().number)
    assert (Answer.objects.get().what, Answer.objects.get().note) == ("cannot", "sorry, at work")
    assert InboundText.objects.get().other_reading == "report"


def test_it_joins_a_photo_that_comes_with_a_digit_to_the_alerts_incident(
    text_in: Callable[..., Any], asked: Callable[..., Responder]
) -> None:
    url = "https://api.twilio.com/2010-04-01/x"
    text_in("3", from_=asked().number, NumMedia="1", MediaUrl0=url)
    assert Answer.objects.get().what == "here"
    row = InboundText.objects.get()
    assert (row.reading, row.report.incident) == ("answer", Alert.objects.get().incident)
    assert Incident.objects.count() == 1


@pytest.mark.parametrize("body", ["3 vans olympic/wilton", "5 vans 4th/shatto"])
def test_it_takes_a_count_as_a_report_beside_the_open_alert(
    text_in: Callable[..., Any], asked: Callable[..., Responder], body: str
) -> None:
    responder = asked()
    text_in(body, from_=responder.number)
    assert not Answer.objects.exists()
    row = InboundText.objects.get()
    assert (row.reading, row.other_reading) == ("report", "answer")
    assert row.report.text == body
    assert row.incident == Alert.objects.get().incident


def test_it_takes_digits_of_a_stranger_as_a_report(
    text_in: Callable[..., Any], asked: Callable[..., Responder]
) -> None:
    asked()
    text_in("1")
    assert not Answer.objects.exists()
    assert InboundText.objects.get().reading == "report"


def test_it_takes_a_scouts_word_on_a_check(
    text_in: Callable[..., Any], asked: Callable[..., Responder]
) -> None:
    text_in("6 it is a film crew", from_=asked(kind=Alert.Kind.CHECK).number)
    answer = Answer.objects.get()
    assert (answer.what, answer.note) == ("something_else", "it is a film crew")


def test_it_explains_the_digits_of_a_check(
    text_in: Callable[..., Any], asked: Callable[..., Responder]
) -> None:
    text_in("9", from_=asked(kind=Alert.Kind.CHECK).number)
    assert "7 nothing here" in Message.objects.get().body


def test_it_tells_a_responder_that_the_alert_is_over(
    text_in: Callable[..., Any], asked: Callable[..., Responder]
) -> None:
    responder = asked()
    Alert.objects.update(expires_at=timezone.now() - timezone.timedelta(minutes=1))
    text_in("1", from_=responder.number)
    assert not Answer.objects.exists() and not Report.objects.exists()
    assert "That alert is over" in Message.objects.get().body


def test_it_explains_the_digits_to_a_responder(
    text_in: Callable[..., Any], asked: Callable[..., Responder]
) -> None:
    text_in("yes", from_=asked(language="es").number)
    assert "1 10" in Message.objects.get().body


def test_it_answers_a_digit_in_the_responders_language(
    text_in: Callable[..., Any], make_responder: Callable[..., Responder]
) -> None:
    text_in("1", from_=make_responder(language="ko").number)
    assert Message.objects.get().body.startswith("[K타운대응망]")


# -- The desk ------------------------------------------------------------------------------------
def test_it_hands_a_reply_to_the_desk(
    text_in: Callable[..., Any], make_person: Callable[..., Person]
) -> None:
    text_in("ICE vans at 6th and Vermont")
    report = Report.objects.get()
    ask(report, by=make_person(), words="Are they still there?")
    text_in("Yes")
    row = InboundText.objects.order_by("received_at").last()
    assert (row.reading, row.incident, row.body) == ("thread", report.incident, "Yes")
    assert Report.objects.count() == 1
    assert "reply" in [event.detail for event in report.incident.events.all()]


def test_it_keeps_a_new_place_in_a_reply_in_sight(
    text_in: Callable[..., Any], make_person: Callable[..., Person]
) -> None:
    text_in("ICE vans at 6th and Vermont")
    ask(Report.objects.get(), by=make_person(), words="Are they still there?")
    text_in("no they moved to 8th and Normandie")
    row = InboundText.objects.order_by("received_at").last()
    assert (row.reading, row.other_reading) == ("thread", "report")

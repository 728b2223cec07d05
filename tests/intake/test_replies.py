"""What people get back by text, and what their texts change."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from alerts.models import (
    Area,
    AreaCell,
    InboundText,
    Message,
    OptOut,
    Report,
    Responder,
)
from alerts.models.places import cell_at
from tests.intake.conftest import NEIGHBOUR


def cover_koreatown() -> None:
    """Make the cell around 6th and Vermont the only one of ours."""
    lat, lon = 34.0634, -118.2918
    area = Area.objects.create(key="ktown", name="Koreatown", polygon={}, lat=lat, lon=lon)
    AreaCell.objects.create(area=area, cell=cell_at(lat, lon))


def bodies() -> list[str]:
    """Every text queued to go out, oldest first."""
    return [message.body for message in Message.objects.order_by("created_at")]


# -- Reports -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "language", "begins"),
    [
        ("ICE vans at 6th and Vermont", "en", "Ktown RRN: thank you. We are checking 6th"),
        ("la migra en la sexta y Vermont", "es", "Red Ktown: gracias. Estamos revisando 6th"),
        ("6가 버몬트 코너에 이민국 차량", "ko", "[K타운대응망] "),
    ],
)
def test_it_thanks_in_the_language_of_the_text(
    text_in: Callable[..., Any], body: str, language: str, begins: str
) -> None:
    text_in(body)
    message = Message.objects.get()
    assert message.body.startswith(begins)
    assert (message.language, message.number, message.purpose) == (language, NEIGHBOUR, "receipt")


def test_it_thanks_once_for_one_event(text_in: Callable[..., Any]) -> None:
    text_in("ICE vans at 6th and Vermont")
    text_in("now they took two people")
    assert Report.objects.count() == 2
    assert Message.objects.count() == 1


def test_it_sends_two_automatic_texts_an_hour_at_most(text_in: Callable[..., Any]) -> None:
    for _ in range(5):
        text_in("help me understand this please INFO")
        text_in("AYUDA")
    assert Message.objects.count() == 2


def test_it_asks_where_when_no_place_is_named(text_in: Callable[..., Any]) -> None:
    text_in("there are agents at my door")
    assert "Where is it?" in bodies()[0]
    assert Report.objects.get().place_asked_at is not None


def test_it_asks_where_in_a_whole_neighbourhood(text_in: Callable[..., Any]) -> None:
    text_in("is there ICE in Koreatown?")
    report = Report.objects.get()
    assert (report.place_label, report.place_precision_m > 400) == ("Koreatown", True)
    assert "Where is it?" in bodies()[0]


def test_it_offers_three_places_at_most_and_takes_a_number(text_in: Callable[..., Any]) -> None:
    text_in("migra en el jom depot")
    report = Report.objects.get()
    offered = [choice["label"] for choice in report.place_choices]
    assert 2 <= len(offered) <= 3
    assert all(f"{n} {label}" in bodies()[0] for n, label in enumerate(offered, 1))

    text_in("2")

    report.refresh_from_db()
    assert Report.objects.count() == 1
    assert report.place_label == report.incident.place_label == offered[1]
    assert (report.place_choices, report.place_asked_at) == ([], None)
    assert offered[1] in bodies()[1]
    row = InboundText.objects.order_by("received_at").last()
    assert (row.reading, row.incident) == ("thread", report.incident)


@pytest.mark.parametrize("reply", ["2.", "２", "2번", "la segunda", "the second one"])
def test_it_understands_a_choice_in_words(text_in: Callable[..., Any], reply: str) -> None:
    text_in("migra en el jom depot")
    second = Report.objects.get().place_choices[1]["label"]
    text_in(reply)
    assert Report.objects.get().place_label == second


def test_it_takes_a_corner_instead_of_a_number(text_in: Callable[..., Any]) -> None:
    text_in("agents everywhere, please come")
    text_in("8th and Normandie")
    report = Report.objects.get()
    assert "8th" in report.place_label and "Normandie" in report.place_label
    assert report.incident.is_located
    row = InboundText.objects.order_by("received_at").last()
    assert (row.reading, row.other_reading) == ("thread", "report")


def test_it_takes_a_number_from_nobody_it_did_not_ask(text_in: Callable[..., Any]) -> None:
    text_in("migra en el jom depot")
    text_in("2", from_="+12135550177")
    assert Report.objects.count() == 2
    assert Report.objects.order_by("received_at").first().place_label == ""


def test_it_forgets_its_question_after_a_while(text_in: Callable[..., Any]) -> None:
    text_in("migra en el jom depot")
    Report.objects.update(place_asked_at=timezone.now() - timezone.timedelta(hours=3))
    text_in("2")
    assert Report.objects.count() == 2


def test_it_says_when_a_place_is_outside(text_in: Callable[..., Any]) -> None:
    cover_koreatown()
    text_in("ICE at Cesar Chavez and Soto in Boyle Heights")
    assert Report.objects.get().is_outside
    assert "outside" in bodies()[0]


def test_it_knows_what_is_inside(text_in: Callable[..., Any]) -> None:
    cover_koreatown()
    text_in("ICE at 6th and Vermont")
    assert not Report.objects.get().is_outside


def test_it_links_a_responder_who_reports(
    text_in: Callable[..., Any], make_responder: Callable[..., Responder]
) -> None:
    responder = make_responder()
    text_in("ICE at 6th and Vermont", from_=responder.number)
    row = InboundText.objects.get()
    assert (row.reading, row.responder) == ("report", responder)


def test_it_sends_nothing_to_a_short_code(text_in: Callable[..., Any]) -> None:
    text_in("Your code is 1234", from_="22395")
    assert Report.objects.count() == 1
    assert not Message.objects.exists()


# -- Leaving -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "goodbye"),
    [
        ("ALTO", "Red Ktown: listo. Ya no le enviaremos mensajes."),
        ("중지", "[K타운대응망] 수신 거부 처리되었습니다. 더 이상 문자를 보내지 않습니다."),
        ("please stop texting me", "Ktown RRN: done. You will get no more texts from us."),
        ("opt out", "Ktown RRN: done. You will get no more texts from us."),
    ],
)
def test_it_says_goodbye_once_where_the_carrier_did_not(
    text_in: Callable[..., Any], body: str, goodbye: str
) -> None:
    text_in(body)
    text_in(body)
    assert OptOut.objects.forbids(NEIGHBOUR)
    message = Message.objects.get()
    assert (message.body, message.purpose, message.ignores_opt_out) == (goodbye, "left", True)
    assert [row.reading for row in InboundText.objects.all()] == ["leave", "leave"]
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("STOP", {}),
        ("stop", {}),
        ("Unsubscribe", {}),
        ("QUIT", {}),
        ("optout", {}),
        ("REVOKE", {}),
        ("Alto", {"OptOutType": "STOP"}),
    ],
)
def test_it_stays_silent_where_the_carrier_answered(
    text_in: Callable[..., Any], body: str, more: dict[str, str]
) -> None:
    text_in(body, **more)
    assert OptOut.objects.forbids(NEIGHBOUR)
    assert InboundText.objects.get().reading == "leave"
    assert not Message.objects.exists()


def test_it_takes_a_responder_off_the_list(
    text_in: Callable[..., Any], make_responder: Callable[..., Responder]
) -> None:
    responder = make_responder()
    text_in("중지", from_=responder.number)
    responder.refresh_from_db()
    assert responder.status == Responder.Status.LEFT
    assert not Responder.objects.reachable().exists()


def test_it_keeps_a_report_of_somebody_who_left_without_texting_them(
    text_in: Callable[..., Any],
) -> None:
    text_in("STOP")
    text_in("ICE vans at 6th and Vermont")
    assert Report.objects.count() == 1
    assert not Message.objects.exists()


def test_it_takes_a_goodbye_with_a_place_as_a_report(text_in: Callable[..., Any]) -> None:
    text_in("man shouting leave me alone at agents, 6th and Vermont")
    row = InboundText.objects.get()
    assert (row.reading, row.other_reading) == ("report", "leave")
    assert not OptOut.objects.exists()


def test_it_shows_a_person_what_a_leaving_responder_said(
    text_in: Callable[..., Any], make_responder: Callable[..., Responder]
) -> None:
    responder = make_responder()
    text_in("I am scared, please take me off", from_=responder.number)
    assert OptOut.objects.forbids(responder.number)
    row = InboundText.objects.get()
    assert (row.reading, row.other_reading) == ("leave", "report")
    assert row.report is not None


# -- Joining and help ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "begins"),
    [("JOIN", "Ktown RRN"), ("ALTA", "Red Ktown"), ("가입", "[K타운대응망]")],
)
def test_it_tells_who_wants_to_join_what_the_network_does(
    text_in: Callable[..., Any], body: str, begins: str
) -> None:
    text_in(body)
    message = Message.objects.get()
    assert (message.purpose, message.body.startswith(begins)) == ("join", True)
    assert InboundText.objects.get().reading == "join"
    assert not Report.objects.exists()


def test_it_leaves_start_to_the_carrier(text_in: Callable[..., Any]) -> None:
    text_in("START")
    assert InboundText.objects.get().reading == "join"
    assert not Message.objects.exists()


def test_it_does_not_let_join_undo_an_opt_out(text_in: Callable[..., Any]) -> None:
    text_in("STOP")
    text_in("JOIN")
    assert OptOut.objects.forbids(NEIGHBOUR)
    assert not Message.objects.exists()


@pytest.mark.parametrize("body", ["AYUDA", "도움말", "Yes", "Sí", "예"])
def test_it_says_who_we_are(text_in: Callable[..., Any], body: str) -> None:
    text_in(body)
    assert "(213) 555-0199" in bodies()[0]
    assert InboundText.objects.get().reading == "help"
    assert not Report.objects.exists()


def test_it_leaves_help_to_the_carrier(text_in: Callable[..., Any]) -> None:
    text_in("HELP")
    assert not Message.objects.exists()

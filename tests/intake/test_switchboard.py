"""How a text is read."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.intake.switchboard import Digits, Sender, digits_in, read

TEXTS = Path(__file__).parent.parent / "data"


def reading_of(body: str, *, place: bool = False, picks: bool = False, **facts: object):
    sender = Sender(names_place=lambda: place, picks_place=lambda: picks, **facts)
    return read(body, sender, prefix="K")


RESPONDER = {"asked": ("alert",), "is_responder": True, "digits": "1234"}


@pytest.mark.parametrize(
    ("body", "digits"),
    [
        ("1", Digits("1")),
        (" 1. ", Digits("1")),
        ("1!", Digits("1")),
        ("１", Digits("1")),
        ("1️⃣", Digits("1")),
        ("①", Digits("1")),
        ("1번", Digits("1")),
        ("1 10", Digits("1", 10)),
        ("1+10", Digits("1", 10)),
        ("1, 10 min", Digits("1", 10)),
        ("1 10분", Digits("1", 10)),
        ("1 in 15", Digits("1", 15)),
        ("1 K-042", Digits("1", code="K-042")),
        ("k042 1 10", Digits("1", 10, "K-042")),
        ("1 10 K-1042", Digits("1", 10, "K-1042")),
        ("2 sorry at work", Digits("2", note="sorry at work")),
        ("1 voy en 10 minutos", Digits("1", 10, note="voy en 10 minutos")),
        ("1 999", Digits("1", None)),
        ("OTW", Digits("1")),
        ("no", Digits("2")),
        ("aquí", Digits("3")),
        ("불가", Digits("2")),
        ("8", Digits("8")),
    ],
)
def test_it_reads_digits(body: str, digits: Digits) -> None:
    assert digits_in(body, prefix="K") == digits


@pytest.mark.parametrize(
    "body",
    [
        "",
        "12",
        "110",
        "8th and Vermont",
        "7-Eleven on 8th",
        "3명 있어요",
        "6가 버몬트",
        "🚨",
        "K-042",
    ],
)
def test_it_reads_no_digit_in_anything_else(body: str) -> None:
    assert digits_in(body, prefix="K") is None


@pytest.mark.parametrize(
    "body", ["1", "1 10", "3!", "2 K-042", "otw", "1 by car", "1 10 on my way"]
)
def test_it_takes_digits_as_an_answer_from_somebody_we_asked(body: str) -> None:
    assert reading_of(body, **RESPONDER).kind == "answer"


def test_it_keeps_the_other_reading_of_an_answer_with_a_note() -> None:
    reading = reading_of("2 sorry at work", **RESPONDER)
    assert (reading.kind, reading.other) == ("answer", "report")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("3 vans olympic/wilton", True),
        ("5 vans 4th/shatto", True),
        ("3 white vans", False),
        ("2 people here", False),
        ("3 요원들이 있어요", False),
        ("3 camionetas blancas", False),
        ("1 at 6th and vermont", True),
    ],
)
def test_it_takes_a_count_or_a_place_as_a_report(body: str, place: bool) -> None:
    reading = reading_of(body, place=place, **RESPONDER)
    assert (reading.kind, reading.other) == ("report", "answer")


def test_it_takes_digits_of_a_stranger_as_a_report() -> None:
    assert reading_of("1").kind == "report"
    assert reading_of("1 10").kind == "report"


def test_it_takes_a_late_digit_of_a_responder_as_an_answer() -> None:
    assert reading_of("1", is_responder=True).kind == "answer"
    assert reading_of("1 van outside", is_responder=True).kind == "report"


def test_it_explains_digits_that_mean_nothing() -> None:
    assert reading_of("8", **RESPONDER).kind == "help"


def test_it_takes_the_digits_of_a_check_only_from_a_scout() -> None:
    assert reading_of("5", **RESPONDER).kind == "help"
    assert reading_of("6 it is a film crew", **RESPONDER).kind == "report"
    assert reading_of("5", **{**RESPONDER, "digits": "1234567"}).kind == "answer"


def test_it_gives_leaving_precedence_over_everything() -> None:
    asked = {**RESPONDER, "asked": ("alert", "place", "desk")}
    assert reading_of("STOP", picks=True, place=True, **asked).kind == "leave"
    assert reading_of("ayuda", picks=True, **asked).kind == "help"


def test_it_reads_what_we_asked_last() -> None:
    both = {"picks": True, "is_responder": True, "digits": "1234"}
    assert reading_of("1", asked=("place", "alert"), **both).kind == "place"
    assert reading_of("1", asked=("alert", "place"), **both).kind == "answer"


def test_it_passes_over_a_question_that_is_not_answered() -> None:
    assert reading_of("they are leaving now", asked=("place", "desk")).kind == "thread"
    assert reading_of("they are leaving now", asked=("place",)).kind == "report"


def test_it_gives_the_desk_any_word_but_keeps_a_new_place_in_sight() -> None:
    assert reading_of("Sí", asked=("desk",)).kind == "thread"
    reading = reading_of("now at 8th and Vermont", asked=("desk",), place=True)
    assert (reading.kind, reading.other) == ("thread", "report")


@pytest.mark.parametrize("body", ["Yes", "SI", "예"])
def test_it_answers_a_yes_to_nothing_with_help(body: str) -> None:
    assert reading_of(body).kind == "help"


def test_it_lets_a_sentence_leave() -> None:
    assert reading_of("stop texting me").kind == "leave"


def test_it_takes_a_quoted_goodbye_with_a_place_as_a_report() -> None:
    reading = reading_of("leave me alone they said at 8th/Vermont", place=True, is_responder=True)
    assert (reading.kind, reading.other) == ("report", "leave")


def test_it_stops_texting_a_responder_when_unsure_and_shows_it_to_a_person() -> None:
    reading = reading_of("I am so tired, take me off this thing", is_responder=True)
    assert (reading.kind, reading.other) == ("leave", "report")


def test_it_keeps_a_strangers_story_when_unsure() -> None:
    reading = reading_of("agents at my door, I told them leave me alone")
    assert (reading.kind, reading.other) == ("report", "leave")


@pytest.mark.parametrize("body", ["", "🚨🚨", "?", "ICE", "."])
def test_it_drops_nothing(body: str) -> None:
    assert reading_of(body).kind == "report"


@pytest.mark.parametrize("facts", [{}, RESPONDER, {**RESPONDER, "digits": "1234567"}])
def test_it_takes_every_report_we_know_as_a_report(facts: dict[str, object]) -> None:
    """Even without a gazetteer: the words alone make no answer and no goodbye of a report."""
    lines = (TEXTS / "report_texts.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    assert len(texts) > 200
    assert [text for text in texts if reading_of(text, **facts).kind != "report"] == ["STOP"]


@given(
    st.text(),
    st.lists(st.sampled_from(["alert", "place", "desk"]), unique=True),
    st.booleans(),
    st.booleans(),
)
def test_it_reads_anything(body: str, asked: list[str], place: bool, picks: bool) -> None:
    reading = reading_of(body, asked=tuple(asked), place=place, picks=picks, digits="1234")
    assert reading.kind in {"report", "answer", "thread", "leave", "join", "help", "place"}

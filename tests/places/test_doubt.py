"""When the text leaves it open, or names no place at all."""

import pytest

from alerts.places import CONFIDENT, Candidate, Hint, choices, needs_question, pick

OPEN = [
    "ICE on Vermont",
    "andan en la olympic",
    "버몬트에 이민국 차 있어요",
    "ICE at the home depot",
    "migra en el jom depot",
    "at the vermont station",
    "at the ralphs",
    "3rd or 4th and western",
    "wilshire and vermont or maybe wilshire and western",
    "hoover exit",
    "federal building on wilshire",
]
NOWHERE = [
    "",
    "   ",
    "STOP",
    "1",
    "2135550147",
    "(213) 555-0147",
    "https://www.facebook.com/watch?v=12345",
    "is this the number to report ICE?",
    "I have court on December 8th at 1pm",
    "this is the 3rd time this week, i am first in line",
    "ya son las 8 y no regresa mi papa",
    "my cousin lives in Vermont and says its worse there",
    "his name is Vernon Adams",
    "mi hija mariposa no llega de la escuela",
    "my neighbor Harvard grad says this app is fake",
    "grand total of 3 vans and 9 agents",
    "grey explorer plate 8XYZ123",
    "the crew from western union",
    "white van with vermont license plates",
    "제 이름은 김하버드입니다",
    "이민국 사람들이 문을 두드리고 있어요",
]
ELSEWHERE = [
    "ICE raid in Chicago at 8th and Western",
    "vans at Western & Lawrence chicago",
    "ICE at the Home Depot in Ontario on 4th st",
    "la migra anda en Bakersfield por la Union",
    "hay redada en Santa Ana en la calle cuarta",
    "ICE at 6th and Pacific in San Pedro",
    "뉴욕 플러싱에 단속 떴대요",
]


@pytest.mark.parametrize("text", OPEN)
def test_it_asks_when_the_text_leaves_it_open(resolver, text):
    found = resolver.resolve(text)

    assert needs_question(found)
    assert 1 <= len(choices(found)) <= 3


@pytest.mark.parametrize("text", NOWHERE)
def test_it_finds_no_place_where_none_is_named(resolver, text):
    assert resolver.resolve(text) == []


@pytest.mark.parametrize("text", ELSEWHERE)
def test_it_leaves_other_towns_alone(answer, text):
    assert answer(text) is None


def test_it_offers_the_corners_that_the_text_gives_as_one_or_the_other(resolver):
    labels = {c.label for c in resolver.resolve("3rd or 4th and western")[:2]}

    assert labels == {"3rd St & Western Ave", "4th St & Western Ave"}


def test_it_reads_an_answer_together_with_what_was_said_before(resolver):
    alone = resolver.resolve("8th")
    together = resolver.resolve("8th", Hint(before="ICE on Vermont"))

    assert not any(c.is_confident for c in alone)
    assert together[0].is_confident
    assert set(together[0].label.split(" & ")) == {"Vermont Ave", "8th St"}
    assert "with-before" in together[0].why


def test_it_prefers_what_is_near_the_hint(resolver):
    near_long_beach = Hint(lat=33.77, lon=-118.19, radius_m=5_000)

    assert resolver.resolve("home depot", Hint())[0].label == "Home Depot (Wilshire and Union)"
    stations = resolver.resolve("1st street station", near_long_beach)
    assert stations[0].lat < 33.8


def choice(label: str) -> Candidate:
    return Candidate(34.0, -118.0, label, "crossing", 20, 0.4, "vermont")


CHOICES = [
    choice("Vermont Ave & 6th St"),
    choice("Vermont Ave & Beverly Blvd"),
    choice("Vermont Ave & Pico Blvd"),
]


@pytest.mark.parametrize(
    ("reply", "place"),
    [
        ("1", 0),
        ("2.", 1),
        ("#3", 2),
        ("the second", 1),
        ("la primera", 0),
        ("2번이요", 1),
        ("세번째", 2),
        ("beverly", 1),
        ("pico i think", 2),
    ],
)
def test_it_understands_the_answer_to_its_question(reply, place):
    picked = pick(CHOICES, reply)

    assert picked is not None
    assert picked.label == CHOICES[place].label
    assert picked.confidence >= CONFIDENT
    assert "picked" in picked.why


@pytest.mark.parametrize("reply", ["", "4", "yes", "vermont", "beverly or pico", "no se"])
def test_it_does_not_guess_from_an_unclear_answer(reply):
    assert pick(CHOICES, reply) is None


def test_it_offers_each_place_once_and_at_most_three():
    twice = [*CHOICES, CHOICES[0], choice("Vermont Ave & 1st St")]

    assert [c.label for c in choices(twice)] == [c.label for c in CHOICES]


def test_it_survives_json(first):
    found = first("ICE at 6th and Vermont")

    assert Candidate.from_dict({**found.as_dict(), "unknown": 1}) == found

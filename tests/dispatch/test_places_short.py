"""Places as texts name them."""

import pytest

from alerts.dispatch.places_short import MOST, same_place, shorten


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("W 6th St & S Vermont Ave", "W 6th & S Vermont"),
        ("6th St & Vermont Ave", "6th & Vermont"),
        ("Wilshire Blvd and Western Ave", "Wilshire & Western"),
        ("3rd St. / New Hampshire Ave.", "3rd & New Hampshire"),
        ("2754 W 8th St", "2754 W 8th St"),
        ("MacArthur Park", "MacArthur Park"),
        ("7-Eleven, Wilshire & Vermont", "7-Eleven, Wilshire & Vermont"),
        ("St Andrews Pl & W 5th St", "St Andrews & W 5th"),
        ("Plaza Olímpica", "Plaza Olimpica"),
    ],
)
def test_it_drops_what_a_crossing_can_lose(label, short):
    assert shorten(label, link=" & ") == short


def test_it_joins_streets_in_the_readers_language():
    assert shorten("W 6th St & S Vermont Ave", link=" y ") == "W 6th y S Vermont"


def test_it_cuts_a_long_name_between_words():
    short = shorten("The Very Long Name Of A Shopping Centre With Several Buildings", link="&")
    assert len(short) <= MOST
    assert short == "The Very Long Name Of A Shopping Centre With"


@pytest.mark.parametrize(
    "typed",
    [
        "W 6th St & S Vermont Ave",
        "w 6th st and s vermont ave",
        "W6TH ST S.VERMONT AVE.",
        "W 6th & S Vermont",
        "w 6th y s vermont",
        "w 6th st y s vermont",
    ],
)
def test_it_knows_the_place_however_it_is_typed(typed):
    assert same_place(typed, "W 6th St & S Vermont Ave")


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "&", "W 7th St & S Vermont Ave", "6th", "W 6th Ave & S Vermont", "K-042"],
)
def test_it_does_not_take_another_place_for_it(typed):
    assert not same_place(typed, "W 6th St & S Vermont Ave")

"""Phone numbers are read as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.responders.numbers import NotAPhoneNumber, parse_number


@pytest.mark.parametrize(
    "written",
    [
        "+12135550123",
        "2135550123",
        "(213) 555-0123",
        "213.555.0123",
        " 1 213 555 0123 ",
        "213\u00a0555\u20110123",
        "２１３５５５０１２３",
        "tel:+1-213-555-0123",
        "001 1 213 555 0123".replace("001 ", "011 "),
    ],
)
def test_it_reads_what_people_type(written: str) -> None:
    assert parse_number(written) == "+12135550123"


def test_it_reads_numbers_of_other_countries() -> None:
    assert parse_number("+52 55 5555 0123") == "+525555550123"
    assert parse_number("02-312-3456", region="KR") == "+8223123456"


@pytest.mark.parametrize(
    "written",
    ["", " ", "abc", "555-0123", "911", "+1 213 555", "213 555 0123 ext. 4", "1" * 41, "+", "\x00"],
)
def test_it_refuses_what_cannot_be_texted(written: str) -> None:
    with pytest.raises(NotAPhoneNumber):
        parse_number(written)


def test_it_says_why_without_the_number() -> None:
    with pytest.raises(NotAPhoneNumber) as refused:
        parse_number("213 555 0123 4567 89")

    assert not any(character.isdigit() for character in str(refused.value))


@given(st.text(max_size=60))
def test_it_gives_e164_or_refuses(written: str) -> None:
    try:
        number = parse_number(written)
    except NotAPhoneNumber:
        return
    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert parse_number(number) == number

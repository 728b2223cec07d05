"""What may stand in typed words."""

import pytest

from alerts.dispatch.refusals import TooManyWords, WordsNotAllowed
from alerts.dispatch.typed import checked


@pytest.mark.parametrize(
    "words",
    [
        "",
        "NE lot, behind the 7-Eleven",
        "lado norte, 2 camionetas",
        "북쪽 주차장",
        "since 10:36am, near 1200 block",
        "100th St side",
        "10min walk",
        "exit 101N",
        "x" * 60,
    ],
)
def test_it_lets_plain_words_pass(words):
    assert checked(words) == words


def test_it_spells_them_cheaply():
    assert checked("  don’t  go in. ") == "don't go in"


def test_it_refuses_more_than_sixty_characters():
    with pytest.raises(TooManyWords):
        checked("x" * 61)


@pytest.mark.parametrize(
    "words",
    [
        "call 213 555 0123",
        "call 213.555.0123",
        "(213)5550123",
        "+12135550123",
        "white van 7ABC123",
        "plate 8xyz999",
        "see https://example.org",
        "see www.example",
        "bit.ly/raid",
        "example.com",
        "badge 1234",
        "placa no. 99",
        "apt 4",
        "apartamento B",
        "room #12",
        "302호",
    ],
)
def test_it_refuses_numbers_plates_links_and_homes(words):
    with pytest.raises(WordsNotAllowed) as refused:
        checked(words)
    assert len(str(refused.value)) > 20

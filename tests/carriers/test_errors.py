from pathlib import Path

import pytest
from django.utils.translation import override

from alerts.carriers.errors import (
    MEANINGS,
    TABLE,
    Consequence,
    as_markdown,
    consequence_of,
    sentence_for,
)
from alerts.carriers.simulator.twilio_api import MESSAGES

DOCUMENT = Path(__file__).parents[2] / "docs" / "carrier-errors.md"


@pytest.mark.parametrize(
    ("code", "consequence"),
    [
        ("21610", Consequence.LEFT),
        ("21211", Consequence.UNREACHABLE),
        ("21614", Consequence.UNREACHABLE),
        ("30005", Consequence.UNREACHABLE),
        ("30006", Consequence.UNREACHABLE),
        ("30003", Consequence.RETRY_ONCE),
        ("30007", Consequence.FILTERED),
        ("20003", Consequence.STOP_ALL),
        ("401", Consequence.STOP_ALL),
        ("30036", Consequence.TOO_LATE),
        ("30001", Consequence.SLOW_DOWN),
        ("21611", Consequence.SLOW_DOWN),
        ("30022", Consequence.SLOW_DOWN),
        ("20429", Consequence.SLOW_DOWN),
        ("connect", Consequence.SLOW_DOWN),
        ("30008", Consequence.OTHER),
        ("", Consequence.OTHER),
        ("99999", Consequence.OTHER),
    ],
)
def test_it_says_what_follows_from_a_code(code, consequence):
    assert consequence_of(code) is consequence


def test_it_has_each_code_once_and_a_sentence_for_it():
    codes = [error.code for error in TABLE]

    assert len(codes) == len(set(codes))
    with override("en"):
        assert all(str(error.sentence).endswith(".") for error in TABLE)
        assert str(sentence_for("99999")) == "The carrier did not send this text."


def test_it_has_a_meaning_for_every_consequence():
    assert set(MEANINGS) == set(Consequence)


def test_it_knows_every_refusal_of_a_text_that_the_simulator_makes():
    about_requests = {20001, 20004, 20009, 20500, 21266, 90007}

    assert {str(code) for code in MESSAGES.keys() - about_requests} <= {e.code for e in TABLE}


def test_it_equals_the_document():
    assert DOCUMENT.read_text(encoding="utf-8") == as_markdown(), (
        "write alerts.carriers.errors.as_markdown() to docs/carrier-errors.md"
    )

"""Counting segments and spelling cheaply."""

import pytest

from alerts.dispatch.segments import count, split, to_gsm


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("é ñ ü ¿ ¡ à", "GSM-7", 11, 1),
        ("á", "UCS-2", 1, 1),
        ("가" * 70, "UCS-2", 70, 1),
        ("가" * 71, "UCS-2", 71, 2),
        ("가" * 134, "UCS-2", 134, 2),
        ("가" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
        ("’", "UCS-2", 1, 1),
        ("[{~}]", "GSM-7", 10, 1),
        ("\n\r", "GSM-7", 2, 1),
    ],
)
def test_it_counts_as_the_carrier_does(text, encoding, units, segments):
    counted = count(text)
    assert (counted.encoding, counted.units, counted.segments) == (encoding, units, segments)


def test_it_never_cuts_an_escape_pair_in_two():
    # 152 units, then a character of two: it does not fit into the 153 of the first part.
    parts = split("a" * 152 + "€" + "b" * 20)
    assert parts == ["a" * 152, "€" + "b" * 20]


def test_it_never_cuts_an_emoji_in_two():
    parts = split("가" * 66 + "😀" + "나" * 10)
    assert parts == ["가" * 66, "😀" + "나" * 10]


def test_it_counts_a_part_more_where_pairs_straddle_the_borders():
    # 306 units would be two parts of 153, but each pair that straddles moves on whole.
    assert count("a" * 152 + "€" + "a" * 151 + "€").segments == 3


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("don’t “go” — wait…", 'don\'t "go" - wait...'),
        ("hard\u00a0space\u202fhere", "hard space here"),
        ("La migra está aquí, ¿dónde? Él no. Ñandú.", "La migra esta aqui, ¿donde? Él no. Ñandu."),
        ("café", "café"),
        ("cafe\u0301", "café"),
        ("zero\u200bwidth\u202e", "zerowidth"),
        ("nul\x00 bell\x07", "nul bell"),
        ("코리아타운", "코리아타운"),
        ("이민국‘단속’", "이민국'단속'"),
    ],
)
def test_it_spells_with_the_cheap_alphabet_where_nothing_is_lost(typed, spelt):
    assert to_gsm(typed) == spelt

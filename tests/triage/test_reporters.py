import pytest

from alerts.models import Report
from alerts.triage.reporters import (
    MOST_COUNTED,
    independent_reporters,
    phone_witnesses,
    text_index_of,
)


def reports(*lines: str) -> list[Report]:
    """`A:x` is number A saying x; `page1:x` the receipt page 1; a lone `:x` has no page."""
    made = []
    for line in lines:
        who, _colon, text = line.partition(":")
        report = Report(text_index=text)
        if who.isupper():
            report.number_index = who
        elif who:
            report.receipt_id = who
        made.append(report)
    return made


@pytest.mark.parametrize(
    ("lines", "people", "witnesses"),
    [
        ([], 0, 0),
        (["A:x"], 1, 1),
        (["A:x", "A:y"], 1, 1),
        (["A:x", "B:x"], 1, 1),
        (["A:x", "B:y"], 2, 2),
        (["A:x", "B:x", "B:y"], 2, 2),
        (["A:x", "B:y", "C:x", "C:y"], 2, 2),
        (["page1:x", "page1:y"], 1, 0),
        (["page1:x", "page2:y"], 2, 0),
        (["A:x", "page1:y"], 2, 1),
        (["A:x", "page1:x"], 1, 1),
        (["A:", "B:"], 2, 2),
        ([":x", ":y"], 2, 0),
        ([f"N{chr(65 + row)}:copied" for row in range(20)], 1, 1),
    ],
)
def test_it_counts_each_number_page_and_text_once(lines, people, witnesses):
    assert independent_reporters(reports(*lines)) == people
    assert phone_witnesses(reports(*lines)) == witnesses


def test_it_stops_counting_where_counting_says_nothing_more():
    many = [Report(number_index=f"N{row}", text_index=f"t{row}") for row in range(5_000)]

    assert independent_reporters(many) == MOST_COUNTED


def test_it_survives_a_chain_made_to_exhaust_it():
    chain = []
    for row in range(MOST_COUNTED):
        chain += [
            Report(number_index=f"N{row}", text_index=f"t{row}"),
            Report(number_index=f"N{row}", text_index=f"t{row + 1}"),
        ]

    assert independent_reporters(reversed(chain)) == MOST_COUNTED


@pytest.mark.parametrize(
    "copy",
    ["LA MIGRA en 6th & Vermont!!", "la migra en 6th vermont", "ｌａ ｍｉｇｒａ en 6th/vermont"],
)
def test_it_knows_a_copied_text_by_its_letters(copy):
    assert text_index_of(copy) == text_index_of("La migra, en 6th Vermont")


def test_it_gives_a_text_without_letters_no_index():
    assert text_index_of("🚨🚨 !!!") == ""

"""How many people stand behind an incident, when nobody has to give a name."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from alerts.models import Report
from alerts.models.keys import index_of
from alerts.triage.words import telling_words

MOST_COUNTED = 200
"""Beyond this many the exact count says nothing more, and costs."""
FEWEST_WORDS = 4
"""Shorter texts ("la migra en la 6") are alike by themselves."""


class Telling(NamedTuple):
    """The columns of a report that say who stands behind it: nothing sealed, nothing opened.

    Plain values, because one incident may have hundreds of reports and counts them with each.
    """

    pk: UUID
    received_at: datetime
    number_index: str
    receipt_id: UUID | None
    text_index: str
    shape_index: str
    saw_it: str
    still_going: str
    is_doubtful: bool

    @property
    def reporter(self) -> str:
        """Return the same as `Report.reporter`."""
        return self.number_index or f"page {self.receipt_id or self.pk}"


def text_index_of(text: str) -> str:
    """Return the keyed digest that copies of `text` share, "" for a text without letters.

    Case, spaces, punctuation and look-alike forms (NFKC) do not make a text another one.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(character for character in folded if character.isalnum())
    return index_of("text", letters) if letters else ""


def shape_of(report: Report) -> str:
    """Return the keyed digest of what a text says beside its place.

    A short text ("la migra en la 6") is like others by chance: with a place it has no shape
    (""), without one its shape is the whole text.
    """
    words = telling_words(report.text) - telling_words(report.place_label)
    words = {word for word in words if not any(letter.isdigit() for letter in word)}
    if len(words) >= FEWEST_WORDS:
        return index_of("shape", " ".join(sorted(words)))
    return report.text_index if report.lat is None else ""


def independent_reporters(reports: Iterable[Report | Telling]) -> int:
    """Return how many independent reporters stand behind `reports`, at most MOST_COUNTED.

    The same number, the same receipt page and the same copied text count once: it is the size
    of the largest set of reports in which no two share a reporter or a text.
    """
    texts_of: dict[str, list[str]] = {}
    for report in reports:
        # Of a text sent about many corners all copies count once, wherever they differ.
        shape = report.shape_index if report.is_doubtful else ""
        text = shape or report.text_index or f"only {report.pk}"
        if report.reporter in texts_of or len(texts_of) < MOST_COUNTED:
            texts_of.setdefault(report.reporter, []).append(text)
    return _pairs(texts_of)


def phone_witnesses(reports: Iterable[Report | Telling]) -> int:
    """Return how many phone numbers told it in words of their own.

    A web report has no identity, so the rule of two reporters counts these only.
    """
    return independent_reporters(report for report in reports if report.number_index)


def _pairs(texts_of: dict[str, list[str]]) -> int:
    """Return the size of a maximum matching of reporters and texts (Kuhn's algorithm)."""
    teller: dict[str, str] = {}

    def can_tell(reporter: str, seen: set[str]) -> bool:
        for text in texts_of[reporter]:
            if text in seen:
                continue
            seen.add(text)
            if text not in teller or can_tell(teller[text], seen):
                teller[text] = reporter
                return True
        return False

    return sum(can_tell(reporter, set()) for reporter in texts_of)

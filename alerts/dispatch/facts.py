"""What a text says, as plain facts that every language has words for.

Typed answers are only used where they can be said in all languages: numbers, a known agency, a
known activity. What cannot be read for certain is left out rather than guessed.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from alerts.models import Alert, Incident, Kind, Network

TEXTS = Path(__file__).parent / "texts"
NEXT_UPDATE = timedelta(minutes=25)
ROUND_MINUTES = 5
MOST_AGENTS = 99

_NUMBER = re.compile(r"\d+")
_RANGE = re.compile(r"(\d{1,2})\s*(?:-|–|~|to|a)\s*(\d{1,2})")
_WORD = re.compile(r"\w+")
_HANGUL = re.compile(r"[가-힣]")
_COUNTED_CARS = re.compile(r"(\d{1,2})\s*대")


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a text may say; times are on the neighbourhood's clocks."""

    code: str
    at: datetime
    place: str
    agents: str = ""
    """A number or a range such as "4-6"; empty where it is not known."""
    vehicles: str = ""
    agency: str = "ICE"
    activity: str = ""
    """A key of [activity] in texts/<language>/words.toml."""
    seen_by: str = ""
    reports: int = 0
    words: str = ""
    next_update: datetime | None = None
    alert_at: datetime | None = None
    """When the alert went out that a correction takes back."""
    what_it_was: str = ""
    is_drill: bool = False


def facts_of(alert: Alert, *, network: Network) -> Facts:
    """Return what the texts of `alert` say; the same as long as nothing about it changes."""
    incident = alert.incident
    salute = incident.salute
    first = alert.references
    drafted_at = network.local(alert.drafted_at)
    told = _told(alert) if alert.kind == Kind.CHECK else Told(alert.drafted_at, 0)
    return Facts(
        code=incident.code,
        at=network.local(told.at),
        place=incident.place_label,
        agents=_how_many(salute.get("size", "")),
        vehicles=_vehicles(salute.get("equipment", "")),
        agency=_agency(salute.get("unit", "")),
        activity=_known("activity", salute.get("activity", "")),
        seen_by=alert.verification.seen_by if alert.verification else "",
        reports=told.people,
        words=alert.words,
        next_update=_next_update(drafted_at),
        alert_at=network.local(first.released_at) if first and first.released_at else None,
        what_it_was=alert.what_it_was,
        is_drill=incident.is_drill or alert.kind == Kind.DRILL,
    )


class Told(NamedTuple):
    """What neighbours had told when a check was drafted."""

    at: datetime
    people: int


def _told(alert: Alert) -> Told:
    """Return when the last report came and from how many people they were.

    As of the draft: one more report must not make the frozen text look outdated.
    """
    before = alert.incident.reports.filter(received_at__lte=alert.drafted_at)
    reports = list(before.only("received_at", "number_index", "receipt_id"))
    last = max((report.received_at for report in reports), default=alert.incident.reported_at)
    return Told(last, len({report.reporter for report in reports}))


def is_placed(incident: Incident) -> bool:
    """Say whether a text can name where the incident is."""
    return incident.is_located and bool(incident.place_label.strip())


def _next_update(at: datetime) -> datetime:
    late = at + NEXT_UPDATE
    return late + timedelta(minutes=-late.minute % ROUND_MINUTES)


@lru_cache(maxsize=1)
def _reading() -> dict[str, Any]:
    return tomllib.loads((TEXTS / "reading.toml").read_text())


def _fold(text: str) -> str:
    # Hangul is composed again: its letters are not accents.
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).casefold()


def _digits(text: str) -> str:
    numbers: dict[str, int] = _reading()["numbers"]
    return _WORD.sub(lambda word: str(numbers.get(word[0], word[0])), _fold(text))


def _how_many(text: str) -> str:
    """Read "about 6", "four" or "4-6"; two unrelated numbers are nobody's count."""
    plain = _digits(text)
    span = _RANGE.search(plain)
    rest = _RANGE.sub("", plain, count=1) if span else plain
    numbers = _NUMBER.findall(rest)
    if span:
        return "" if numbers or int(span[1]) >= int(span[2]) else f"{span[1]}-{span[2]}"
    alone = len(numbers) == 1 and 0 < int(numbers[0]) <= MOST_AGENTS
    return numbers[0] if alone else ""


def _vehicles(text: str) -> str:
    """Read "2 white vans" or "차 2대"."""
    plain = _digits(text)
    counted = _COUNTED_CARS.findall(plain)
    words = _WORD.findall(plain)
    for place, word in enumerate(words):
        near = words[place + 1 : place + 4]
        if word.isdigit() and _begins(near, _reading()["vehicles"]["words"]):
            counted.append(word)
    alone = len(set(counted)) == 1 and 0 < int(counted[0]) <= MOST_AGENTS
    return counted[0] if alone else ""


def _agency(text: str) -> str:
    return _known("agency", text) or "ICE"


def _known(table: str, text: str) -> str:
    """Return the one key of `table` whose words stand in `text`, if it denies nothing."""
    words = _WORD.findall(_fold(text))
    if any(_is_denial(word) for word in words):
        return ""
    keys = [key for key, starts in _reading()[table].items() if _begins(words, starts)]
    return keys[0] if keys else ""


def _is_denial(word: str) -> bool:
    denials: list[str] = _reading()["denials"]["words"]
    return word in denials or any(_HANGUL.match(d) and d in word for d in denials)


def _begins(words: Iterable[str], starts: Iterable[str]) -> bool:
    return any(
        start in word if _HANGUL.match(start) else word.startswith(start)
        for word in words
        for start in starts
    )

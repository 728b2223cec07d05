"""The labelled texts, and what counts as right, wrong and honest doubt."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alerts.places import CONFIDENT, Candidate
from alerts.places.geo import metres

DATA = Path(__file__).parent.parent / "tests" / "data"
FILES = ("report_texts.jsonl", "report_texts_more.jsonl")
WRONG_M = 300
"""An answer farther off than this, or one for a text without a place, is a wrong place."""
MOST_CHOICES = 5

Answers = Callable[[str], Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text with what a person says it means."""

    id: str
    text: str
    lang: str
    expect: str
    """point, area, none or ambiguous."""
    point: tuple[float, float]
    tol_m: float

    @property
    def is_held_out(self) -> bool:
        """Whether the resolver was never tuned on this text."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 2 == 1


@dataclass(slots=True)
class Score:
    """Counts over some texts."""

    counts: Counter[str] = field(default_factory=Counter)

    def share(self, part: str, whole: str) -> float:
        """Return one count as a share of another."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 0.0


def labelled(name: str) -> list[Labelled]:
    """Return the texts of one file."""
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [_labelled(json.loads(line)) for line in lines]


def _labelled(row: dict[str, Any]) -> Labelled:
    point = row.get("lat", 0.0), row.get("lon", 0.0)
    return Labelled(row["id"], row["text"], row["lang"], row["expect"], point, row.get("tol_m", 0))


def score(texts: Iterable[Labelled], answers: Answers) -> Score:
    """Count what `answers` makes of the texts."""
    result = Score()
    for text in texts:
        result.counts.update(_judge(text, answers(text.text)))
    return result


def _judge(text: Labelled, found: Sequence[Candidate]) -> list[str]:
    is_answered = bool(found) and found[0].confidence >= CONFIDENT
    notes = ["texts", text.expect]
    if text.expect in ("point", "area"):
        notes += _judge_place(text, found, is_answered=is_answered)
    elif is_answered:
        notes += ["wrong"] if text.expect == "none" else ["overconfident"]
    else:
        notes.append("left alone" if text.expect == "none" else "doubted")
    return notes


def _judge_place(text: Labelled, found: Sequence[Candidate], *, is_answered: bool) -> list[str]:
    notes = ["place", f"place {text.lang}"]
    hits = [_is_hit(text, candidate) for candidate in found[:MOST_CHOICES]]
    if hits and hits[0]:
        notes.append("first candidate")
    if is_answered and hits[0]:
        notes += ["first", f"first {text.lang}"]
    if any(hits):
        notes.append("among five")
    off = metres(text.point, (found[0].lat, found[0].lon)) if found else 0.0
    if is_answered and not hits[0] and off > WRONG_M:
        notes.append("wrong")
    return notes


def _is_hit(text: Labelled, candidate: Candidate) -> bool:
    if text.expect == "area" and candidate.kind != "area":
        return False
    return metres(text.point, (candidate.lat, candidate.lon)) <= text.tol_m

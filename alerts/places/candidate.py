"""What the resolver answers: points with a label, a precision and a confidence."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from alerts.places.why import SENTENCES

Kind = Literal["crossing", "address", "landmark", "station", "ramp", "area", "point"]

CONFIDENT = 0.68
"""The bar: a first candidate at or above it is an answer, below it the neighbour is asked.

The highest that costs no right answer on the half of the texts it was tuned on.
"""

MOST_CHOICES = 3
"""How many numbered choices one question may have: more do not fit one text."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What is known beside the text: roughly where reports come from."""

    lat: float | None = None
    lon: float | None = None
    """WGS84 degrees. Without a point the middle of the gazetteer is used."""
    radius_m: float = 15_000
    """Places farther from the point than this are thought unlikely, not impossible."""
    before: str = ""
    """What the same person wrote just before: "on Vermont" makes "at 8th" a crossing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a text as a place."""

    lat: float
    lon: float
    """WGS84 degrees."""
    label: str
    kind: Kind
    precision_m: int
    """How far off the point may be; never smaller than what the words say."""
    confidence: float
    """0 to 1; `CONFIDENT` is the bar."""
    words: str
    """The part of the text it was read from."""
    why: tuple[str, ...] = ()
    """Machine-readable reasons, keys of `why.SENTENCES`."""
    place_key: str = ""
    """Stable key of the gazetteer's row; empty for coordinates and points between rows."""

    @property
    def is_confident(self) -> bool:
        """Whether this may be taken without asking."""
        return self.confidence >= CONFIDENT

    def sentence(self) -> str:
        """Say in English why this place was chosen, for the desk."""
        reasons = [SENTENCES[reason] for reason in self.why if reason in SENTENCES]
        about = f"“{self.words}” → {self.label}" if self.words else self.label
        return f"{about}: {'; '.join(reasons)}." if reasons else f"{about}."

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {**asdict(self), "why": list(self.why)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Candidate":
        """Build a candidate from what `as_dict` gave; unknown keys are left out."""
        known = {field.name for field in fields(cls)}
        kept = {key: value for key, value in values.items() if key in known}
        return cls(**{**kept, "why": tuple(kept.get("why", ()))})


def needs_question(candidates: Sequence[Candidate]) -> bool:
    """Say whether the text means a place that one question could settle."""
    return bool(candidates) and not candidates[0].is_confident


def choices(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the at most three places to number in a question, without repeating a label."""
    seen: dict[str, Candidate] = {}
    for candidate in candidates:
        seen.setdefault(candidate.label, candidate)
    return list(seen.values())[:MOST_CHOICES]

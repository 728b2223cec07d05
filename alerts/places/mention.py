"""A mention: where a text names a street, a landmark or a neighbourhood."""

from dataclasses import dataclass

from alerts.places.matching import Match


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `start` to `end` (exclusive) name something."""

    start: int
    end: int
    kind: int
    """STREET, LANDMARK or AREA."""
    target: int
    standing: int
    score: float
    how: str
    """exact, spelling, sound, or number: a bare figure or counting word."""
    is_common: bool = False
    """The name is an everyday word too."""
    tail: str = ""
    """Korean particles that hang on it."""
    left: int = -1
    right: int = -1
    """The tokens with direction, type and "calle" taken along."""
    type: str = ""
    direction: str = ""
    typed: bool = False
    """A street type, a direction or "calle" stands by."""


@dataclass(slots=True)
class Names:
    """Everything a text names."""

    streets: list[Mention]
    landmarks: list[Mention]
    areas: list[Mention]


def mention_of(start: int, end: int, match: Match, tail: str, *, is_common: bool) -> Mention:
    """Return the mention of a matched name at tokens `start` to `end` (exclusive)."""
    name = match.name
    return Mention(
        start, end, name.kind, name.target, name.standing, match.score, match.how, is_common, tail
    )

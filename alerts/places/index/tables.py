"""What is collected of the rows before it is laid out as columns."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from alerts.places.geo import Point

STREET, LANDMARK, AREA = range(3)
"""What a name leads to."""

MICRO = 1_000_000
"""Degrees are kept as whole millionths, about 0.1 m."""


class CrossingRow(NamedTuple):
    """Where two bases meet; the lower base number is first."""

    pair: int
    lat: int
    lon: int
    type_a: int
    type_b: int
    weight: int
    precision: int
    key: int


class RangeRow(NamedTuple):
    """House numbers along a line."""

    base: int
    low: int
    high: int
    direction: int
    type: int
    key: int
    line: tuple[Point, ...]


class LandmarkRow(NamedTuple):
    """A landmark, station or exit."""

    label: int
    key: int
    category: int
    lat: int
    lon: int
    precision: int
    kind: int


@dataclass(slots=True)
class Tables:
    """Rows in the order they came; texts and names by number."""

    rows: int = 0
    strings: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=lambda: {"": 0})
    categories: dict[str, int] = field(default_factory=lambda: {"": 0})
    bases: dict[str, int] = field(default_factory=dict)
    """Streets by the look-up key of their base name."""
    base_names: list[str] = field(default_factory=list)
    names: dict[tuple[str, int, int], int] = field(default_factory=dict)
    """Standing by look-up key, STREET, LANDMARK or AREA, and number."""
    crossings: list[CrossingRow] = field(default_factory=list)
    ranges: list[RangeRow] = field(default_factory=list)
    landmarks: list[LandmarkRow] = field(default_factory=list)
    areas: list[dict[str, Any]] = field(default_factory=list)
    sources: dict[str, None] = field(default_factory=dict)

    def string(self, text: str) -> int:
        """Return the number of a text, a new one if need be."""
        return self.strings.setdefault(text, len(self.strings))

"""Simple ways to find a place in a text, to compare with."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from alerts.places import Candidate
from alerts.places.names import split_street
from alerts.places.shipped import shipped_rows

FUZZY_BAR = 80.0
"""Score (0 to 100) from which the fuzzy baseline answers."""


class ExactPattern:
    """Two street names as they are written on the map, joined by a word for "and"."""

    def __init__(self) -> None:
        self.points: dict[frozenset[str], tuple[float, float]] = {}
        for row in shipped_rows():
            if row.kind == "crossing":
                names = frozenset(split_street(n).base.lower() for n in row.details["streets"])
                self.points.setdefault(names, (row.lat, row.lon))
        known = sorted({name for pair in self.points for name in pair}, key=len, reverse=True)
        street = rf"(?:[nsew] )?({'|'.join(map(re.escape, known))})(?: (?:st|ave|blvd|dr|pl)\b)?"
        self.pattern = re.compile(rf"\b{street}\s*(?:and|&|/|at|@|x|y|con)\s*{street}\b", re.I)

    def __call__(self, text: str) -> Sequence[Candidate]:
        """Return the crossing the pattern finds, always sure of it."""
        found = self.pattern.search(text)
        names = frozenset(name.lower() for name in found.groups()) if found else frozenset()
        point = self.points.get(names)
        if point is None:
            return []
        return [Candidate(*point, " & ".join(sorted(names)), "crossing", 20, 1.0, text)]


class FuzzyNames:
    """rapidfuzz's token_set_ratio over all names of the gazetteer."""

    def __init__(self) -> None:
        self.points: dict[str, tuple[float, float]] = {}
        for row in shipped_rows():
            if row.kind != "street":
                for name in (row.name, *row.names):
                    self.points.setdefault(name.lower(), (row.lat, row.lon))

    def __call__(self, text: str) -> Sequence[Candidate]:
        """Return the five names most like the text."""
        found = process.extract(
            text.lower(), list(self.points), scorer=fuzz.token_set_ratio, limit=5
        )
        return [
            Candidate(*self.points[name], name, "crossing", 20, _confidence(likeness), text)
            for name, likeness, _ in found
        ]


def _confidence(likeness: float) -> float:
    return 0.9 if likeness >= FUZZY_BAR else 0.3

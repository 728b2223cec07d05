"""Crossings computed from lines: where two named streets share a point."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from alerts.places.geo import Point, metres, middle
from alerts.places.importing.tables import stable_key
from alerts.places.rows import PlaceRow

SAME_CROSSING_M = 60
"""Two carriageways meet a street in two points of one crossing."""


class StreetNetwork:
    """Collects streets line by line; a street is the same by its name."""

    def __init__(self, source: str) -> None:
        """`source` is the attribution of every row."""
        self.source = source
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._weights: list[int] = []
        self._aliases: dict[int, dict[str, None]] = defaultdict(dict)
        self._middle: dict[int, Point] = {}
        self._first: dict[Hashable, int] = {}
        self._shared: dict[Hashable, set[int]] = {}
        self._where: dict[Hashable, Point] = {}

    def add(
        self,
        name: str,
        aliases: Sequence[str],
        weight: int,
        corners: Sequence[tuple[Hashable, Point]],
    ) -> None:
        """Take one line: corners are (identity, point); equal identities are one place."""
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self._names)
            self._names.append(name)
            self._weights.append(weight)
        self._weights[number] = max(self._weights[number], weight)
        for alias in aliases:
            self._aliases[number][alias] = None
        if corners:
            self._middle.setdefault(number, corners[len(corners) // 2][1])
        for identity, point in corners:
            first = self._first.setdefault(identity, number)
            if first != number:
                self._shared.setdefault(identity, {first}).add(number)
                self._where[identity] = point

    def rows(self) -> Iterator[PlaceRow]:
        """Yield the crossings, then the streets that have other names."""
        yield from self._crossings()
        for number, aliases in self._aliases.items():
            lat, lon = self._middle[number]
            yield PlaceRow(
                key=stable_key("street-", self._names[number]),
                kind="street",
                name=self._names[number],
                names=tuple(aliases),
                lat=lat,
                lon=lon,
                source=self.source,
            )

    def _crossings(self) -> Iterator[PlaceRow]:
        pairs: dict[tuple[int, int], list[Point]] = defaultdict(list)
        for identity, numbers in self._shared.items():
            ordered = sorted(numbers, key=lambda number: self._names[number])
            for at, one in enumerate(ordered):
                for two in ordered[at + 1 :]:
                    pairs[one, two].append(self._where[identity])
        for (one, two), points in pairs.items():
            for lat, lon in _corners(points):
                yield self._crossing(one, two, lat, lon)

    def _crossing(self, one: int, two: int, lat: float, lon: float) -> PlaceRow:
        names = [self._names[one], self._names[two]]
        return PlaceRow(
            key=stable_key("x", *names, f"{lat:.3f}", f"{lon:.3f}"),
            kind="crossing",
            name=" & ".join(names),
            lat=lat,
            lon=lon,
            precision_m=15,
            source=self.source,
            details={"streets": names, "weight": min(self._weights[one], self._weights[two])},
        )


def _corners(points: list[Point]) -> Iterator[Point]:
    """Yield the middles of points that lie together."""
    left = sorted(points)
    while left:
        near = [p for p in left if metres(p, left[0]) <= SAME_CROSSING_M]
        left = [p for p in left if metres(p, left[0]) > SAME_CROSSING_M]
        yield middle(near)

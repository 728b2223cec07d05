"""Questions to an open index: who is called this, where do these streets cross."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple
from zlib import crc32

from alerts.places.geo import Point, is_in_rings
from alerts.places.index.layout import MappedFile
from alerts.places.index.tables import MICRO

LandmarkKind = Literal["landmark", "station", "ramp"]
LANDMARK_KINDS: tuple[LandmarkKind, ...] = ("landmark", "station", "ramp")
MINOR = 0.12
MOST_BEARERS = 2_000
"""Places of one name that are looked at."""


class Name(NamedTuple):
    """One look-up key and the place behind it."""

    text: str
    kind: int
    target: int
    standing: int


class Crossing(NamedTuple):
    """Two streets that meet, in the order they were asked for."""

    number: int
    lat: float
    lon: float
    type_a: str
    type_b: str
    weight: int
    precision_m: int

    @property
    def point(self) -> Point:
        """Where they meet."""
        return self.lat, self.lon


class Range(NamedTuple):
    """House numbers along a piece of street."""

    number: int
    low: int
    high: int
    direction: str
    type: str

    @property
    def is_even(self) -> bool:
        """Which side of the street it is."""
        return self.low % 2 == 0


class Landmark(NamedTuple):
    """A named place that is neither crossing nor house number."""

    label: str
    key: str
    category: str
    lat: float
    lon: float
    precision_m: int
    kind: LandmarkKind

    @property
    def point(self) -> Point:
        """Where it is."""
        return self.lat, self.lon


class Gazetteer:
    """An index file opened for look-ups. Cheap to open; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Map the file. Raise UnusableIndex if it is not one, OSError if it cannot be read."""
        file = self.file = MappedFile(path)
        self.home: Point = tuple(file.meta["home"])
        self.sources: list[str] = file.meta["sources"]
        self._types: list[str] = file.meta["types"]
        self._categories: list[str] = file.meta["categories"]
        self._texts, self._text_start = file.blob("t_text"), file.array("t_start")
        self._name_hash = file.array("n_hash")
        self._names = [file.array(f"n_{part}") for part in ("text", "kind", "target", "standing")]
        self._near_spelling, self._near_sound = file.array("d_entry"), file.array("s_entry")
        self._pair = file.array("x_pair")
        self._x = [
            file.array(f"x_{part}")
            for part in ("lat", "lon", "type_a", "type_b", "weight", "precision")
        ]
        self._x_key = file.array("x_key")
        self._b_name, self._b_start = file.array("b_name"), file.array("b_start")
        self._b_crossing, self._b_range = file.array("b_crossing"), file.array("b_range")
        self._r = [file.array(f"r_{part}") for part in ("low", "high", "direction", "type")]
        self._r_key, self._r_line = file.array("r_key"), file.array("r_line")
        self._r_point = file.array("r_point")
        self._m = [
            file.array(f"m_{part}")
            for part in ("label", "key", "category", "lat", "lon", "precision", "kind")
        ]
        self.named = lru_cache(maxsize=8192)(self._named)
        self.track = lru_cache(maxsize=1024)(self._track)
        self.type_shares = lru_cache(maxsize=1024)(self._type_shares)

    def text(self, number: int) -> str:
        """Return string `number` of the file."""
        start, end = self._text_start[number], self._text_start[number + 1]
        return bytes(self._texts[start:end]).decode()

    def _named(self, key: str) -> tuple[Name, ...]:
        """Return every place filed under exactly this key."""
        wanted = crc32(key.encode())
        hashes, (text, kind, target, standing) = self._name_hash, self._names
        found: list[Name] = []
        number = -1
        at = bisect_left(hashes, wanted)
        while at < len(hashes) and hashes[at] == wanted and len(found) < MOST_BEARERS:
            if text[at] == number or self.text(text[at]) == key:
                number = text[at]
                found.append(Name(key, kind[at], target[at], standing[at]))
            at += 1
        return tuple(found)

    def near_spellings(self, cuts: set[str]) -> set[str]:
        """Return the names that share one of these spellings with one letter left out."""
        found: set[int] = set()
        for cut in cuts:
            found.update(_entries(self._near_spelling, crc32(cut.encode())))
        return {self.text(number) for number in found}

    def near_sounds(self, key: str, lengths: range) -> set[str]:
        """Return the names filed under a sound key whose bytes are in a range of lengths."""
        starts = self._text_start
        return {
            self.text(number)
            for number in _entries(self._near_sound, crc32(key.encode()))
            if starts[number + 1] - starts[number] in lengths
        }

    def street(self, base: int) -> str:
        """Return a street's base name as it is shown: "6th", "Vermont"."""
        return self.text(self._b_name[base])

    def is_numbered(self, base: int) -> bool:
        """Say whether a street is called by its number."""
        return self.street(base)[:1].isdigit()

    def crossings(self, a: int, b: int) -> list[Crossing]:
        """Return where base `a` meets base `b`, best known first."""
        swapped = a > b
        pair = b << 32 | a if swapped else a << 32 | b
        found: list[Crossing] = []
        at = bisect_left(self._pair, pair)
        while at < len(self._pair) and self._pair[at] == pair:
            found.append(self._crossing(at, swapped=swapped))
            at += 1
        return found

    def crosses(self, a: int, b: int) -> bool:
        """Say whether two bases meet anywhere."""
        pair = b << 32 | a if a > b else a << 32 | b
        at = bisect_left(self._pair, pair)
        return at < len(self._pair) and self._pair[at] == pair

    def _crossing(self, at: int, *, swapped: bool) -> Crossing:
        lat, lon, type_a, type_b, weight, precision = self._x
        one, two = self._types[type_a[at]], self._types[type_b[at]]
        if swapped:
            one, two = two, one
        return Crossing(at, lat[at] / MICRO, lon[at] / MICRO, one, two, weight[at], precision[at])

    def crossing_key(self, crossing: Crossing) -> str:
        """Return the stable key of a crossing."""
        return self.text(self._x_key[crossing.number])

    def crossings_of(self, base: int) -> Iterator[tuple[int, Crossing]]:
        """Yield every crossing of a street with the base that it crosses, along the street."""
        for at in self._b_crossing[self._b_start[base] : self._b_start[base + 1]]:
            a, b = self._pair[at] >> 32, self._pair[at] & 0xFFFFFFFF
            yield (b if a == base else a), self._crossing(at, swapped=a != base)

    def is_minor(self, base: int, kind: str) -> bool:
        """Say whether streets of this type are few among those of the base: Wilshire Pl."""
        share = self.type_shares(base)
        return share.get(kind, 0.0) < MINOR

    def _type_shares(self, base: int) -> dict[str, float]:
        counts = Counter(crossing.type_a for _, crossing in self.crossings_of(base))
        return {kind: count / counts.total() for kind, count in counts.items()}

    def _track(self, base: int) -> tuple[Point, ...]:
        """Return the known points of a street, in order along it."""
        return tuple(crossing.point for _, crossing in self.crossings_of(base))

    def ranges(self, base: int) -> Iterator[Range]:
        """Yield the house-number ranges of a street, low numbers first."""
        low, high, direction, kind = self._r
        for at in range(self._b_range[base], self._b_range[base + 1]):
            yield Range(
                at, low[at], high[at], " NSEW"[direction[at]].strip(), self._types[kind[at]]
            )

    def range_line(self, piece: Range) -> list[Point]:
        """Return the line of a range, from its low number to its high one."""
        flat = self._r_point[self._r_line[piece.number] : self._r_line[piece.number + 1]]
        return [(flat[i] / MICRO, flat[i + 1] / MICRO) for i in range(0, len(flat), 2)]

    def range_key(self, piece: Range) -> str:
        """Return the stable key of a range."""
        return self.text(self._r_key[piece.number])

    def landmark(self, number: int) -> Landmark:
        """Return a landmark, station or ramp."""
        label, key, category, lat, lon, precision, kind = (column[number] for column in self._m)
        return Landmark(
            self.text(label),
            self.text(key),
            self._categories[category],
            lat / MICRO,
            lon / MICRO,
            precision,
            LANDMARK_KINDS[kind],
        )

    def landmark_point(self, number: int) -> Point:
        """Return where a landmark is, without the rest of it."""
        return self._m[3][number] / MICRO, self._m[4][number] / MICRO

    @cached_property
    def ramps(self) -> list[Landmark]:
        """Return every freeway exit."""
        ramp = LANDMARK_KINDS.index("ramp")
        return [self.landmark(at) for at, kind in enumerate(self._m[-1]) if kind == ramp]

    def area(self, number: int) -> dict[str, object]:
        """Return an area: key, name, lat, lon, precision_m, polygon."""
        return self.file.meta["areas"][number]  # type: ignore[no-any-return]

    def is_in_area(self, point: Point, number: int) -> bool:
        """Say whether a point lies in an area."""
        shape = self.file.meta["areas"][number]["polygon"]
        many = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        return any(is_in_rings(point, rings) for rings in many)


def _entries(column: "memoryview[int]", wanted: int) -> list[int]:
    at = bisect_left(column, wanted << 32)
    found = []
    while at < len(column) and column[at] >> 32 == wanted:
        found.append(column[at] & 0xFFFFFFFF)
        at += 1
    return found

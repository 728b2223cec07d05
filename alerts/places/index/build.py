"""Turn gazetteer rows into the index file."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any
from zlib import crc32

from alerts.places.geo import Point
from alerts.places.index import layout
from alerts.places.index.naming import Key, area_keys, landmark_keys, street_keys
from alerts.places.lexicon.kinds import family
from alerts.places.names import StreetName, split_street
from alerts.places.rows import PlaceRow
from alerts.places.sounds import hangul_sound, jamo, korean_ear, sound

STREET, LANDMARK, AREA = range(3)
"""What a name leads to."""

MICRO = 1_000_000
"""Degrees are kept as whole millionths, about 0.1 m."""
FUZZY_LENGTHS = range(4, 25)
"""Names outside are found by their exact spelling only."""


class NoPlaces(Exception):
    """There is nothing to build an index from."""


def build_index(rows: Iterable[PlaceRow], path: Path, *, home: Point | None = None) -> int:
    """Write the index of `rows` to `path` in one step and return how many rows it holds.

    `home` is where reports usually come from; without it the middle of the address ranges,
    landmarks or crossings, the first that there are. Raise NoPlaces without rows.
    """
    builder = _Builder()
    for row in rows:
        builder.add(row)
    if not builder.count:
        raise NoPlaces("no rows")
    builder.write(path, home)
    return builder.count


def deletions(key: str) -> set[str]:
    """Return `key` and every spelling of it that lacks one letter."""
    return {key} | {key[:i] + key[i + 1 :] for i in range(len(key))}


def as_heard(key: str) -> tuple[str, ...]:
    """Return a Latin name with th as t and, as Korean also writes it, as s: Plymouth."""
    return (key, key.replace("th", "s")) if "th" in key else (key,)


def sound_keys(key: str) -> tuple[str, ...]:
    """Return the sound keys a name is filed under: Latin and Korean ear, or Hangul."""
    if key.isascii():
        if not key.isalpha():
            return ()
        return (f"L{sound(key)}", *(f"K{korean_ear(heard)}" for heard in as_heard(key)))
    return (f"K{hangul_sound(key)}",)


class _Builder:
    """Collects rows into columns."""

    def __init__(self) -> None:
        self.count = 0
        self.strings: dict[str, int] = {}
        self.types: dict[str, int] = {"": 0}
        self.categories: dict[str, int] = {"": 0}
        self.bases: dict[str, int] = {}
        self.base_names: list[str] = []
        self.names: dict[tuple[str, int, int], int] = {}
        self.crossings: list[tuple[int, int, int, int, int, int, int, int, int]] = []
        self.ranges: list[tuple[int, int, int, int, int, int, tuple[Point, ...]]] = []
        self.landmarks: list[tuple[int, int, int, int, int, int, int]] = []
        self.areas: list[dict[str, Any]] = []
        self.attributions: dict[str, None] = {}

    def add(self, row: PlaceRow) -> None:
        self.count += 1
        self.attributions[row.source] = None
        match row.kind:
            case "crossing":
                self._add_crossing(row)
            case "address":
                self._add_range(row)
            case "street":
                self._name_street(self._base(split_street(row.name)), row)
            case "area":
                self._add_area(row)
            case _:
                self._add_landmark(row)

    def _string(self, text: str) -> int:
        return self.strings.setdefault(text, len(self.strings))

    def _base(self, street: StreetName) -> int:
        key = street.key
        found = self.bases.get(key)
        if found is None:
            found = self.bases[key] = len(self.bases)
            self.base_names.append(street.base)
            self._file(street_keys(street.base, ()), STREET, found)
        return found

    def _file(self, keys: Iterable[Key], kind: int, target: int) -> None:
        for key in keys:
            if key.text:
                slot = (key.text, kind, target)
                self.names[slot] = min(key.standing, self.names.get(slot, key.standing))

    def _type(self, street: StreetName) -> int:
        return self.types.setdefault(street.type, len(self.types))

    def _name_street(self, base: int, row: PlaceRow) -> None:
        self._file(street_keys(self.base_names[base], row.names), STREET, base)

    def _add_crossing(self, row: PlaceRow) -> None:
        one, two = (split_street(name) for name in row.details["streets"])
        a, b = self._base(one), self._base(two)
        if a > b:
            a, b, one, two = b, a, two, one
        weight = min(255, int(row.details.get("weight", 1)))
        self.crossings.append(
            (
                a << 32 | b,
                round(row.lat * MICRO),
                round(row.lon * MICRO),
                self._type(one),
                self._type(two),
                weight,
                row.precision_m,
                self._string(row.key),
                len(self.crossings),
            )
        )

    def _add_range(self, row: PlaceRow) -> None:
        street = split_street(row.details["street"])
        line = tuple((lat, lon) for lat, lon in row.details.get("line") or [(row.lat, row.lon)])
        direction = " NSEW".index(street.direction or " ")
        self.ranges.append(
            (
                self._base(street),
                int(row.details["low"]),
                int(row.details["high"]),
                direction,
                self._type(street),
                self._string(row.key),
                line,
            )
        )

    def _add_landmark(self, row: PlaceRow) -> None:
        category = family(str(row.details.get("category") or row.kind))
        if row.kind in {"station", "ramp"}:
            category = row.kind
        number = self.categories.setdefault(category, len(self.categories))
        self._file(landmark_keys(row), LANDMARK, len(self.landmarks))
        self.landmarks.append(
            (
                self._string(row.name),
                self._string(row.key),
                number,
                round(row.lat * MICRO),
                round(row.lon * MICRO),
                row.precision_m,
                ("landmark", "station", "ramp").index(row.kind),
            )
        )

    def _add_area(self, row: PlaceRow) -> None:
        self._file(area_keys(row), AREA, len(self.areas))
        self.areas.append(
            {
                "key": row.key,
                "name": row.name,
                "lat": row.lat,
                "lon": row.lon,
                "precision_m": row.precision_m,
                "polygon": row.details["polygon"],
            }
        )

    def write(self, path: Path, home: Point | None) -> None:
        arrays: dict[str, array[int]] = {}
        self._crossing_columns(arrays)
        self._range_columns(arrays)
        self._landmark_columns(arrays)
        self._name_columns(arrays)
        blobs = self._text_columns(arrays)
        home = home or self._home()
        meta = {
            "home": home,
            "types": list(self.types),
            "categories": list(self.categories),
            "areas": self.areas,
            "sources": [s for s in self.attributions if s],
            "rows": self.count,
            "streets": len(self.bases),
            "landmarks": len(self.landmarks),
        }
        layout.write(path, arrays, blobs, meta)

    def _home(self) -> Point:
        points = (
            [line[0] for *_, line in self.ranges]
            or [(row[3] / MICRO, row[4] / MICRO) for row in self.landmarks]
            or [(row[1] / MICRO, row[2] / MICRO) for row in self.crossings]
            or [(area["lat"], area["lon"]) for area in self.areas]
            or [(0.0, 0.0)]
        )
        return median(p[0] for p in points), median(p[1] for p in points)

    def _crossing_columns(self, arrays: dict[str, "array[int]"]) -> None:
        self.crossings.sort()
        for column, (name, code) in enumerate(
            (
                ("x_pair", "Q"),
                ("x_lat", "i"),
                ("x_lon", "i"),
                ("x_type_a", "B"),
                ("x_type_b", "B"),
                ("x_weight", "B"),
                ("x_precision", "H"),
                ("x_key", "I"),
            )
        ):
            arrays[name] = array(code, (row[column] for row in self.crossings))
        by_base: dict[int, list[int]] = defaultdict(list)
        for number, row in enumerate(self.crossings):
            by_base[row[0] >> 32].append(number)
            by_base[row[0] & 0xFFFFFFFF].append(number)
        for numbers in by_base.values():
            numbers.sort(key=self._main_axis(numbers))
        starts, flat = _ragged([by_base.get(base, []) for base in range(len(self.bases))])
        arrays["b_start"], arrays["b_crossing"] = starts, flat

    def _main_axis(self, numbers: list[int]) -> Any:
        lats = [self.crossings[n][1] for n in numbers]
        lons = [self.crossings[n][2] for n in numbers]
        column = 1 if max(lats) - min(lats) > max(lons) - min(lons) else 2
        return lambda number: self.crossings[number][column]

    def _range_columns(self, arrays: dict[str, "array[int]"]) -> None:
        self.ranges.sort(key=lambda row: row[:6])
        by_base: list[list[int]] = [[] for _ in self.bases]
        for number, row in enumerate(self.ranges):
            by_base[row[0]].append(number)
        arrays["b_range"], _ = _ragged(by_base)
        for column, (name, code) in enumerate(
            (
                ("r_low", "I"),
                ("r_high", "I"),
                ("r_direction", "B"),
                ("r_type", "B"),
                ("r_key", "I"),
            ),
            1,
        ):
            arrays[name] = array(code, (row[column] for row in self.ranges))  # type: ignore[misc]
        points = [
            [round(degree * MICRO) for point in row[6] for degree in point] for row in self.ranges
        ]
        arrays["r_line"], arrays["r_point"] = _ragged(points, code="i")

    def _landmark_columns(self, arrays: dict[str, "array[int]"]) -> None:
        for column, (name, code) in enumerate(
            (
                ("m_label", "I"),
                ("m_key", "I"),
                ("m_category", "B"),
                ("m_lat", "i"),
                ("m_lon", "i"),
                ("m_precision", "H"),
                ("m_kind", "B"),
            )
        ):
            arrays[name] = array(code, (row[column] for row in self.landmarks))

    def _name_columns(self, arrays: dict[str, "array[int]"]) -> None:
        ordered = sorted(
            (crc32(text.encode()), text, kind, target, standing)
            for (text, kind, target), standing in self.names.items()
        )
        arrays["n_hash"] = array("I", (row[0] for row in ordered))
        arrays["n_text"] = array("I", (self._string(row[1]) for row in ordered))
        arrays["n_kind"] = array("B", (row[2] for row in ordered))
        arrays["n_target"] = array("I", (row[3] for row in ordered))
        arrays["n_standing"] = array("B", (row[4] for row in ordered))
        texts = {row[1]: None for row in ordered}
        fuzzy, heard = array("Q"), array("Q")
        for text in texts:
            number = self.strings[text]
            spelt = jamo(text)
            if len(spelt) in FUZZY_LENGTHS:
                fuzzy.extend(crc32(cut.encode()) << 32 | number for cut in deletions(spelt))
            heard.extend(crc32(key.encode()) << 32 | number for key in sound_keys(text))
        arrays["d_entry"] = array("Q", sorted(fuzzy))
        arrays["s_entry"] = array("Q", sorted(set(heard)))

    def _text_columns(self, arrays: dict[str, "array[int]"]) -> dict[str, bytes]:
        arrays["b_name"] = array("I", (self._string(name) for name in self.base_names))
        encoded = [text.encode() for text in self.strings]
        starts = array("I", [0])
        for text in encoded:
            starts.append(starts[-1] + len(text))
        arrays["t_start"] = starts
        return {"t_text": b"".join(encoded)}


def _ragged(rows: list[list[int]], *, code: str = "I") -> tuple["array[int]", "array[int]"]:
    """Return where each row starts in the flat array, one more than rows, and that array."""
    starts: array[int] = array("I", [0])
    flat: array[int] = array(code)
    for row in rows:
        flat.extend(row)
        starts.append(len(flat))
    return starts, flat

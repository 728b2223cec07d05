"""Turn gazetteer rows into the index file."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median

from alerts.places.geo import Point
from alerts.places.index import layout
from alerts.places.index.columns import columns_of, meta_of
from alerts.places.index.naming import (
    CORE,
    SHARED,
    Key,
    area_keys,
    landmark_keys,
    street_keys,
)
from alerts.places.index.tables import (
    AREA,
    LANDMARK,
    MICRO,
    STREET,
    CrossingRow,
    LandmarkRow,
    RangeRow,
    Tables,
)
from alerts.places.lexicon.kinds import family
from alerts.places.names import StreetName, name_key, split_street
from alerts.places.rows import PlaceRow

MOST_PRECISION_M = 65_535


class NoPlaces(Exception):
    """There is nothing to build an index from."""


def build_index(rows: Iterable[PlaceRow], path: Path, *, home: Point | None = None) -> int:
    """Write the index of `rows` to `path` in one step and return how many rows it holds.

    `home` is where reports usually come from; without it the middle of the address ranges,
    landmarks or crossings, the first that there are. Raise NoPlaces without rows.
    """
    collector = _Collector()
    for row in rows:
        collector.add(row)
    tables = collector.tables
    if not tables.rows:
        raise NoPlaces("no rows")
    collector.lend_names()
    home = home or _middle(tables)
    columns, texts = columns_of(tables)
    layout.write(path, columns, texts, {"home": home, **meta_of(tables)})
    return tables.rows


def _middle(tables: Tables) -> Point:
    points = (
        [row.line[0] for row in tables.ranges]
        or [(row.lat / MICRO, row.lon / MICRO) for row in tables.landmarks]
        or [(row.lat / MICRO, row.lon / MICRO) for row in tables.crossings]
        or [(area["lat"], area["lon"]) for area in tables.areas]
        or [(0.0, 0.0)]
    )
    return median(p[0] for p in points), median(p[1] for p in points)


class _Collector:
    """Sorts rows by kind and files their names."""

    def __init__(self) -> None:
        self.tables = Tables()
        self._aliases: dict[int, dict[str, None]] = defaultdict(dict)
        self._chains: dict[str, list[tuple[int, list[str]]]] = defaultdict(list)

    def add(self, row: PlaceRow) -> None:
        """Take one row."""
        self.tables.rows += 1
        self.tables.sources[row.source] = None
        match row.kind:
            case "crossing":
                self._add_crossing(row)
            case "address":
                self._add_range(row)
            case "street":
                self._name_street(row)
            case "area":
                self._add_area(row)
            case _:
                self._add_landmark(row)

    def lend_names(self) -> None:
        """Let landmarks share the names that other rows have in another alphabet.

        "Virgil Middle School" is called after a street whose Hangul name is known, and what two
        branches of a chain are called is what all of them are called.
        """
        lent: list[tuple[Key, int]] = []
        for (text, kind, target), standing in self.tables.names.items():
            base = self.tables.bases.get(text)
            if kind == LANDMARK and standing == CORE and base is not None:
                foreign = [name for name in self._aliases[base] if not name.isascii()]
                lent += [(Key(name, CORE), target) for name in foreign]
        for key, target in (*lent, *self._chain_names()):
            self._file([key], LANDMARK, target)

    def _chain_names(self) -> Iterator[tuple[Key, int]]:
        """Yield what two branches of a chain begin their foreign names with, for each branch."""
        for branches in self._chains.values():
            heads = Counter(head for _, words in branches for head in words)
            for head, count in heads.items():
                if count > 1:
                    yield from ((Key(head, SHARED), target) for target, _ in branches)

    def _base(self, street: StreetName) -> int:
        key = street.key
        found = self.tables.bases.get(key)
        if found is None:
            found = self.tables.bases[key] = len(self.tables.bases)
            self.tables.base_names.append(street.base)
            self._file(street_keys(street.base, ()), STREET, found)
        return found

    def _file(self, keys: Iterable[Key], kind: int, target: int) -> None:
        names = self.tables.names
        for key in keys:
            if key.text:
                slot = (key.text, kind, target)
                names[slot] = min(key.standing, names.get(slot, key.standing))

    def _type(self, street: StreetName) -> int:
        return self.tables.types.setdefault(street.type, len(self.tables.types))

    def _name_street(self, row: PlaceRow) -> None:
        base = self._base(split_street(row.name))
        keys = list(street_keys(self.tables.base_names[base], row.names))
        self._aliases[base].update((key.text, None) for key in keys)
        self._file(keys, STREET, base)

    def _add_crossing(self, row: PlaceRow) -> None:
        one, two = (split_street(name) for name in row.details["streets"])
        a, b = self._base(one), self._base(two)
        if a > b:
            a, b, one, two = b, a, two, one
        self.tables.crossings.append(
            CrossingRow(
                a << 32 | b,
                round(row.lat * MICRO),
                round(row.lon * MICRO),
                self._type(one),
                self._type(two),
                max(0, min(255, int(row.details.get("weight", 1)))),
                min(MOST_PRECISION_M, row.precision_m),
                self.tables.string(row.key),
            )
        )

    def _add_range(self, row: PlaceRow) -> None:
        street = split_street(row.details["street"])
        line = tuple((lat, lon) for lat, lon in row.details.get("line") or [(row.lat, row.lon)])
        self.tables.ranges.append(
            RangeRow(
                self._base(street),
                int(row.details["low"]),
                int(row.details["high"]),
                " NSEW".index(street.direction or " "),
                self._type(street),
                self.tables.string(row.key),
                line,
            )
        )

    def _add_landmark(self, row: PlaceRow) -> None:
        tables, number = self.tables, len(self.tables.landmarks)
        category = family(str(row.details.get("category") or row.kind))
        if row.kind in {"station", "ramp"}:
            category = row.kind
        self._file(landmark_keys(row), LANDMARK, number)
        chain, paren, _ = row.name.partition("(")
        if paren:
            heads = [name.split()[0] for name in row.names if name and not name.isascii()]
            self._chains[chain].append((number, list(dict.fromkeys(map(name_key, heads)))))
        tables.landmarks.append(
            LandmarkRow(
                tables.string(row.name),
                tables.string(row.key),
                tables.categories.setdefault(category, len(tables.categories)),
                round(row.lat * MICRO),
                round(row.lon * MICRO),
                min(MOST_PRECISION_M, row.precision_m),
                ("landmark", "station", "ramp").index(row.kind),
            )
        )

    def _add_area(self, row: PlaceRow) -> None:
        self._file(area_keys(row), AREA, len(self.tables.areas))
        self.tables.areas.append(
            {
                "key": row.key,
                "name": row.name,
                "lat": row.lat,
                "lon": row.lon,
                "precision_m": row.precision_m,
                "polygon": row.details["polygon"],
            }
        )

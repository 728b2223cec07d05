"""Places from an OpenStreetMap extract (.osm.pbf, .osm)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from alerts.places.geo import Point, middle
from alerts.places.importing import tags as osm_tags
from alerts.places.importing.errors import BrokenFile, OsmReaderMissing
from alerts.places.importing.network import StreetNetwork
from alerts.places.importing.ramps import RampFinder
from alerts.places.rows import PlaceRow

try:
    import osmium
except ImportError:  # The extra `osm` is not installed; every other format works without it.
    osmium = None  # type: ignore[assignment,unused-ignore]

ATTRIBUTION = "© OpenStreetMap contributors"
"""https://www.openstreetmap.org/copyright"""
_KEYS = ("name", "addr:housenumber", "addr:interpolation", "highway")


def read_osm(path: Path, source: str) -> Iterator[PlaceRow]:
    """Yield crossings, house numbers, landmarks, stations, exits and neighbourhoods.

    Crossings are nodes that two named streets share. Raise OsmReaderMissing or BrokenFile.
    """
    if osmium is None:
        raise OsmReaderMissing("Reading OpenStreetMap extracts needs the package osmium.")
    reading = _Reading(f"{ATTRIBUTION}. {source}".rstrip(". ") if source else ATTRIBUTION)
    try:
        stream = osmium.FileProcessor(str(path)).with_locations()
        for thing in stream.with_filter(osmium.filter.KeyFilter(*_KEYS)):
            yield from reading.take(thing)
    except (RuntimeError, osmium.InvalidLocationError) as err:
        raise BrokenFile(f"{path.name} is not a sound OpenStreetMap extract.") from err
    yield from reading.network.rows()
    yield from reading.ramps.rows()


class _Reading:
    """What is collected while the file streams by: nodes first, then ways."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.network = StreetNetwork(source)
        self.ramps = RampFinder(source)
        self.houses: dict[int, tuple[int, str]] = {}

    def take(self, thing: Any) -> Iterator[PlaceRow]:
        if thing.is_node():
            yield from self._node(thing)
        elif thing.is_way():
            yield from self._way(thing)

    def _node(self, node: Any) -> Iterator[PlaceRow]:
        tags, point = dict(node.tags), (node.lat, node.lon)
        yield from self._named(f"n{node.id}", tags, point)
        if "addr:housenumber" in tags:
            number, street = osm_tags.house_number(tags), tags.get("addr:street", "")
            if number and street:
                self.houses[node.id] = number, street
                yield self._house(f"n{node.id}", number, number, street, [point])

    def _way(self, way: Any) -> Iterator[PlaceRow]:
        tags = dict(way.tags)
        highway = tags.get("highway", "")
        if highway.startswith("motorway"):
            self.ramps.add_freeway(tags, [node.ref for node in way.nodes])
        elif highway in osm_tags.STREETS and tags.get("name"):
            corners = _corners(way)
            weight = osm_tags.STREETS[highway]
            self.network.add(tags["name"][:200], osm_tags.other_names(tags), weight, corners)
            self.ramps.add_street(tags["name"][:200], corners)
        elif "addr:interpolation" in tags:
            yield from self._between_houses(way.id, _corners(way))
        elif not highway:
            yield from self._outline(way, tags)

    def _outline(self, way: Any, tags: Mapping[str, str]) -> Iterator[PlaceRow]:
        """Yield what a building or ground is, at the middle of its corners."""
        number, street = osm_tags.house_number(tags), tags.get("addr:street", "")
        is_house = bool(number and street)
        if not (is_house or osm_tags.category_of(tags) or "place" in tags):
            return
        corners = [point for _, point in _corners(way)]
        if corners:
            point = middle(corners)
            yield from self._named(f"w{way.id}", tags, point)
            if is_house:
                yield self._house(f"w{way.id}", number, number, street, [point])

    def _named(self, key: str, tags: Mapping[str, str], point: Point) -> Iterator[PlaceRow]:
        name = tags.get("name", "")[:200]
        category = osm_tags.category_of(tags) if name else ""
        if category:
            yield PlaceRow(
                key=f"osm-{key}",
                kind="station" if category == "station" else "landmark",
                name=_station_name(name) if category == "station" else name,
                names=osm_tags.other_names(tags),
                lat=point[0],
                lon=point[1],
                precision_m=40,
                source=self.source,
                details={"category": category, "address": _address(tags)},
            )
        elif name and tags.get("place") in osm_tags.AREA_REACH_M:
            yield self._area(key, name, tags, point)

    def _area(self, key: str, name: str, tags: Mapping[str, str], point: Point) -> PlaceRow:
        reach = osm_tags.AREA_REACH_M[tags["place"]]
        return PlaceRow(
            key=f"osm-{key}",
            kind="area",
            name=name,
            names=osm_tags.other_names(tags),
            lat=point[0],
            lon=point[1],
            precision_m=reach,
            source=self.source,
            details={"polygon": _square(point, reach)},
        )

    def _house(self, key: str, low: int, high: int, street: str, line: list[Point]) -> PlaceRow:
        lat, lon = line[len(line) // 2]
        number = str(low) if low == high else f"{low}-{high}"
        return PlaceRow(
            key=f"osm-a{key}",
            kind="address",
            name=f"{number} {street}"[:200],
            lat=lat,
            lon=lon,
            precision_m=20,
            source=self.source,
            details={"street": street, "low": low, "high": high, "line": [list(p) for p in line]},
        )

    def _between_houses(self, way: int, corners: list[tuple[int, Point]]) -> Iterator[PlaceRow]:
        """Yield the house numbers along an interpolation line, from its two ends."""
        if len(corners) < 2:
            return
        first, last = self.houses.get(corners[0][0]), self.houses.get(corners[-1][0])
        if first and last and first[1] == last[1] and first[0] != last[0]:
            line = [point for _, point in corners]
            if first[0] > last[0]:
                first, last, line = last, first, line[::-1]
            yield self._house(f"w{way}", first[0], last[0], first[1], line)


def _corners(way: Any) -> list[tuple[int, Point]]:
    """Return the nodes of a way that the extract has, with their points."""
    found = []
    for node in way.nodes:
        location = node.location
        if location.valid():
            found.append((node.ref, (location.lat, location.lon)))
    return found


def _station_name(name: str) -> str:
    return name if "station" in name.lower() else f"{name} Station"


def _address(tags: Mapping[str, str]) -> str:
    parts = tags.get("addr:housenumber", ""), tags.get("addr:street", "")
    return " ".join(part for part in parts if part)


def _square(point: Point, reach_m: int) -> dict[str, object]:
    """Return a square around a point, for a neighbourhood whose outline is not mapped."""
    step = reach_m / 111_195
    lat, lon = point
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    ring = [[lon + x * step * 1.2, lat + y * step] for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}

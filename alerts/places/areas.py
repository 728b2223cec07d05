"""Areas: GeoJSON polygons checked, and the H3 cells they cover."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h3

from alerts.places.geo import Point, is_in_rings, metres

RESOLUTION = 8
"""About 1 km from centre to centre: https://h3geo.org/docs/core-library/restable"""
MOST_CORNERS = 20_000
MOST_SQUARE_KM = 25_000.0
"""Larger than the county of Los Angeles: a mistake, and too many cells to store."""

Ring = Sequence[Sequence[float]]
Geometry = Mapping[str, Any]


class BadArea(Exception):
    """An outline that cannot be used as an area. The message says what to correct."""


class NotAPolygon(BadArea):
    """The geometry is of another type, or its coordinates are no rings of pairs."""


class OpenRing(BadArea):
    """A ring has fewer than four corners, or its last corner is not its first."""


class BadCoordinates(BadArea):
    """A corner is not a longitude and a latitude in degrees."""


class SelfCrossing(BadArea):
    """The outline crosses itself, so it has no inside."""


class CrossesAntimeridian(BadArea):
    """The outline spans the 180th meridian: split it there."""


class TooLarge(BadArea):
    """The area, or the number of its corners, is beyond any neighbourhood's."""


class UnreadableAreas(BadArea):
    """The file is not GeoJSON with named polygons."""


@dataclass(frozen=True, slots=True)
class AreaShape:
    """A named polygon as it stands in a file."""

    name: str
    aliases: tuple[str, ...]
    polygon: Geometry


def read_areas(path: Path) -> list[AreaShape]:
    """Return the named polygons of a GeoJSON file, every one of them checked.

    Raise UnreadableAreas if it is no such file, another BadArea for an outline that is wrong.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as err:
        raise UnreadableAreas("The file is not JSON in UTF-8.") from err
    shapes = list(_features(document))
    if not shapes:
        raise UnreadableAreas("The file has no features with a name and a polygon.")
    return shapes


def _features(document: Any) -> Iterator[AreaShape]:
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise UnreadableAreas("The file is not a GeoJSON FeatureCollection.")
    for feature in features:
        facts = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(facts, dict) or not isinstance(feature.get("geometry"), dict):
            raise UnreadableAreas("A feature has no properties or no geometry.")
        name = str(facts.get("name") or "").strip()
        if not name:
            raise UnreadableAreas("A feature has no name.")
        polygon = feature["geometry"]
        check_polygon(polygon)
        aliases = facts.get("aliases") or ()
        if isinstance(aliases, str):
            aliases = aliases.split("|")
        yield AreaShape(name, tuple(str(alias) for alias in aliases), polygon)


def check_polygon(geometry: Geometry) -> None:
    """Raise a BadArea that names what is wrong with a Polygon or MultiPolygon (WGS84)."""
    polygons = _polygons(geometry)
    corners = [corner for rings in polygons for ring in rings for corner in ring]
    if len(corners) > MOST_CORNERS:
        raise TooLarge(
            f"The outline has {len(corners)} corners; at most {MOST_CORNERS} can be used."
        )
    for rings in polygons:
        for ring in rings:
            _check_ring(ring)
    size = sum(_square_km(rings) for rings in polygons)
    if size > MOST_SQUARE_KM:
        raise TooLarge(
            f"The area has about {size:.0f} km²; at most {MOST_SQUARE_KM:.0f} can be used."
        )
    for rings in polygons:
        for ring in rings:
            if _crosses_itself(ring):
                raise SelfCrossing("The outline crosses itself. Draw it without crossing lines.")


def cells_of(geometry: Geometry) -> list[int]:
    """Return the H3 cells (resolution 8, whole numbers, sorted) that an area touches.

    Raise a BadArea for an outline that cannot be used. Even the smallest area has a cell.
    """
    check_polygon(geometry)
    shape = h3.geo_to_h3shape(dict(geometry))
    cells = h3.h3shape_to_cells_experimental(shape, RESOLUTION, contain="overlap")
    return sorted(h3.str_to_int(cell) for cell in cells)


def contains(geometry: Geometry, point: Point) -> bool:
    """Say whether a point (latitude, longitude) lies inside a Polygon or MultiPolygon."""
    return any(is_in_rings(point, rings) for rings in _polygons(geometry))


def reach_m(geometry: Geometry, centre: Point) -> int:
    """Return how far the farthest corner of an area lies from `centre`, in metres."""
    return round(
        max(
            metres(centre, (corner[1], corner[0]))
            for rings in _polygons(geometry)
            for corner in rings[0]
        )
    )


def _polygons(geometry: Geometry) -> list[list[Ring]]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list | tuple):
        raise NotAPolygon("An area must be a GeoJSON Polygon or MultiPolygon.")
    polygons: list[Any] = [coordinates] if kind == "Polygon" else list(coordinates)
    if not polygons or not all(isinstance(rings, list | tuple) and rings for rings in polygons):
        raise NotAPolygon("The polygon has no rings.")
    if not all(isinstance(ring, list | tuple) for rings in polygons for ring in rings):
        raise NotAPolygon("A ring of the polygon is not a list of corners.")
    return polygons


def _check_ring(ring: Ring) -> None:
    for corner in ring:
        is_pair = isinstance(corner, list | tuple) and len(corner) >= 2
        if not is_pair or not all(_is_number(value) for value in corner[:2]):
            raise BadCoordinates("A corner is not a pair of numbers, longitude first.")
        if not (abs(corner[0]) <= 180 and abs(corner[1]) <= 90):
            raise BadCoordinates(
                "A corner lies outside the world. Corners are longitude first, in degrees."
            )
    if len(ring) < 4 or list(ring[0][:2]) != list(ring[-1][:2]):
        raise OpenRing("A ring needs at least four corners, the last the same as the first.")


def _is_number(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(float(value)) < 1e6  # type: ignore[arg-type]


def _square_km(rings: Sequence[Ring]) -> float:
    """Return the size of a polygon's outer box, which bounds the number of its cells."""
    lons, lats = [corner[0] for corner in rings[0]], [corner[1] for corner in rings[0]]
    if max(lons) - min(lons) > 180:
        raise CrossesAntimeridian("The outline spans the 180th meridian. Split it into two there.")
    across = metres((lats[0], min(lons)), (lats[0], max(lons)))
    return across * metres((min(lats), lons[0]), (max(lats), lons[0])) / 1e6


def _crosses_itself(ring: Ring) -> bool:
    """Sweep over the sides from west to east, comparing only those side by side."""
    sides = [
        (a[:2], b[:2]) for a, b in zip(ring, ring[1:], strict=False) if list(a[:2]) != list(b[:2])
    ]
    order = sorted(range(len(sides)), key=lambda n: min(sides[n][0][0], sides[n][1][0]))
    active: list[int] = []
    for number in order:
        one = sides[number]
        west = min(one[0][0], one[1][0])
        active = [other for other in active if max(sides[other][0][0], sides[other][1][0]) >= west]
        for other in active:
            gap = abs(number - other)
            if gap not in (0, 1, len(sides) - 1) and _meet(one, sides[other]):
                return True
        active.append(number)
    return False


def _meet(one: Sequence[Sequence[float]], two: Sequence[Sequence[float]]) -> bool:
    (a, b), (c, d) = one, two
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

"""Places from GeoJSON: named points, streets as lines, neighbourhoods as polygons."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from alerts.places.areas import BadArea, check_polygon
from alerts.places.geo import Point, metres, middle
from alerts.places.importing.errors import BadRow, BrokenFile
from alerts.places.importing.network import StreetNetwork
from alerts.places.importing.tables import stable_key
from alerts.places.rows import PlaceRow

_POINT_KINDS = {"landmark", "station", "ramp"}
LINE_WEIGHT = 20


def read_geojson(path: Path, source: str) -> Iterator[PlaceRow]:
    """Yield the places of a GeoJSON FeatureCollection (WGS84).

    Properties read: name (features without one are left out), names or aliases (a list, or one
    string split by |), kind, category, address, precision_m, source. Crossings are computed
    where two named lines share a corner; lines with low and high are house numbers.
    Raise BrokenFile or BadRow.
    """
    network = StreetNetwork(source)
    for number, feature in enumerate(_features(path), 1):
        facts, geometry = feature.get("properties") or {}, feature.get("geometry") or {}
        name = str(facts.get("name") or "").strip()[:200]
        if not name or not geometry:
            continue
        try:
            yield from _rows(name, facts, geometry, source, network)
        except BadArea as err:
            raise BadRow(f"{path.name}, feature {number}: {err}") from err
        except (TypeError, ValueError, IndexError, KeyError) as err:
            raise BadRow(f"{path.name}, feature {number}: its coordinates cannot be read.") from err
    yield from network.rows()


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as err:
        raise BrokenFile(f"{path.name} is not JSON in UTF-8.") from err
    except OSError as err:
        raise BrokenFile(f"{path.name} cannot be read.") from err
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise BrokenFile(f"{path.name} is not a GeoJSON FeatureCollection.")
    return features


def _rows(
    name: str, facts: dict[str, Any], geometry: dict[str, Any], source: str, network: StreetNetwork
) -> Iterator[PlaceRow]:
    aliases = _aliases(facts)
    kind = geometry.get("type")
    if kind == "Point":
        yield _point(name, aliases, facts, _pair(geometry["coordinates"]), source)
    elif kind in ("Polygon", "MultiPolygon"):
        yield _area(name, aliases, facts, geometry, source)
    elif kind in ("LineString", "MultiLineString"):
        lines = [geometry["coordinates"]] if kind == "LineString" else geometry["coordinates"]
        for line in lines:
            points = [_pair(corner) for corner in line]
            network.add(name, aliases, LINE_WEIGHT, [(_identity(p), p) for p in points])
            if facts.get("low") and facts.get("high"):
                yield _range(name, facts, points, source)


def _pair(corner: Sequence[float]) -> Point:
    lon, lat = float(corner[0]), float(corner[1])
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError("out of range")
    return lat, lon


def _identity(point: Point) -> tuple[int, int]:
    return round(point[0] * 1e6), round(point[1] * 1e6)


def _aliases(facts: dict[str, Any]) -> tuple[str, ...]:
    found = facts.get("names") or facts.get("aliases") or ()
    parts = found.split("|") if isinstance(found, str) else list(found)
    parts += [value for key, value in facts.items() if key.startswith("name:")]
    return tuple(dict.fromkeys(str(part).strip()[:200] for part in parts if str(part).strip()))


def _point(
    name: str, aliases: tuple[str, ...], facts: dict[str, Any], point: Point, source: str
) -> PlaceRow:
    kind = str(facts.get("kind") or "landmark")
    return PlaceRow(
        key=str(facts.get("key") or stable_key("gj-", name, *(f"{d:.4f}" for d in point)))[:80],
        kind=kind if kind in _POINT_KINDS else "landmark",  # type: ignore[arg-type]
        name=name,
        names=aliases,
        lat=point[0],
        lon=point[1],
        precision_m=int(facts.get("precision_m") or 50),
        source=str(facts.get("source") or source)[:200],
        details={
            "category": str(facts.get("category") or ""),
            "address": str(facts.get("address") or ""),
        },
    )


def _area(
    name: str,
    aliases: tuple[str, ...],
    facts: dict[str, Any],
    geometry: dict[str, Any],
    source: str,
) -> PlaceRow:
    check_polygon(geometry)
    many = geometry["coordinates"]
    polygons = [many] if geometry["type"] == "Polygon" else many
    corners = [_pair(corner) for rings in polygons for corner in rings[0]]
    lats, lons = [p[0] for p in corners], [p[1] for p in corners]
    centre = middle([(min(lats), min(lons)), (max(lats), max(lons))])
    return PlaceRow(
        key=stable_key("area-", name),
        kind="area",
        name=name,
        names=aliases,
        lat=centre[0],
        lon=centre[1],
        precision_m=round(max(metres(centre, corner) for corner in corners)),
        source=str(facts.get("source") or source)[:200],
        details={"polygon": {"type": geometry["type"], "coordinates": many}},
    )


def _range(name: str, facts: dict[str, Any], points: list[Point], source: str) -> PlaceRow:
    low, high = int(facts["low"]), int(facts["high"])
    if not 0 <= min(low, high) <= max(low, high) < 100_000:
        raise ValueError("house numbers out of range")
    line = points if low <= high else points[::-1]
    low, high = min(low, high), max(low, high)
    lat, lon = line[len(line) // 2]
    return PlaceRow(
        key=stable_key("gj-r", name, low, high, _identity(line[0])),
        kind="address",
        name=f"{low}-{high} {name}",
        lat=lat,
        lon=lon,
        precision_m=30,
        source=source,
        details={"street": name, "low": low, "high": high, "line": [list(p) for p in line]},
    )

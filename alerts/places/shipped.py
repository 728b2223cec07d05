"""The gazetteer that comes with the program: central Los Angeles."""

import csv
import json
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path
from typing import Any

from alerts.places.geo import Point, metres, middle
from alerts.places.rows import PlaceRow, RowKind

DATA = Path(__file__).parent / "data"
ATTRIBUTION = "Street, address and boundary data: City of Los Angeles. Transit stops: LA Metro."
"""To be shown wherever these places are."""

HOME: Point = (34.0617, -118.3004)
"""Wilshire and Normandie, the middle of Koreatown."""

# How far off a crossing may be, by where it was read (95th percentile measured when built).
_PRECISION_M = {"lacity": 15, "metro": 40, "lapd": 30, "derived": 70}
_KINDS: dict[str, RowKind] = {"rail_station": "station", "ramp": "ramp"}
_WEIGHT = {"lacity": 40, "metro": 20, "lapd": 10, "derived": 5}


def shipped_rows(data: Path = DATA) -> Iterator[PlaceRow]:
    """Yield every row of the shipped gazetteer."""
    yield from _crossings(data)
    yield from _streets(data)
    yield from _ranges(data)
    yield from _landmarks(data)
    yield from shipped_areas(data)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _crossings(data: Path) -> Iterator[PlaceRow]:
    for row in _rows(data / "intersections.csv"):
        source = row["source"]
        weight = (
            _WEIGHT[source] + min(10, int(row["points"])) + (40 if row["central"] == "1" else 0)
        )
        yield PlaceRow(
            key=row["id"],
            kind="crossing",
            name=f"{row['name_a']} & {row['name_b']}",
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            source=ATTRIBUTION,
            precision_m=max(_PRECISION_M[source], int(row["spread_m"])),
            details={"streets": [row["name_a"], row["name_b"]], "weight": weight},
        )


def _streets(data: Path) -> Iterator[PlaceRow]:
    aliases = json.loads((data / "street_aliases.json").read_text("utf-8"))
    for base, names in aliases.items():
        yield PlaceRow(
            key=f"street-{base.replace(' ', '-')}",
            kind="street",
            name=base,
            names=tuple(names),
            lat=HOME[0],
            lon=HOME[1],
            source=ATTRIBUTION,
        )


def _ranges(data: Path) -> Iterator[PlaceRow]:
    for row in _rows(data / "segments.csv"):
        line = [tuple(map(float, pair.split()))[::-1] for pair in row["line"].split(";")]
        street = " ".join(filter(None, (row["dir"], row["name"], row["type"])))
        for side in "lr":
            first, last = int(row[f"from_{side}"]), int(row[f"to_{side}"])
            if first or last:
                yield _range(street, first, last, line)


def _range(street: str, first: int, last: int, line: list[Any]) -> PlaceRow:
    low, high = min(first, last), max(first, last)
    digest = sha1(f"{street} {low} {high} {line[0]}".encode(), usedforsecurity=False).hexdigest()
    lat, lon = line[len(line) // 2]
    return PlaceRow(
        key=f"R{digest[:10]}",
        kind="address",
        name=f"{low}-{high} {street}",
        lat=lat,
        lon=lon,
        precision_m=30,
        source=ATTRIBUTION,
        details={
            "street": street,
            "low": low,
            "high": high,
            "line": line if first <= last else line[::-1],
        },
    )


def _landmarks(data: Path) -> Iterator[PlaceRow]:
    for row in _rows(data / "landmarks.csv"):
        category = row["kind"]
        yield PlaceRow(
            key=f"L{row['key']}",
            kind=_KINDS.get(category, "landmark"),
            name=row["name"],
            names=tuple(filter(None, row["aliases"].split("|"))),
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            precision_m=int(row["tol_m"]),
            source=ATTRIBUTION,
            details={"category": category, "address": row["address"]},
        )


def shipped_areas(data: Path = DATA) -> Iterator[PlaceRow]:
    """Yield the neighbourhoods, and the groups of them that have a name of their own."""
    features = json.loads((data / "neighbourhoods.geojson").read_text("utf-8"))["features"]
    groups = json.loads((data / "area_aliases.json").read_text("utf-8"))["groups"]
    for feature in features:
        facts = feature["properties"]
        names = [*facts["aliases"], facts["council"]]
        yield _area(facts["council"], facts["name"], names, feature["geometry"]["coordinates"])
    for name, facts in groups.items():
        polygons = [
            polygon
            for feature in features
            if feature["properties"]["group"] == facts["bounded_by_council_group"]
            for polygon in feature["geometry"]["coordinates"]
        ]
        yield _area(f"group {name}", name, facts["aliases"], polygons)


def _area(key: str, name: str, names: list[str], polygons: list[Any]) -> PlaceRow:
    corners = [(lat, lon) for polygon in polygons for lon, lat in polygon[0]]
    lats, lons = [p[0] for p in corners], [p[1] for p in corners]
    centre = middle([(min(lats), min(lons)), (max(lats), max(lons))])
    return PlaceRow(
        key=f"A-{key}"[:80],
        kind="area",
        name=name,
        names=tuple(names),
        lat=centre[0],
        lon=centre[1],
        source=ATTRIBUTION,
        precision_m=round(max(metres(centre, corner) for corner in corners)),
        details={"polygon": {"type": "MultiPolygon", "coordinates": polygons}},
    )

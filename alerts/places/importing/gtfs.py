"""Stations and bus-stop corners from GTFS stops.txt (https://gtfs.org/documentation/schedule/)."""

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from alerts.places.geo import metres, middle
from alerts.places.importing.errors import BrokenFile, MissingColumns
from alerts.places.importing.tables import number_in, stable_key
from alerts.places.names import split_street
from alerts.places.rows import PlaceRow

NEEDED = ("stop_id", "stop_name", "stop_lat", "stop_lon")
_STATION, _STOP = "1", {"", "0"}
_CORNER = re.compile(r"^(?P<a>[^/@&]+?)\s*(?:/|@|&| at )\s*(?P<b>[^/@&]+)$", re.IGNORECASE)
_NO_CORNER = re.compile(
    r"station|layover|lot\b|terminal|busway|transit|ramp|exit|plaza|center", re.I
)
SAME_CORNER_M = 260
"""Stops of one corner stand on its four sides and before or behind it."""


def read_gtfs(path: Path, source: str) -> Iterator[PlaceRow]:
    """Yield stations, and the crossings that bus stops are named for.

    Raise BrokenFile, MissingColumns or BadRow.
    """
    corners: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for number, row in enumerate(_stops(path), 2):
        if not row["stop_lat"]:
            continue
        lat = number_in(path.name, number, row["stop_lat"], "stop_lat", 90)
        lon = number_in(path.name, number, row["stop_lon"], "stop_lon", 180)
        kind = (row.get("location_type") or "").strip()
        if kind == _STATION:
            yield _station(row, lat, lon, source)
        elif kind in _STOP and not row.get("parent_station"):
            streets = _corner(row["stop_name"])
            if streets:
                corners[streets].append((lat, lon))
    for streets, points in corners.items():
        yield from _crossings(streets, points, source)


def _stops(path: Path) -> Iterator[dict[str, str]]:
    try:
        with _open(path) as file:
            reader = csv.DictReader(file)
            missing = [column for column in NEEDED if column not in (reader.fieldnames or ())]
            if missing:
                raise MissingColumns(f"{path.name} lacks the columns {', '.join(missing)}.")
            yield from reader
    except (zipfile.BadZipFile, KeyError) as err:
        raise BrokenFile(f"{path.name} is not a zip file with a stops.txt.") from err
    except (UnicodeDecodeError, csv.Error) as err:
        raise BrokenFile(f"{path.name} is not a GTFS table in UTF-8.") from err
    except OSError as err:
        raise BrokenFile(f"{path.name} cannot be read.") from err


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open("stops.txt") as stops:
            yield io.TextIOWrapper(stops, encoding="utf-8-sig", newline="")
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file


def _station(row: dict[str, str], lat: float, lon: float, source: str) -> PlaceRow:
    name = row["stop_name"].strip()
    bare = re.sub(r"\s+Station$", "", name)
    return PlaceRow(
        key=f"gtfs-{row['stop_id']}"[:80],
        kind="station",
        name=name if "station" in name.lower() else f"{name} Station",
        names=(bare,),
        lat=lat,
        lon=lon,
        precision_m=100,
        source=source,
        details={"category": "rail_station"},
    )


def _corner(name: str) -> tuple[str, str] | None:
    """Return the two streets of "Olympic / Normandie", in a fixed order."""
    found = _CORNER.match(name.strip())
    if not found or _NO_CORNER.search(name):
        return None
    one, two = sorted((found["a"].strip(), found["b"].strip()))
    return (one, two) if split_street(one).key != split_street(two).key else None


def _crossings(
    streets: tuple[str, str], points: list[tuple[float, float]], source: str
) -> Iterator[PlaceRow]:
    left = points
    while left:
        near = [p for p in left if metres(p, left[0]) <= SAME_CORNER_M]
        left = [p for p in left if metres(p, near[0]) > SAME_CORNER_M]
        lat, lon = middle(near)
        yield PlaceRow(
            key=stable_key("gtfs-x", *streets, f"{lat:.3f}", f"{lon:.3f}"),
            kind="crossing",
            name=f"{streets[0]} & {streets[1]}",
            lat=lat,
            lon=lon,
            precision_m=max(40, round(max(metres(p, (lat, lon)) for p in near))),
            source=source,
            details={"streets": list(streets), "weight": 20 + min(10, len(near))},
        )

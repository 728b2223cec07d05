"""The Place and Area tables, which people edit, and the index file every worker maps from them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from alerts.models import Area, AreaCell, Network, Place
from alerts.places.areas import cells_of, reach_m
from alerts.places.index.build import build_index
from alerts.places.opening import INDEX_NAME
from alerts.places.rows import PlaceRow

BATCH = 1_000
COLUMNS = ("kind", "name", "names", "lat", "lon", "precision_m", "source", "details")


@dataclass(frozen=True, slots=True)
class Kept:
    """What an import did to the tables."""

    new: int
    changed: int
    same: int
    areas: int


def index_path() -> Path:
    """Return where the index made from the tables lies, in every process of an installation."""
    return Path(settings.MEDIA_DIR) / INDEX_NAME


def keep(rows: Sequence[PlaceRow]) -> Kept:
    """Write `rows` into the tables, all or none; the same rows again change nothing.

    Raise BadArea for an area that is no usable polygon.
    """
    areas = {row.key: (row, cells_of(row.details["polygon"])) for row in rows if is_area(row)}
    counts: Counter[str] = Counter()
    with transaction.atomic():
        # In parts: a large city has half a million rows.
        for start in range(0, len(rows), BATCH):
            counts.update(keep_places(rows[start : start + BATCH]))
        for row, cells in areas.values():
            keep_area(row, cells)
    return Kept(counts["new"], counts["changed"], counts["same"], len(areas))


def keep_places(rows: Sequence[PlaceRow]) -> Iterator[str]:
    """Write some places; yield for each whether it was "new", "changed" or the "same"."""
    places = {row.key: as_place(row) for row in rows if not is_area(row)}
    known = Place.objects.in_bulk(list(places), field_name="key")
    written = []
    for key, place in places.items():
        if key in known and columns_of(place) == columns_of(known[key]):
            yield "same"
        else:
            written.append(place)
            yield "changed" if key in known else "new"
    Place.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=list(COLUMNS),
    )


def is_area(row: PlaceRow) -> bool:
    return row.kind == "area"


def as_place(row: PlaceRow) -> Place:
    """Return `row` as an unsaved row of the table."""
    columns = {name: getattr(row, name) for name in COLUMNS}
    # Through JSON and back, as it will be read: tuples become lists.
    return Place(
        key=row.key,
        **{**columns, "names": list(row.names), "details": json.loads(json.dumps(row.details))},
    )


def columns_of(place: Place) -> tuple[Any, ...]:
    return tuple(getattr(place, name) for name in COLUMNS)


def keep_area(row: PlaceRow, cells: Iterable[int]) -> None:
    """Write one area and its H3 cells."""
    area, _made = Area.objects.update_or_create(
        key=row.key,
        defaults={
            "name": row.name,
            "aliases": list(row.names),
            "polygon": dict(row.details["polygon"]),
            "lat": row.lat,
            "lon": row.lon,
            "source": row.source,
        },
    )
    wanted = set(cells)
    area.cells.exclude(cell__in=wanted).delete()
    AreaCell.objects.bulk_create(
        (AreaCell(area=area, cell=cell) for cell in sorted(wanted)),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def rebuild_index() -> int:
    """Make the index file from the tables; every process reads it from its next text on.

    Return how many rows it holds; raise NoPlaces for empty tables.
    """
    path = index_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    network = Network.objects.current()
    return build_index(kept_rows(), path, home=(network.centre_lat, network.centre_lon))


def kept_rows() -> Iterator[PlaceRow]:
    """Yield what the tables hold, areas last."""
    for place in Place.objects.order_by("key").iterator(BATCH):
        columns = {name: getattr(place, name) for name in COLUMNS}
        yield PlaceRow(key=place.key, **{**columns, "names": tuple(place.names)})
    for area in Area.objects.order_by("key"):
        yield PlaceRow(
            key=area.key,
            kind="area",
            name=area.name,
            lat=area.lat,
            lon=area.lon,
            names=tuple(area.aliases),
            precision_m=reach_m(area.polygon, (area.lat, area.lon)),
            source=area.source,
            details={"polygon": area.polygon},
        )

"""Who is near: cells around a place, and the responders who asked for texts there.

A responder's zone is an H3 cell of about 1 km, never an address, so a distance is from the
incident to the middle of that cell: "about 1 km".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any

import h3
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from alerts.dispatch.refusals import NotLocated
from alerts.models import Alert, Answer, Incident, Kind, Network, Zone
from alerts.models.places import cell_at, cell_centre
from alerts.models.querysets import Among
from alerts.models.responders import ZoneQuerySet

NARROWEST_RING_M = 700
"""No two neighbouring cells of resolution 8 have their centres closer than this."""
NIGHT_BEGINS, NIGHT_ENDS = 22, 7
"""Local hours in which only those are asked who agreed to be woken."""
FIRST_PEOPLE = 400
"""People planned in the first statement, about: the release waits for it, and half of them make
its head. Each next one takes twice as many."""
FIRST_BAND = 7
"""Cells in the first statement where nobody was counted."""
MOST_PEOPLE = 20_000
"""People planned in one statement, about: while it runs a stop has to wait."""
BUSY = timedelta(minutes=60)
"""How long somebody who is going elsewhere is not sent to look at something else."""


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with its parameters, to stand in another statement.

    Of people it is a SELECT of responder_id, distance_m, language.
    """

    sql: str
    params: tuple[Any, ...]


def cells_within(lat: float, lon: float, radius_m: int) -> dict[int, int]:
    """Return the H3 cells whose centre is at most `radius_m` from a WGS84 point, with metres.

    Nearest first; the point's own cell is always among them.
    """
    return dict(_cells_within(lat, lon, radius_m))


@lru_cache(maxsize=64)
def _cells_within(lat: float, lon: float, radius_m: int) -> tuple[tuple[int, int], ...]:
    own = cell_at(lat, lon)
    rings = ceil(radius_m / NARROWEST_RING_M) + 1
    around = map(h3.str_to_int, h3.grid_disk(h3.int_to_str(own), rings))
    away = (
        (cell, round(h3.great_circle_distance((lat, lon), cell_centre(cell), unit="m")))
        for cell in around
    )
    near = [(cell, metres) for cell, metres in away if metres <= radius_m or cell == own]
    return tuple(sorted(near, key=lambda row: row[1]))


def audience(
    incident: Incident, *, radius_m: int, kind: str = Kind.ALERT, at: datetime | None = None
) -> ZoneQuerySet:
    """Return the zones near `incident` whose owners a text of `kind` may go to.

    Somebody may have several: `count_owners` counts each once. Raise NotLocated. Nearest first
    needs `nearest`, because a distance is not a column.
    """
    return eligible(incident, kind=kind, at=at).filter(Among(F("cell"), _cells(incident, radius_m)))


def eligible(incident: Incident, *, kind: str, at: datetime | None = None) -> ZoneQuerySet:
    """Return the zones of those who may get a text of `kind` about `incident` if they are near.

    For an alert, by day or night, the index `zone_audience` answers alone: of a million people
    nobody's own row is read.
    """
    at = at or timezone.now()
    zones: ZoneQuerySet = Zone.objects.filter(is_reachable=True)
    if is_night(at):
        zones = zones.filter(may_be_woken=True)
    if kind == Kind.CHECK:
        busy = _on_the_way_elsewhere(incident, at)
        zones = zones.filter(~Exists(busy), responder__is_scout=True)
    if kind == Kind.DRILL:
        zones = zones.filter(responder__is_drill_volunteer=True)
    return zones


def nearest(alert: Alert, *, at: datetime | None = None) -> list[Sql]:
    """Return the audience of `alert` in portions, nearest first; raise NotLocated.

    Each portion is a band of cells, so that planning it looks at nobody farther away. Somebody
    with several zones may stand in several portions, the least distance in the first.
    """
    zones = eligible(alert.incident, kind=alert.kind, at=at)
    cells = _cells(alert.incident, alert.radius_m)
    each = max(1.0, alert.audience / len(cells))
    first = ceil(FIRST_PEOPLE / each) if alert.audience else FIRST_BAND
    bands = _bands(cells, first=first, most=max(1, int(MOST_PEOPLE / each)))
    return [_living_in(band, zones) for band in bands]


def everybody(alert: Alert, *, at: datetime | None = None) -> Sql:
    """Return the audience of `alert`, each once with the least distance; raise NotLocated."""
    zones = eligible(alert.incident, kind=alert.kind, at=at)
    return _living_in(_cells(alert.incident, alert.radius_m), zones)


def _bands(cells: dict[int, int], *, first: int, most: int) -> Iterator[dict[int, int]]:
    """Cut `cells`, nearest first, into bands of growing size, none of more than `most`."""
    left, size = list(cells.items()), min(first, most)
    while left:
        yield dict(left[:size])
        left, size = left[size:], min(size * 2, most)


def _living_in(cells: dict[int, int], zones: ZoneQuerySet) -> Sql:
    """Select the owners of those of `zones` in `cells`, each once with the least distance.

    Written by hand because the distances of the cells are a table that only this statement
    knows. `audience` counts the same people: both stand on `eligible`.
    """
    chosen, params = zones.values("cell", "responder_id", "language").query.sql_with_params()
    table = ",".join(["(%s, %s)"] * len(cells))
    sql = (
        f"WITH near(cell, distance_m) AS (VALUES {table})"  # noqa: S608 - only placeholders
        " SELECT zone.responder_id, MIN(near.distance_m) AS distance_m, zone.language"
        f" FROM near JOIN ({chosen}) zone ON zone.cell = near.cell"
        " GROUP BY zone.responder_id, zone.language"
    )
    return Sql(sql, (*(value for row in cells.items() for value in row), *params))


def is_night(at: datetime) -> bool:
    """Say whether it is night in the neighbourhood."""
    hour = Network.objects.current().local(at).hour
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def _cells(incident: Incident, radius_m: int) -> dict[int, int]:
    if incident.lat is None or incident.lon is None:
        raise NotLocated
    return cells_within(incident.lat, incident.lon, radius_m)


def _on_the_way_elsewhere(incident: Incident, at: datetime) -> QuerySet[Answer]:
    return Answer.objects.filter(
        responder=OuterRef("responder"),
        is_latest=True,
        what__in=(Answer.What.GOING, Answer.What.HERE),
        at__gt=at - BUSY,
    ).exclude(alert__incident=incident)

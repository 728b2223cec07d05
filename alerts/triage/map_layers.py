"""What the map draws, from our own rows: GeoJSON (RFC 7946), longitude first."""

import math
from typing import Any

import h3
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import Area, Incident, Network, Place
from alerts.places.geo import METRES_PER_DEGREE
from alerts.triage.nearby import counts_by_cell

Feature = dict[str, Any]
STREETS_WITHIN_M = 3_500
MOST_LINES = 4_000
MOST_INCIDENTS = 200


def collection(features: list[Feature]) -> dict[str, Any]:
    """Return features as one GeoJSON document."""
    return {"type": "FeatureCollection", "features": features}


def areas() -> dict[str, Any]:
    """Return the outlines of the areas the network answers calls from."""
    rows = Area.objects.filter(is_ours=True)
    return collection([_feature(area.polygon, name=area.name) for area in rows])


def streets() -> dict[str, Any]:
    """Return the street lines around the network's centre, one feature per segment."""
    rows = _around(Place.Kind.ADDRESS)
    lines = [_line(place) for place in rows[:MOST_LINES] if place.details.get("line")]
    return collection(lines)


def crossings() -> dict[str, Any]:
    """Return the crossings around the network's centre, each with its name."""
    rows = _around(Place.Kind.CROSSING).values_list("lon", "lat", "name")
    return collection(
        [
            _feature({"type": "Point", "coordinates": [lon, lat]}, name=name)
            for lon, lat, name in rows[:MOST_LINES]
        ]
    )


def responders() -> dict[str, Any]:
    """Return how many responders chose each cell; nobody's home, nobody's name."""
    return collection([_crowd(cell, count) for cell, count in sorted(counts_by_cell().items())])


def _crowd(cell: int, count: int) -> Feature:
    shape = {"type": "Polygon", "coordinates": [_ring(cell)]}
    name = ngettext("%(count)s responder", "%(count)s responders", count) % {"count": count}
    return _feature(shape, count=count, name=name)


def incidents() -> dict[str, Any]:
    """Return the open incidents that have a place."""
    rows = Incident.objects.open().filter(set_aside_at=None, lat__isnull=False)
    return collection([_incident(row) for row in rows.order_by("-weight")[:MOST_INCIDENTS]])


def _incident(row: Incident) -> Feature:
    name = row.place_label or _("No place yet")
    point = {"type": "Point", "coordinates": [row.lon, row.lat]}
    return _feature(
        point,
        id=str(row.pk),
        name=f"{row.code} {name}".strip(),
        status=row.status,
        status_words=str(row.get_status_display()),
    )


def _around(kind: str) -> QuerySet[Place]:
    network = Network.objects.current()
    north = STREETS_WITHIN_M / METRES_PER_DEGREE
    east = north / math.cos(math.radians(network.centre_lat))
    return Place.objects.filter(
        kind=kind,
        lat__range=(network.centre_lat - north, network.centre_lat + north),
        lon__range=(network.centre_lon - east, network.centre_lon + east),
    )


def _line(place: Place) -> Feature:
    points = [[lon, lat] for lat, lon in place.details["line"]]
    return _feature(
        {"type": "LineString", "coordinates": points}, name=place.details.get("street", place.name)
    )


def _ring(cell: int) -> list[list[float]]:
    corners = [[lon, lat] for lat, lon in h3.cell_to_boundary(h3.int_to_str(cell))]
    return [*corners, corners[0]]


def _feature(geometry: Any, **properties: object) -> Feature:
    return {"type": "Feature", "geometry": geometry, "properties": properties}

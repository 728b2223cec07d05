"""Reports of one event come together: an exact rule joins them, the rest is only suggested."""

import math
from collections.abc import Iterator
from datetime import timedelta

import h3
from django.db import transaction

from alerts.models import Event, Incident, Report
from alerts.models.keys import indexes_of
from alerts.models.places import cell_at
from alerts.places import CONFIDENT
from alerts.places.geo import METRES_PER_DEGREE, metres
from alerts.triage.importance import weigh_again
from alerts.triage.locks import hold
from alerts.triage.reporters import shape_of, text_index_of

SAME_PLACE_M = 60
WINDOW = timedelta(minutes=30)
EXACT_M = 100
"""A place named less exactly than this (a long block, an area) joins nothing by itself."""
CONVERSATION = timedelta(hours=1)
"""How long after somebody's last report another text of theirs is about the same thing."""
APART_M = 250
"""The same person naming a place this far away means another event."""
PINNED = 1.0
"""The confidence of a place that a person set."""


def gather(report: Report) -> Incident:
    """Put a saved report into the incident it belongs to, or into a new one.

    Part of the caller's transaction: of two reports of one crossing at the same moment, the
    second waits for the first and joins its incident.
    """
    with transaction.atomic():
        hold(locks_of(report))
        incident = _of_same_reporter(report) or at_same_place(report) or _new(report)
        join(report, incident)
        Event.objects.note(incident, Event.What.REPORTED, detail=report.channel)
    return incident


def join(report: Report, incident: Incident) -> None:
    """Make `report` one of `incident`'s, and bring the incident's sums up to date."""
    report.incident = incident
    report.text_index = report.text_index or text_index_of(report.text)
    report.shape_index = shape_of(report)
    report.save(update_fields=["incident", "text_index", "shape_index"])
    place_from(report, incident)
    weigh_again(incident)


def place_from(report: Report, incident: Incident) -> None:
    """Take over the report's place where it is surer than what the incident has."""
    surer = (report.place_confidence or 0) > (incident.place_confidence or 0)
    if report.lat is None or report.lon is None or (incident.is_located and not surer):
        return
    incident.locate(
        lat=report.lat,
        lon=report.lon,
        label=report.place_label,
        confidence=report.place_confidence or 0,
        precision_m=report.place_precision_m,
        place=report.place,
    )


def is_exact(place: Report | Incident) -> bool:
    """Say whether the place is sure and exact enough to join reports by."""
    return (
        place.lat is not None
        and place.lon is not None
        and (place.place_confidence or 0) >= CONFIDENT
        and (place.place_precision_m or 0) <= EXACT_M
    )


def metres_between(one: Report | Incident, other: Report | Incident) -> float:
    """Return the distance in metres, infinity where one of them has no place."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return math.inf
    return metres((one.lat, one.lon), (other.lat, other.lon))


def locks_of(report: Report) -> Iterator[str]:
    """Yield what must be held while `report` looks for its incident."""
    yield f"reporter {report.reporter}"
    if report.lat is None or report.lon is None or not is_exact(report):
        return
    # Every cell a report of the same place could lie in, also just across a cell's border.
    north = SAME_PLACE_M / METRES_PER_DEGREE
    east = north / math.cos(math.radians(report.lat))
    for step in range(-1, 16):
        reach, turn = (step >= 0), math.tau * step / 16
        lat = report.lat + reach * north * math.sin(turn)
        lon = report.lon + reach * east * math.cos(turn)
        yield f"cell {cell_at(lat, lon)}"


def _of_same_reporter(report: Report) -> Incident | None:
    if report.receipt_id:
        same = Incident.objects.open().filter(reports__receipt=report.receipt_id)
        return same.order_by("-last_report_at").first()
    if not report.number:
        return None
    since = report.received_at - CONVERSATION
    incident = (
        Incident.objects.open()
        .filter(
            reports__number_index__in=indexes_of("phone", report.number),
            reports__received_at__gte=since,
        )
        .order_by("-reports__received_at")
        .first()
    )
    if incident is None or (is_exact(report) and _is_elsewhere(report, incident)):
        return None
    return incident


def _is_elsewhere(report: Report, incident: Incident) -> bool:
    return incident.is_located and metres_between(report, incident) > APART_M


def at_same_place(report: Report) -> Incident | None:
    """Return the other open incident that `report` belongs to by the exact rule, if any."""
    if report.lat is None or report.lon is None or not is_exact(report):
        return None
    cell = h3.int_to_str(cell_at(report.lat, report.lon))
    around = [h3.str_to_int(near) for near in h3.grid_disk(cell, 1)]
    others = Incident.objects.open().filter(
        cell__in=around,
        last_report_at__gte=report.received_at - WINDOW,
        set_aside_at=None,
        is_drill=False,
    )
    near = [
        (metres_between(report, other), other)
        for other in others
        if other.pk != report.incident_id
        and is_exact(other)
        and metres_between(report, other) <= SAME_PLACE_M
    ]
    return min(near, key=lambda pair: (pair[0], pair[1].reported_at))[1] if near else None


def _new(report: Report) -> Incident:
    incident = Incident(reported_at=report.received_at, last_report_at=report.received_at)
    if report.lat is not None and report.lon is not None:
        incident.lat, incident.lon = report.lat, report.lon
        incident.cell = cell_at(report.lat, report.lon)
        incident.place_label, incident.place = report.place_label, report.place
        incident.place_confidence = report.place_confidence
        incident.place_precision_m = report.place_precision_m
    incident.save(force_insert=True)
    return incident

"""Reports of one event come together: an exact rule joins them, the rest is only suggested."""

import math
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction

from alerts.models import Event, Incident, Report
from alerts.models.incidents import IncidentQuerySet
from alerts.models.keys import indexes_of
from alerts.models.places import cell_at
from alerts.places import CONFIDENT
from alerts.places.geo import METRES_PER_DEGREE, metres
from alerts.triage.importance import facts_of, weigh, weigh_held
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
    """Put a report, stored or not yet, into the incident it belongs to, or into a new one.

    Part of the caller's transaction: of two reports of one crossing at the same moment, the
    second waits for the first and joins its incident.
    """
    with transaction.atomic(savepoint=False):
        hold(locks_of(report))
        # Held rows: an incident that is judged at this moment is either joined before, and its
        # new reporter told with the others, or not at all.
        known = _of_same_reporter(report) or at_same_place(report, among=Incident.objects.locked())
        if known is None:
            incident = _new(report)
        else:
            incident = known
            join(report, incident)
        Event.objects.note(incident, Event.What.REPORTED, detail=report.channel)
    return incident


def join(report: Report, incident: Incident) -> None:
    """Make `report` one of `incident`'s, whose row is held, and bring its sums up to date."""
    _put(report, incident)
    place_from(report, incident)
    weigh_held(incident)


def _put(report: Report, incident: Incident) -> None:
    _digest(report)
    report.incident = incident
    if report._state.adding:
        report.save(force_insert=True)
    else:
        report.save(update_fields=["incident", "text_index", "shape_index"])


def _digest(report: Report) -> None:
    report.text_index = report.text_index or text_index_of(report.text)
    report.shape_index = shape_of(report)


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
    for cell in cells_within_reach(report.lat, report.lon):
        yield f"cell {cell}"


def cells_within_reach(lat: float, lon: float) -> set[int]:
    """Return every cell a report of the same place could lie in, also just across a border."""
    north, east = _reach(lat)
    around = [math.tau * step / 16 for step in range(16)]
    rim = {cell_at(lat + north * math.sin(turn), lon + east * math.cos(turn)) for turn in around}
    return rim | {cell_at(lat, lon)}


def _reach(lat: float) -> tuple[float, float]:
    """Return SAME_PLACE_M in degrees of latitude and, at `lat`, of longitude."""
    north = SAME_PLACE_M / METRES_PER_DEGREE
    return north, north / math.cos(math.radians(lat))


def _of_same_reporter(report: Report) -> Incident | None:
    if report.receipt_id:
        same = Incident.objects.locked().open().filter(reports__receipt=report.receipt_id)
        return same.order_by("-last_report_at").first()
    if not report.number:
        return None
    since = report.received_at - CONVERSATION
    incident = (
        Incident.objects.locked()
        .open()
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


def at_same_place(report: Report, *, among: IncidentQuerySet | None = None) -> Incident | None:
    """Return the other open incident that `report` belongs to by the exact rule, if any."""
    if report.lat is None or report.lon is None or not is_exact(report):
        return None
    north, east = _reach(report.lat)
    others = (Incident.objects.all() if among is None else among).open()
    # The cells are what the index knows; the box leaves few rows of them in a flood.
    others = others.filter(
        cell__in=cells_within_reach(report.lat, report.lon),
        lat__range=(report.lat - north, report.lat + north),
        lon__range=(report.lon - east, report.lon + east),
        last_report_at__gte=report.received_at - WINDOW,
        set_aside_at=None,
        is_drill=False,
    ).order_by("pk")
    near = [
        (metres_between(report, other), other)
        for other in others
        if other.pk != report.incident_id
        and is_exact(other)
        and metres_between(report, other) <= SAME_PLACE_M
    ]
    return min(near, key=lambda pair: (pair[0], pair[1].reported_at))[1] if near else None


def _new(report: Report) -> Incident:
    """Store an incident and its first report: one INSERT each."""
    incident = Incident(reported_at=report.received_at, last_report_at=report.received_at)
    _digest(report)
    if report.lat is not None and report.lon is not None:
        incident.lat, incident.lon = report.lat, report.lon
        incident.cell = cell_at(report.lat, report.lon)
        incident.place_label, incident.place_id = report.place_label, report.place_id
        incident.place_confidence = report.place_confidence
        incident.place_precision_m = report.place_precision_m
    incident.independent_reporters = 1
    incident.weight = weigh(facts_of(incident, [report]))
    incident.save(force_insert=True)
    _put(report, incident)
    return incident

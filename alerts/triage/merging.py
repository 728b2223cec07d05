"""People say what belongs together: merge, take apart again, split a report off."""

import json
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from alerts.dispatch.ending import end_what_is_untrue
from alerts.models import (
    AlreadyClaimed,
    Event,
    Incident,
    IncidentStatus,
    Person,
    Report,
    WrongState,
)
from alerts.triage.gathering import at_same_place, join, locks_of
from alerts.triage.importance import weigh_again
from alerts.triage.locks import hold


class CannotMerge(Exception):
    """Two incidents that cannot become one this way."""


class NothingToSplit(Exception):
    """The report stands alone: splitting it off would change nothing."""


def merge(incident: Incident, *, into: Incident, by: Person) -> Incident:
    """Move every report of `incident` to `into` and return the incident that has them now.

    Nothing is dropped: the emptied incident stays, says where it went, and can be taken out
    again. Raise CannotMerge, AlreadyClaimed or WrongState (somebody merged it before).
    """
    with transaction.atomic():
        source, target = _both_locked(incident, _last_of(into))
        _check(source, target)
        _respect_claims(source, target, by=by)
        _pour(source, target, by=by)
    incident.refresh_from_db()
    return target


def follow_place(report: Report) -> Incident | None:
    """Merge a report's incident into that of the same crossing, now that its place is known.

    The exact rule of gathering, for a place that came with a later text. Only what one reporter
    said and nobody looks after is moved; None when there is nothing to do. Part of the caller's
    transaction.
    """
    with transaction.atomic():
        hold(locks_of(report))
        found = at_same_place(report)
        if found is None or report.incident is None:
            return None
        source, target = _both_locked(report.incident, found)
        others = source.reports.exclude(number_index=report.number_index, receipt=report.receipt)
        if source.status != IncidentStatus.NEW or not target.is_open or others.exists():
            return None
        _pour(source, target, by=None)
    report.refresh_from_db(fields=["incident"])
    return target


def _pour(source: Incident, target: Incident, *, by: Person | None) -> None:
    """Move all reports from one locked incident into another."""
    reports = [str(pk) for pk in source.reports.values_list("pk", flat=True)]
    source.move(IncidentStatus.MERGED, merged_into=target, holder=None, claim_ends_at=None)
    source.reports.update(incident=target)
    _adopt_place(source, target)
    weigh_again(target)
    end_what_is_untrue(source)
    Event.objects.note(source, Event.What.MERGED, by=by, detail=json.dumps(reports))
    Event.objects.note(target, Event.What.MERGED, by=by, detail=str(source.pk))


def take_apart(incident: Incident, *, by: Person) -> None:
    """Undo a merge: `incident` gets back the reports it brought; raise WrongState."""
    with transaction.atomic():
        source = _locked(incident)
        if source.status != IncidentStatus.MERGED:
            raise WrongState(f"incident {source.pk} is not merged")
        target = source.merged_into
        source.move(IncidentStatus.CHECKING, merged_into=None)
        event = source.events.filter(what=Event.What.MERGED).latest("at")
        brought = Report.objects.filter(pk__in=[UUID(pk) for pk in json.loads(event.detail)])
        brought.filter(incident=target).update(incident=source)
        for side in (source, target):
            if side is not None:
                weigh_again(side)
                Event.objects.note(side, Event.What.SPLIT, by=by, detail=str(source.pk))
    incident.refresh_from_db()


def split(report: Report, *, by: Person) -> Incident:
    """Give `report` an incident of its own and return it; raise NothingToSplit."""
    if report.incident is None:
        raise NothingToSplit(str(report.pk))
    with transaction.atomic():
        # The incident first, as in a merge: the two must not wait for each other.
        left = _locked(report.incident)
        report = Report.objects.select_for_update().get(pk=report.pk)
        if report.incident_id != left.pk or left.reports.count() == 1:
            raise NothingToSplit(str(report.pk))
        alone = Incident.objects.create(
            reported_at=report.received_at, last_report_at=report.received_at
        )
        join(report, alone)
        weigh_again(left)
        Event.objects.note(left, Event.What.SPLIT, by=by, detail=str(alone.pk))
        Event.objects.note(alone, Event.What.SPLIT, by=by, detail=str(left.pk))
    return alone


def _locked(incident: Incident) -> Incident:
    return Incident.objects.locked().get(pk=incident.pk)


def _both_locked(one: Incident, other: Incident) -> tuple[Incident, Incident]:
    # In one order everywhere: two people merging crosswise must not wait for each other.
    rows = Incident.objects.locked().filter(pk__in=[one.pk, other.pk])
    locked = {incident.pk: incident for incident in rows.order_by("pk")}
    return locked[one.pk], locked[other.pk]


def _last_of(incident: Incident) -> Incident:
    """Follow a chain of merges to the incident that has the reports now."""
    while incident.status == IncidentStatus.MERGED and incident.merged_into is not None:
        incident = incident.merged_into
    return incident


def _check(source: Incident, target: Incident) -> None:
    if source.status == IncidentStatus.MERGED:
        raise WrongState(f"incident {source.pk} is merged already")
    if source.pk == target.pk:
        raise CannotMerge("same")
    if not target.is_open or not source.is_open:
        raise CannotMerge("closed")
    if source.status == IncidentStatus.VERIFIED != target.status:
        # Its judgement and its alerts stay behind: the other way round keeps them.
        raise CannotMerge("verified")


def _respect_claims(*sides: Incident, by: Person) -> None:
    for side in sides:
        holder = side.holder_at(timezone.now())
        if holder is not None and holder != by:
            raise AlreadyClaimed(f"incident {side.pk}")


def _adopt_place(source: Incident, target: Incident) -> None:
    if target.is_located or source.lat is None or source.lon is None:
        return
    target.locate(
        lat=source.lat,
        lon=source.lon,
        label=source.place_label,
        confidence=source.place_confidence or 0,
        precision_m=source.place_precision_m,
        place=source.place,
    )

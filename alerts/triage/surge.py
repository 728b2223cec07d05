"""When more arrives than people can read: clusters first, and what is hostile set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from alerts.models import (
    AlreadyClaimed,
    AlreadyJudged,
    Event,
    Incident,
    IncidentStatus,
    Person,
    Report,
)
from alerts.triage.importance import COPIES
from alerts.triage.judging import judge

MOST_CLUSTERS = 30
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Cluster:
    """Incidents that stand on copies of one text."""

    shape_index: str
    reports: int
    incidents: int
    reporters: int
    sample: Report
    is_aside: bool = False


def clusters(*, aside: bool = False) -> list[Cluster]:
    """Return the texts that came most often in incidents nobody judged: two queries."""
    waiting = Report.objects.filter(
        incident__status__in=Incident.UNJUDGED, incident__set_aside_at__isnull=not aside
    ).exclude(shape_index="")
    rows = list(
        waiting.values("shape_index")
        .annotate(
            reports=Count("pk"),
            incidents=Count("incident", distinct=True),
            numbers=Count("number_index", distinct=True, filter=~Q(number_index="")),
            pages=Count("receipt", distinct=True),
            sample=Max("received_at"),
        )
        .filter(reports__gte=COPIES)
        .order_by("-reports")[:MOST_CLUSTERS]
    )
    samples = _samples([row["shape_index"] for row in rows])
    return [
        Cluster(
            shape_index=row["shape_index"],
            reports=row["reports"],
            incidents=row["incidents"],
            reporters=row["numbers"] + row["pages"],
            sample=samples[row["shape_index"]],
            is_aside=aside,
        )
        for row in rows
    ]


def _samples(indexes: Sequence[str]) -> dict[str, Report]:
    newest = (
        Report.objects.filter(shape_index__in=indexes)
        .values("shape_index")
        .annotate(newest=Max("received_at"))
    )
    wanted = {(row["shape_index"], row["newest"]) for row in newest}
    found = Report.objects.filter(
        shape_index__in=[index for index, _at in wanted], received_at__in=[at for _i, at in wanted]
    )
    return {report.shape_index: report for report in found}


def incidents_of(shape_index: str, *, aside: bool) -> list[Incident]:
    """Return the unjudged incidents in which every report is a copy of one text.

    An incident in which somebody else speaks too is left alone: there may be something real.
    """
    if not shape_index:
        return []
    others = Report.objects.exclude(shape_index=shape_index).values("incident")
    found = Incident.objects.unjudged().filter(
        reports__shape_index=shape_index, set_aside_at__isnull=not aside
    )
    return list(
        found.exclude(pk__in=others.filter(incident__isnull=False)).distinct()[:MOST_AT_ONCE]
    )


def set_aside(shape_index: str, *, by: Person) -> int:
    """Put the incidents of one copied text aside; return how many. Nothing is judged or lost."""
    return _each(shape_index, aside=False, by=by)


def restore(shape_index: str, *, by: Person) -> int:
    """Bring back what was put aside; return how many."""
    return _each(shape_index, aside=True, by=by)


def _each(shape_index: str, *, aside: bool, by: Person) -> int:
    now = timezone.now()
    what = Event.What.RESTORED if aside else Event.What.SET_ASIDE
    count = 0
    with transaction.atomic():
        for incident in incidents_of(shape_index, aside=aside):
            rows = Incident.objects.unclaimed(now=now).filter(
                pk=incident.pk, set_aside_at__isnull=not aside
            )
            if rows.update(set_aside_at=None if aside else now):
                Event.objects.note(incident, what, by=by)
                count += 1
    return count


def judge_all(
    keys: Sequence[UUID], *, outcome: str, what_it_was: str, by: Person
) -> tuple[int, int]:
    """Judge many incidents alike, one line in each timeline; return done and left alone.

    Never "verified": that takes a look at each. What somebody holds or judged first stays.
    """
    if outcome == IncidentStatus.VERIFIED:
        raise ValueError("incidents are verified one by one")
    done = 0
    incidents = list(Incident.objects.unjudged().filter(pk__in=list(keys)[:MOST_AT_ONCE]))
    for incident in incidents:
        try:
            judge(incident, by=by, outcome=outcome, what_it_was=what_it_was)
            done += 1
        except (AlreadyJudged, AlreadyClaimed):
            continue
    return done, len(keys) - done

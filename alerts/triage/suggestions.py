"""What may be the same event, for a person to decide: distance, time and shared words."""

import math
from dataclasses import dataclass
from datetime import timedelta

import h3
from django.db.models import Q, QuerySet

from alerts.models import Incident, Report
from alerts.models.fields import readable
from alerts.triage.gathering import metres_between
from alerts.triage.words import telling_words

REACH_M = 1_200
WINDOW = timedelta(hours=1)
MOST_LOOKED_AT = 60
MOST_SHOWN = 4
ENOUGH = 0.45


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An open incident that may be the same as the one looked at."""

    incident: Incident
    score: float
    """0 to 1."""
    metres: int | None
    """None where one of them has no place."""
    minutes: int
    shared: tuple[str, ...]


def suggestions(incident: Incident) -> list[Suggestion]:
    """Return the open incidents that may be the same event, likeliest first: three queries."""
    others = list(_around(incident)[:MOST_LOOKED_AT])
    words = _words_of([incident, *others])
    found = [_compare(incident, other, words) for other in others]
    likely = sorted((one for one in found if one.score >= ENOUGH), key=lambda one: -one.score)
    return likely[:MOST_SHOWN]


def _around(incident: Incident) -> QuerySet[Incident]:
    at = incident.last_report_at
    others = (
        Incident.objects.open()
        .exclude(pk=incident.pk)
        .filter(
            set_aside_at=None,
            is_drill=incident.is_drill,
            last_report_at__range=(at - WINDOW, at + WINDOW),
        )
    )
    if incident.cell is None:
        return others.order_by("-last_report_at")
    around = h3.grid_disk(h3.int_to_str(incident.cell), 1)
    near = Q(cell__in=[h3.str_to_int(cell) for cell in around]) | Q(cell=None)
    return others.filter(near).order_by("-last_report_at")


def _compare(incident: Incident, other: Incident, words: dict[object, set[str]]) -> Suggestion:
    away = metres_between(incident, other)
    apart = abs(incident.last_report_at - other.last_report_at)
    shared = words[incident.pk] & words[other.pk]
    close = max(0.0, 1 - away / REACH_M) if math.isfinite(away) else 0.35
    soon = max(0.0, 1 - apart / WINDOW)
    alike = len(shared) / max(1, min(len(words[incident.pk]), len(words[other.pk])))
    score = 0.5 * close + 0.25 * soon + 0.25 * min(1.0, 2 * alike) if close else 0.0
    return Suggestion(
        other,
        score,
        round(away) if math.isfinite(away) else None,
        int(apart.total_seconds() // 60),
        tuple(sorted(shared)[:4]),
    )


def _words_of(incidents: list[Incident]) -> dict[object, set[str]]:
    words: dict[object, set[str]] = {one.pk: set() for one in incidents}
    reports = Report.objects.filter(incident__in=list(words)).order_by("-received_at")
    for report in reports[: 4 * MOST_LOOKED_AT]:
        words[report.incident_id] |= telling_words(readable(report, "text"))
    return words

"""The queue of the desk: what needs a person first, and the reason for each place in it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import ngettext

from alerts.models import (
    Alert,
    AlertStatus,
    Incident,
    IncidentStatus,
    Person,
    Report,
)
from alerts.triage.importance import (
    Facts,
    Why,
    facts_from,
    reasons,
    sentence,
    standing_behind,
    sums_of_reports,
    time_left,
    words_left,
)
from alerts.triage.nearby import responders_near
from alerts.triage.watchdog import is_clock_stopped

MOST_ROWS = 40
MOST_IN_HAND = 40
HURRY = timedelta(minutes=15)
HURRY_WORTH = 10
NEAR_WORTH = 5
SHOWN = (
    *("code", "status", "reported_at", "place_label", "cell", "independent_reporters", "weight"),
    *("is_drill", "claim_ends_at", "holder"),
)
"""What the queue needs of an incident: a third of its columns."""

Marks = Counter[tuple[UUID, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    incident: Incident
    facts: Facts
    reasons: list[str]
    rank: int
    holder: Person | None
    alerts_running: int = 0
    alerts_waiting: int = 0
    line: str = ""
    """Its HTML for most readers, where it is rendered once for many."""

    @property
    def key(self) -> str:
        """The incident's id as an address spells it."""
        return str(self.incident.pk)


@dataclass(frozen=True, slots=True)
class Board:
    """The whole queue, the same for everybody."""

    needs: list[Row] = field(default_factory=list)
    checking: list[Row] = field(default_factory=list)
    verified: list[Row] = field(default_factory=list)
    needs_total: int = 0
    set_aside: int = 0
    is_clock_stopped: bool = False
    """Whether the sweep is silent: nobody is paged and nothing gives up by itself."""

    @property
    def rows(self) -> list[Row]:
        """Every line shown."""
        return [*self.needs, *self.checking, *self.verified]

    @property
    def hidden(self) -> int:
        """How many incidents wait below the last line shown."""
        return self.needs_total - len(self.needs)


def board(*, now: datetime) -> Board:
    """Read the queue: six queries, whatever waits."""
    incidents = [*_in_hand(now), *_waiting(now)]
    marks = _marks(incidents)
    facts = facts_by_incident(incidents, marks)
    rows = [_row(one, facts[one.pk], _alerts(one, marks), now=now) for one in incidents]
    needs = [row for row in rows if row.holder is None and row.incident.status in Incident.UNJUDGED]
    held = [row for row in rows if row.holder and row.incident.status in Incident.UNJUDGED]
    counts = Incident.objects.unclaimed(now=now).aggregate(
        waiting=Count("pk", filter=Q(set_aside_at=None)),
        aside=Count("pk", filter=Q(set_aside_at__isnull=False)),
    )
    return Board(
        needs=sorted(needs, key=lambda row: (-row.rank, row.incident.reported_at)),
        checking=sorted(held, key=lambda row: row.incident.reported_at),
        verified=[row for row in rows if row.incident.status == IncidentStatus.VERIFIED],
        needs_total=counts["waiting"],
        set_aside=counts["aside"],
        is_clock_stopped=is_clock_stopped(now),
    )


def _marks(incidents: Sequence[Incident]) -> Marks:
    """Count alerts by status, and who stands behind the reports, of many incidents: one query."""
    keys = [incident.pk for incident in incidents]
    running = (AlertStatus.RELEASED, AlertStatus.AWAITING_APPROVAL)
    alerts = Alert.objects.filter(incident__in=keys, status__in=running).order_by()
    people = standing_behind(keys)
    return Counter(alerts.values_list("incident", "status").union(*people, all=True))


def _alerts(incident: Incident, marks: Marks) -> tuple[int, int]:
    running = marks[incident.pk, AlertStatus.RELEASED]
    return running, marks[incident.pk, AlertStatus.AWAITING_APPROVAL]


def facts_by_incident(incidents: Sequence[Incident], marks: Marks) -> dict[UUID, Facts]:
    """Read the facts of many incidents in one query."""
    rows = (
        Report.objects.filter(incident__in=[incident.pk for incident in incidents])
        .values("incident")
        .annotate(**sums_of_reports())
    )
    sums: dict[UUID, dict[str, Any]] = {row["incident"]: dict(row) for row in rows}
    for key, theirs in sums.items():
        theirs |= {why: marks[key, why] for why in (Why.TRUSTED, Why.PROVEN)}
    return {one.pk: _facts(one, sums.get(one.pk, {})) for one in incidents}


def _facts(incident: Incident, sums: Mapping[str, Any]) -> Facts:
    people = incident.independent_reporters
    witnesses = min(sums.get("numbers", 0), max(1, sums.get("wordings", 0)), people)
    return facts_from(
        sums, witnesses=witnesses, pages=people - witnesses, is_located=incident.is_located
    )


def _in_hand(now: datetime) -> QuerySet[Incident]:
    """What somebody holds, and what is verified and may still be going on."""
    held = Q(status__in=Incident.UNJUDGED, claim_ends_at__gt=now, holder__isnull=False)
    verified = Q(status=IncidentStatus.VERIFIED)
    in_hand = Incident.objects.filter(held | verified, set_aside_at=None).only(
        *SHOWN, "holder__name"
    )
    return in_hand.select_related("holder").order_by("-last_report_at")[:MOST_IN_HAND]


def _waiting(now: datetime) -> QuerySet[Incident]:
    free = Q(holder=None) | Q(claim_ends_at__lte=now)
    waiting = Incident.objects.unjudged().filter(free, set_aside_at=None).only(*SHOWN)
    return waiting.order_by("-weight", "reported_at")[:MOST_ROWS]


def _row(incident: Incident, facts: Facts, alerts: tuple[int, int], *, now: datetime) -> Row:
    left = time_left(incident, now=now)
    near = responders_near(incident)
    words = [sentence(why, facts) for why in reasons(facts)]
    if near:
        words.append(_near(near))
    if incident.status in Incident.UNJUDGED and left <= HURRY:
        words.append(words_left(left))
    rank = incident.weight + NEAR_WORTH * bool(near) + HURRY_WORTH * (left <= HURRY)
    return Row(incident, facts, words, rank, incident.holder_at(now), *alerts)


def _near(count: int) -> str:
    words = ngettext(
        "%(count)s responder about 1 km away", "%(count)s responders about 1 km away", count
    )
    return words % {"count": count}

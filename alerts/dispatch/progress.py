"""How far an alert has come: texts by state, reasons, and what people answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from alerts.carriers.errors import sentence_for
from alerts.dispatch.preview import seconds
from alerts.models import (
    Alert,
    Answer,
    Delivery,
    Incident,
    Network,
    Outbound,
    OutboundStatus,
    SkipReason,
)

SHOWN = 40
"""Most people named on a page."""
LOOKS = {
    "calm": (OutboundStatus.DELIVERED,),
    "work": (OutboundStatus.ACCEPTED, OutboundStatus.SENT),
    "wait": (OutboundStatus.QUEUED, OutboundStatus.SUBMITTING, OutboundStatus.UNKNOWN),
    "alarm": (OutboundStatus.UNDELIVERED, OutboundStatus.FAILED, OutboundStatus.GIVEN_UP),
    "quiet": (OutboundStatus.SKIPPED,),
}
"""How each state looks in the line that fills."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some texts did not arrive."""

    sentence: str
    texts: int
    code: str = ""
    """The carrier's."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one responder replied last; never a number."""

    handle: str
    what: str
    label: str
    minutes: int | None
    note: str
    distance_m: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of one alert at this moment."""

    deliveries: dict[str, int]
    """Texts in every state of Outbound."""
    answers: dict[str, int]
    """Latest answers of every sort."""
    reasons: list[Reason]
    people: list[Answered]
    seconds_to_last: float
    """Until the last text of this alert is handed over; 0 when none waits."""
    unsettled: int
    total: int
    possible_doubles: int = 0
    """Texts sent a second time because nobody could tell whether the first was taken."""

    @property
    def waiting(self) -> int:
        """Texts that were not handed over yet."""
        return self._sum(OutboundStatus.QUEUED, OutboundStatus.SUBMITTING)

    @property
    def under_way(self) -> int:
        """Texts the carrier took and has not told the end of."""
        return self._sum(OutboundStatus.ACCEPTED, OutboundStatus.SENT)

    @property
    def failed(self) -> int:
        """Texts that did not arrive, or that nobody can tell about any more."""
        return self._sum(*LOOKS["alarm"])

    def _sum(self, *statuses: str) -> int:
        return sum(self.deliveries[status] for status in statuses)


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of the line that fills, in percent of its length."""

    look: str
    """calm, work, wait, alarm or quiet."""
    start: float
    width: float


def line_of(so_far: Progress) -> list[Piece]:
    """Return the line that fills: what arrived, what is on its way, what waits, what failed."""
    pieces, start = [], 0.0
    for look, statuses in LOOKS.items():
        texts = sum(so_far.deliveries[status] for status in statuses)
        width = round(100 * texts / so_far.total, 2) if so_far.total else 0
        if width:
            pieces.append(Piece(look, round(start, 2), width))
        start += width
    return pieces


def progress(alert: Alert) -> Progress:
    """Return how far `alert` has come, in four queries."""
    rows = _counted(alert)
    deliveries = dict.fromkeys(OutboundStatus.values, 0)
    for row in rows:
        deliveries[row.status] += row.texts
    total = sum(deliveries.values())
    return Progress(
        deliveries=deliveries,
        answers=_answers(alert),
        reasons=list(_reasons(rows)),
        people=_people(alert),
        seconds_to_last=_seconds_to_last(alert) if deliveries[OutboundStatus.QUEUED] else 0,
        unsettled=sum(deliveries[status] for status in Outbound.UNSETTLED),
        total=total,
        possible_doubles=sum(row.possible_doubles for row in rows),
    )


def alerts_of(incident: Incident) -> list[Alert]:
    """Return the alerts about `incident`, newest first, each with texts and answers counted.

    They carry `planned`, `taken`, `arrived` and `going`.
    """
    taken = Q(deliveries__status__in=(*Outbound.GOT_IT,))
    alerts = (
        incident.alerts.select_related("drafted_by", "released_by")
        .annotate(
            planned=Count("deliveries"),
            taken=Count("deliveries", filter=taken),
            arrived=Count("deliveries", filter=Q(deliveries__status=OutboundStatus.DELIVERED)),
        )
        .order_by("-drafted_at")
    )
    going = dict(
        Answer.objects.filter(alert__incident=incident, is_latest=True, what=Answer.What.GOING)
        .values_list("alert")
        .annotate(Count("pk"))
    )
    listed = list(alerts)
    for alert in listed:
        alert.going = going.get(alert.pk, 0)  # type: ignore[attr-defined]
    return listed


class Counted(NamedTuple):
    """Texts that have state and reason in common."""

    status: str
    skip_reason: str
    error_code: str
    texts: int
    possible_doubles: int


def _counted(alert: Alert) -> list[Counted]:
    rows = alert.deliveries.order_by().values_list("status", "skip_reason", "error_code")
    doubles = Count("pk", filter=Q(is_possible_double=True))
    return [Counted(*row) for row in rows.annotate(texts=Count("pk"), doubles=doubles)]


def _answers(alert: Alert) -> dict[str, int]:
    latest = alert.answers.filter(is_latest=True).order_by()
    counted = dict(latest.values_list("what").annotate(Count("pk")))
    return {what: counted.get(what, 0) for what in Answer.What.values}


def _reasons(rows: Iterable[Counted]) -> Iterable[Reason]:
    for row in sorted(rows, key=lambda row: -row.texts):
        if row.error_code:
            yield Reason(str(sentence_for(row.error_code)), row.texts, row.error_code)
        elif row.skip_reason:
            yield Reason(str(SkipReason(row.skip_reason).label), row.texts)
        elif row.status == OutboundStatus.UNKNOWN:
            yield Reason(_("We do not know yet whether the carrier took it."), row.texts)
        elif row.status == OutboundStatus.GIVEN_UP:
            yield Reason(_("It may or may not have arrived."), row.texts)


def _people(alert: Alert) -> list[Answered]:
    answers = (
        alert.answers.filter(is_latest=True)
        .select_related("responder", "delivery")
        .order_by("-at")[:SHOWN]
    )
    return [
        Answered(
            handle=answer.responder.handle or _("Somebody"),
            what=answer.what,
            label=answer.get_what_display(),
            minutes=answer.minutes,
            note=answer.note,
            distance_m=answer.delivery.distance_m,
        )
        for answer in answers
    ]


def _seconds_to_last(alert: Alert) -> float:
    """Count what waits before the last text of `alert`, which is all of its own and the louder."""
    waiting = Delivery.objects.filter(status=OutboundStatus.QUEUED)
    mine = Q(alert=alert) | Q(priority__lt=alert.rule.priority)
    segments = waiting.filter(mine).aggregate(sum=Sum("segments"))["sum"] or 0
    return seconds(segments, Network.objects.current())

"""What speaks against sending a text at the last moment, before it is taken in hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models.functions import Now

from alerts.dispatch.queues import Waiting
from alerts.models import Alert, AlertStatus, Delivery, OutboundStatus, Responder, SkipReason

PREDECESSOR_SECONDS = 20
"""How long a follow-up waits for an earlier text that is in flight to the same phone."""

WAIT = "wait"
"""Nothing speaks against it but that an earlier text to the same phone is in flight."""

NO_LIFE = timedelta(0)

NOT_RELEASED = {
    AlertStatus.STOPPED: SkipReason.STOPPED,
    # Whatever replaces an alert finishes it in the same transaction.
    AlertStatus.FINISHED: SkipReason.SUPERSEDED,
}


class Standing(NamedTuple):
    """How an alert stands at this moment."""

    against: str
    """Why none of its texts may leave (a SkipReason), or nothing."""
    follows: bool
    """Whether it goes to those who got an earlier alert."""
    life: timedelta
    """What is left of it."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides over locked rows with what the database said after they were locked."""

    now: datetime
    alerts: dict[UUID, Standing]
    busy: frozenset[str]
    """Responders with a text in flight, among those who are to get a follow-up."""

    def over(self, row: Waiting) -> tuple[str, timedelta]:
        """Return why `row` must not leave (a SkipReason, WAIT or nothing) and how long it may."""
        if row.alert is None:
            life = NO_LIFE if row.expires_at is None else row.expires_at - self.now
            return against_message(row, life), life
        alert = self.alerts[row.alert]
        if row.has_left or is_gone(row.responder_status, follows=alert.follows):
            return SkipReason.LEFT, alert.life
        is_busy = bool(self.busy) and row.owner in self.busy
        return alert.against or (WAIT if is_busy else ""), alert.life


def judge_of(rows: Sequence[Waiting], now: datetime) -> Judge:
    """Read what decides over `rows`; call it after they are locked, in the same transaction."""
    pks = {row.alert for row in rows if row.alert}
    alerts = Alert.objects.only("status", "expires_at", "kind").in_bulk(pks) if pks else {}
    standing = {pk: standing_of(alert, now) for pk, alert in alerts.items()}
    follow_ups = {pk for pk, alert in standing.items() if alert.follows}
    told = {row.owner for row in rows if row.alert in follow_ups} if follow_ups else set()
    return Judge(now, standing, in_flight(told))


def standing_of(alert: Alert, now: datetime) -> Standing:
    """Say how `alert` stands at `now`."""
    life = NO_LIFE if alert.expires_at is None else alert.expires_at - now
    is_live = alert.status == AlertStatus.RELEASED and life > NO_LIFE
    why_not = NOT_RELEASED.get(AlertStatus(alert.status), SkipReason.EXPIRED)
    against = "" if is_live else why_not
    return Standing(against, alert.rule.follows, life)


def in_flight(responders: Collection[str]) -> frozenset[str]:
    """Return those of `responders` to whom a text may be on its way at this moment."""
    if not responders:
        return frozenset()
    texts = Delivery.objects.filter(
        responder__in=map(UUID, responders),
        status__in=(OutboundStatus.SUBMITTING, OutboundStatus.UNKNOWN),
        attempted_at__gt=Now() - timedelta(seconds=PREDECESSOR_SECONDS),
    )
    return frozenset(map(str, texts.values_list("responder", flat=True)))


def is_gone(status: str, *, follows: bool) -> bool:
    """Say whether somebody is not to be asked, or, of a follow-up, no longer to be told."""
    if follows:
        return status == Responder.Status.LEFT
    return status != Responder.Status.ACTIVE


def against_message(row: Waiting, life: timedelta) -> str:
    if row.has_left:
        return SkipReason.LEFT
    return "" if life > NO_LIFE else SkipReason.EXPIRED

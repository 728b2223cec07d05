"""What speaks against sending a text at the last moment, before it is taken in hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now

from alerts.dispatch.queues import Waiting
from alerts.models import Alert, AlertStatus, Delivery, OutboundStatus, Responder, SkipReason

PREDECESSOR_SECONDS = 20
"""How long a follow-up waits for an earlier text that is in flight to the same phone."""

WAIT = "wait"
"""Nothing speaks against it but that an earlier text to the same phone is in flight."""

NOT_RELEASED = {
    AlertStatus.STOPPED: SkipReason.STOPPED,
    # Whatever replaces an alert finishes it in the same transaction.
    AlertStatus.FINISHED: SkipReason.SUPERSEDED,
}


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides over locked rows with what the database said after they were locked."""

    now: datetime
    alerts: dict[UUID, Alert]
    busy: frozenset[UUID]
    """Responders with a text in flight, among those who are to get a follow-up."""

    def against(self, row: Waiting) -> str:
        """Return why `row` must not leave (a SkipReason), WAIT, or nothing."""
        if row.alert is None:
            return against_message(row, self.now)
        return self._against_delivery(row, self.alerts[row.alert])

    def _against_delivery(self, row: Waiting, alert: Alert) -> str:
        if row.has_left or is_gone(row.responder_status, follows=alert.rule.follows):
            return SkipReason.LEFT
        if alert.status != AlertStatus.RELEASED:
            return NOT_RELEASED.get(AlertStatus(alert.status), SkipReason.EXPIRED)
        if alert.expires_at is None or alert.expires_at <= self.now:
            return SkipReason.EXPIRED
        return WAIT if row.responder in self.busy else ""

    def life_of(self, row: Waiting) -> timedelta:
        """Return what is left of the life of a text that nothing speaks against."""
        ends_at = row.expires_at if row.alert is None else self.alerts[row.alert].expires_at
        return timedelta(0) if ends_at is None else ends_at - self.now


def judge_of(rows: Sequence[Waiting], now: datetime) -> Judge:
    """Read what decides over `rows`; call it after they are locked, in the same transaction."""
    pks = {row.alert for row in rows if row.alert}
    alerts = Alert.objects.only("status", "expires_at", "kind").in_bulk(pks) if pks else {}
    follow_ups = [row for row in rows if row.alert and alerts[row.alert].rule.follows]
    return Judge(now, alerts, in_flight({row.responder for row in follow_ups}))


def in_flight(responders: Collection[UUID | None]) -> frozenset[UUID]:
    """Return those of `responders` to whom a text may be on its way at this moment."""
    if not responders:
        return frozenset()
    texts = Delivery.objects.filter(
        responder__in=responders,
        status__in=(OutboundStatus.SUBMITTING, OutboundStatus.UNKNOWN),
        attempted_at__gt=Now() - timedelta(seconds=PREDECESSOR_SECONDS),
    )
    return frozenset(texts.values_list("responder", flat=True))


def is_gone(status: str, *, follows: bool) -> bool:
    """Say whether somebody is not to be asked, or, of a follow-up, no longer to be told."""
    if follows:
        return status == Responder.Status.LEFT
    return status != Responder.Status.ACTIVE


def against_message(row: Waiting, now: datetime) -> str:
    if row.has_left:
        return SkipReason.LEFT
    if row.expires_at is None or row.expires_at <= now:
        return SkipReason.EXPIRED
    return ""

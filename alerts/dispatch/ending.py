"""Alerts that end by themselves: their life is over, they are settled, or no longer true."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from alerts.dispatch.drafting import FITS
from alerts.dispatch.follow_up import family
from alerts.dispatch.second_person import APPROVAL_LIFE
from alerts.models import (
    Alert,
    AlertStatus,
    Delivery,
    Incident,
    Kind,
    OutboundStatus,
    SkipReason,
    Wave,
)
from alerts.models.clock import database_now

OPEN = (
    OutboundStatus.QUEUED,
    OutboundStatus.SUBMITTING,
    OutboundStatus.UNKNOWN,
    OutboundStatus.ACCEPTED,
    OutboundStatus.SENT,
)
"""A text in one of these may still change, or be tried again."""
ONLY_WHILE_TRUE = (Kind.CHECK, Kind.ALERT, Kind.UPDATE, Kind.ENOUGH, Kind.DRILL)
"""The kinds that must not go on once the incident is judged otherwise; calming ones may."""


def end_what_is_over(now: datetime) -> int:
    """End released alerts whose life is over, that are settled or not true any more.

    Return how many. An alert that ends with unsent texts has expired. One sent in waves stays
    open until its time is over, because somebody may still cannot come after all.
    """
    released = Alert.objects.filter(status=AlertStatus.RELEASED)
    over = released.filter(expires_at__lte=now)
    ended = sum(_end(alert, reason=SkipReason.EXPIRED, at=now) for alert in over)
    untrue = released.filter(_does_not_fit())
    ended += sum(_end(alert, reason=SkipReason.SUPERSEDED, at=now) for alert in untrue)
    return ended + _finish_settled(released, at=now)


def end_what_is_untrue(incident: Incident) -> int:
    """End alerts that what is now known of `incident` contradicts; return how many.

    Call it inside the transaction that judges, merges or closes.
    """
    now = database_now()
    untrue = family(incident).filter(_does_not_fit(), status=AlertStatus.RELEASED)
    return sum(_end(alert, reason=SkipReason.SUPERSEDED, at=now) for alert in untrue)


def approvals_that_ran_out(now: datetime) -> int:
    """Make drafts of alerts that waited too long for a second person; return how many."""
    waiting = Alert.objects.filter(
        status=AlertStatus.AWAITING_APPROVAL, asked_at__lte=now - APPROVAL_LIFE
    )
    return waiting.update(status=AlertStatus.DRAFT, asked_by=None, asked_at=None)


def _does_not_fit() -> Q:
    untrue = Q(pk__in=[])
    for kind in ONLY_WHILE_TRUE:
        untrue |= Q(kind=kind) & ~Q(incident__status__in=FITS[kind])
    return untrue


def _end(alert: Alert, *, reason: SkipReason, at: datetime) -> bool:
    """End one alert once; return whether this call did."""
    with transaction.atomic():
        alert = Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
        if alert.status != AlertStatus.RELEASED:
            return False
        unsent = Delivery.objects.filter(alert=alert, status=OutboundStatus.QUEUED).update(
            status=OutboundStatus.SKIPPED, skip_reason=reason, settled_at=at
        )
        is_short = reason == SkipReason.EXPIRED and (unsent or alert.planned_at is None)
        alert.move(AlertStatus.EXPIRED if is_short else AlertStatus.FINISHED, ended_at=at)
        Wave.objects.filter(alert=alert, is_done=False).update(is_done=True)
    return True


def _finish_settled(released: QuerySet[Alert], *, at: datetime) -> int:
    unsettled = Delivery.objects.filter(alert=OuterRef("pk"), status__in=OPEN)
    settled = released.filter(
        ~Exists(unsettled), planned_at__isnull=False, mode=Alert.Mode.EVERYONE
    )
    return settled.update(status=AlertStatus.FINISHED, ended_at=at)

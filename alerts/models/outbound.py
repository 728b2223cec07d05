"""What every text out of the house has in common: deliveries and messages leave by one pump."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models.states import OUTBOUND


class OutboundStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SUBMITTING = "submitting", _("Being handed over")
    ACCEPTED = "accepted", _("Taken by the carrier")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    UNDELIVERED = "undelivered", _("Not delivered")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")
    SKIPPED = "skipped", _("Not sent")
    GIVEN_UP = "given_up", _("Given up")


class SkipReason(models.TextChoices):
    LEFT = "left", _("They left")
    EXPIRED = "expired", _("Its time was over")
    SUPERSEDED = "superseded", _("Something newer replaced it")
    STOPPED = "stopped", _("It was stopped")
    ENOUGH = "enough", _("Enough people are going")
    UNREADABLE = "unreadable", _("The number cannot be read")


class OutboundQuerySet(models.QuerySet[Any]):
    def got_it(self) -> "OutboundQuerySet":
        """Texts that were accepted or may have been.

        Also by an earlier attempt: what is sent again, or was to be, may have arrived before.
        """
        return self.filter(
            Q(status__in=Outbound.GOT_IT)
            | Q(is_possible_double=True)
            | Q(status__in=Outbound.TRIED_AGAIN) & ~Q(sid="")
        )

    def unsettled(self) -> "OutboundQuerySet":
        """Texts whose story is not over."""
        return self.filter(status__in=Outbound.UNSETTLED)

    def move(self, to: str, **columns: object) -> int:
        """Put these rows into status `to` where the table of states allows it; return how many."""
        return self.filter(status__in=OUTBOUND.before(to)).update(status=to, **columns)


class Outbound(models.Model):
    """One text on its way out."""

    Status = OutboundStatus
    SkipReason = SkipReason
    GOT_IT: ClassVar = (
        OutboundStatus.SUBMITTING,
        OutboundStatus.ACCEPTED,
        OutboundStatus.SENT,
        OutboundStatus.DELIVERED,
        OutboundStatus.UNDELIVERED,
        OutboundStatus.UNKNOWN,
        OutboundStatus.GIVEN_UP,
    )
    TRIED_AGAIN: ClassVar = (OutboundStatus.QUEUED, OutboundStatus.SKIPPED)
    """With the carrier's name for it, such a text was taken once: the phone was off."""
    UNSETTLED: ClassVar = (
        OutboundStatus.QUEUED,
        OutboundStatus.SUBMITTING,
        OutboundStatus.UNKNOWN,
    )

    status = models.CharField(max_length=12, choices=OutboundStatus, default=OutboundStatus.QUEUED)
    skip_reason = models.CharField(max_length=12, choices=SkipReason, blank=True, default="")
    error_code = models.CharField(max_length=10, blank=True, default="")
    """The carrier's, when it gave one."""
    sid = models.CharField(max_length=64, blank=True, default="")
    """The carrier's name for the text."""
    priority = models.SmallIntegerField(default=50)
    """Smaller leaves first; below 10 is the lane of corrections and all-clears."""
    segments = models.PositiveSmallIntegerField(default=1)
    attempt = models.PositiveSmallIntegerField(default=0)
    """Counts hand-overs; outcomes and receipts of an earlier one are told apart by it."""
    due_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    attempted_at = models.DateTimeField(null=True, blank=True)
    lease_ends_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    """When the carrier's last word came."""
    is_possible_double = models.BooleanField(default=False)
    """Sent again although an earlier attempt may have gone out."""

    class Meta:
        abstract = True
        indexes = [
            # Compared byte by byte: a language's own order costs PostgreSQL several times as much.
            models.Index(
                fields=["sid"],
                name="%(class)s_sid",
                condition=~Q(sid=""),
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(
                fields=["lease_ends_at"],
                name="%(class)s_leased",
                condition=Q(status__in=("submitting", "unknown")),
            ),
        ]

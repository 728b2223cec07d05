"""The two queues, deliveries and messages: their next rows, locked, and what speaks against each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Now

from alerts.models import (
    AlertStatus,
    AlertText,
    Delivery,
    Message,
    OptOut,
    OutboundStatus,
    Responder,
    SkipReason,
)
from alerts.models.fields import Sealed
from alerts.models.kinds import RULES

PREDECESSOR_SECONDS = 20
"""How long a follow-up waits for an earlier text that is in flight to the same phone."""

FOLLOWING = [kind for kind, rule in RULES.items() if rule.follows]

WAIT = "wait"
"""Nothing speaks against it but that an earlier text to the same phone is still in flight."""

Order = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued row that we hold the lock of."""

    pk: int | UUID
    order: Order
    """Priority, distance and age: smaller leaves first."""
    segments: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the database says, under the lock, about one row we might send."""

    pk: int | UUID
    attempt: int
    against: str
    """Why it must not leave (a SkipReason), WAIT, or empty."""
    number: Sealed | None
    owner: UUID
    """The row the number was sealed in."""
    words: UUID | Sealed
    """The row of an alert's text, or a message's own words."""
    opt_out_digest: str
    """The receiver's; empty for the one goodbye that is sent all the same."""
    alert: UUID | None
    life: timedelta
    """What is left of it."""


def next_deliveries(limit: int) -> list[Waiting]:
    """Lock the first `limit` due deliveries, passing over those that another worker holds."""
    due = Delivery.objects.filter(status=OutboundStatus.QUEUED, due_at__lte=Now())
    rows = (
        due.order_by("priority", "distance_m", "id")
        .select_for_update(skip_locked=True)
        .values_list("pk", "priority", "distance_m", "segments")[:limit]
    )
    return [Waiting(pk, (priority, away, pk), size) for pk, priority, away, size in rows]


def next_messages(limit: int) -> list[Waiting]:
    """Lock the first `limit` due messages, passing over those that another worker holds."""
    due = Message.objects.filter(status=OutboundStatus.QUEUED, due_at__lte=Now())
    rows = (
        due.order_by("priority", "created_at")
        .select_for_update(skip_locked=True)
        .values_list("pk", "priority", "created_at", "segments")[:limit]
    )
    return [Waiting(pk, (priority, 0, at.timestamp()), size) for pk, priority, at, size in rows]


def read_deliveries(pks: list[int]) -> list[Reading]:
    """Read deliveries we hold the lock of, with opt-outs, alert and time as they are now."""
    has_left = Exists(OptOut.objects.filter(digest=OuterRef("responder__opt_out_digest")))
    rows = (
        Delivery.objects.filter(pk__in=pks)
        .annotate(
            against=Case(
                When(has_left | is_gone(), then=Value(SkipReason.LEFT)),
                When(alert__status=AlertStatus.STOPPED, then=Value(SkipReason.STOPPED)),
                When(alert__status=AlertStatus.FINISHED, then=Value(SkipReason.SUPERSEDED)),
                When(~Q(alert__status=AlertStatus.RELEASED), then=Value(SkipReason.EXPIRED)),
                When(alert__expires_at__lte=Now(), then=Value(SkipReason.EXPIRED)),
                When(Q(alert__kind__in=FOLLOWING) & has_predecessor(), then=Value(WAIT)),
                default=Value(""),
            ),
            now=Now(),
        )
        .values_list(
            "pk",
            "attempt",
            "against",
            "responder__number",
            "responder_id",
            "text_id",
            "responder__opt_out_digest",
            "alert_id",
            "alert__expires_at",
            "now",
        )
    )
    return [Reading(*row[:-2], life_left(*row[-2:])) for row in rows]


def is_gone() -> Q:
    """Whether a responder is not to be asked, or, for a follow-up, no longer to be told."""
    gone = Q(alert__kind__in=FOLLOWING, responder__status=Responder.Status.LEFT)
    return gone | ~Q(alert__kind__in=FOLLOWING) & ~Q(responder__status=Responder.Status.ACTIVE)


def has_predecessor() -> Exists:
    """Whether an earlier text to the same phone may be on its way at this moment."""
    return Exists(
        Delivery.objects.filter(
            responder=OuterRef("responder"),
            status__in=(OutboundStatus.SUBMITTING, OutboundStatus.UNKNOWN),
            attempted_at__gt=Now() - timedelta(seconds=PREDECESSOR_SECONDS),
        )
    )


def read_messages(pks: list[UUID]) -> list[Reading]:
    """Read messages we hold the lock of, with opt-outs and time as they are now."""
    has_left = Exists(OptOut.objects.filter(digest=OuterRef("opt_out_digest")))
    rows = (
        Message.objects.filter(pk__in=pks)
        .annotate(
            against=Case(
                When(Q(ignores_opt_out=False) & has_left, then=Value(SkipReason.LEFT)),
                When(expires_at__lte=Now(), then=Value(SkipReason.EXPIRED)),
                default=Value(""),
            ),
            digest=Case(
                When(ignores_opt_out=True, then=Value("")), default=F("opt_out_digest")
            ),
            now=Now(),
        )
        .values_list(
            "pk", "attempt", "against", "number", "pk", "body", "digest", "expires_at", "now"
        )
    )
    return [Reading(*row[:-2], None, life_left(*row[-2:])) for row in rows]


def life_left(expires_at: datetime | None, now: datetime) -> timedelta:
    return timedelta(0) if expires_at is None else expires_at - now


@lru_cache(maxsize=256)
def words_of(text: UUID) -> str:
    """Return the words of an alert's text, which never change once released.

    Raise Unreadable when none of our keys opens them.
    """
    return str(AlertText.objects.only("body").get(pk=text).body)

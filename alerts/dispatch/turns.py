"""The pump's work in the database: short transactions, in threads of their own."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Min
from django.db.models.functions import Now

from alerts.dispatch.claims import Claim, claim
from alerts.dispatch.consequences import Complaint, follow
from alerts.dispatch.crash_points import crash_point
from alerts.dispatch.outcomes import Result, write
from alerts.dispatch.queues import go_by_index, moment
from alerts.models import Delivery, Message, OutboundStatus


def write_down(results: Sequence[Result], complaints: Sequence[Complaint]) -> None:
    """Write what became of texts, and what follows from it, in one transaction."""
    with transaction.atomic():
        go_by_index()
        write(results)
        if complaints:
            follow(complaints)
    crash_point("written")


def take_in_hand(limit: int, segments: int) -> Claim:
    """Claim the next texts in one transaction; see `claims.claim`."""
    with transaction.atomic():
        claimed = claim(moment(), limit, segments)
    if claimed.texts:
        crash_point("claimed")
    return claimed


def is_due(*, seconds: float = 0) -> bool:
    """Say whether a text has been due for `seconds`."""
    since = Now() - timedelta(seconds=seconds)
    return any(
        model.objects.filter(status=OutboundStatus.QUEUED, due_at__lte=since).exists()
        for model in (Delivery, Message)
    )


def seconds_to_next() -> float | None:
    """Return how long until the next queued text is due, 0 if one is; None if there is none."""
    waits = [
        row["next"] - row["now"]
        for model in (Delivery, Message)
        for row in model.objects.filter(status=OutboundStatus.QUEUED)
        .order_by()
        .values(now=Now())
        .annotate(next=Min("due_at"))
    ]
    if not waits:
        return None
    return max(0.0, min(waits, default=timedelta(0)).total_seconds())

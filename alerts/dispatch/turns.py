"""The pump's work in the database: one short transaction per turn, in a thread of its own."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Min
from django.db.models.functions import Now

from alerts.dispatch.claims import Claim, claim, moment
from alerts.dispatch.consequences import Complaint, follow
from alerts.dispatch.crash_points import crash_point
from alerts.dispatch.outcomes import Result, write
from alerts.models import Delivery, Message, OutboundStatus


def take_turn(
    results: Sequence[Result], complaints: Sequence[Complaint], limit: int, segments: int
) -> Claim:
    """Write what is known and claim the next texts in one transaction; none with `limit` 0."""
    with transaction.atomic():
        at = moment() if limit else None
        write(results)
        if complaints:
            follow(complaints)
            at = at and moment()  # what follows may be that everything stops
        claimed = claim(at, limit, segments) if at else Claim()
    crash_point("claimed" if claimed.texts else "written")
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

"""When the carrier says that we are above our rate: half of it, and slowly back.

Kept in a row, because the word comes by receipt to a web process and the pumps must heed it,
with or without Redis.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Subquery

from alerts.models import Heartbeat
from alerts.models.clock import database_now

LOWEST = 0.1
STEP = 0.05
STEP_SECONDS = 10.0
"""Half the rate is whole again after 100 seconds."""

DEAF_SECONDS = 10.0
"""Texts sent before the pace was lowered still bring the same complaint."""


def slowed(sender_id: int) -> tuple[Subquery, Subquery]:
    """Return when and how far a sender's pace was lowered, as two columns of another query."""
    rows = Heartbeat.objects.filter(name=name_of(sender_id))
    return Subquery(rows.values("at")), Subquery(rows.values("facts"))


def factor(at: datetime | None, facts: dict[str, float] | None, *, now: datetime) -> float:
    """Return the part of the registered rate that we use at `now`, LOWEST to 1.

    `at` and `facts` are what `slowed` found.
    """
    if at is None or facts is None:
        return 1.0
    steps = (now - at).total_seconds() // STEP_SECONDS
    return min(1.0, facts["factor"] + STEP * max(0.0, steps))


def slow_down(sender_id: int) -> None:
    """Halve the pace of a sender, at most once in DEAF_SECONDS."""
    name, now = name_of(sender_id), database_now()
    with transaction.atomic():
        row = Heartbeat.objects.select_for_update().filter(name=name).first()
        if row and now - row.at < timedelta(seconds=DEAF_SECONDS):
            return
        before = factor(row.at, row.facts, now=now) if row else 1.0
        Heartbeat.objects.update_or_create(
            name=name, defaults={"at": now, "facts": {"factor": max(LOWEST, before / 2)}}
        )


def name_of(sender_id: int) -> str:
    return f"pace {sender_id}"

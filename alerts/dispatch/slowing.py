"""When the carrier says that we are above our rate: half of it, and slowly back.

Kept in a row, because the word comes by receipt to a web process and the pumps must heed it,
with or without Redis.
"""

from datetime import timedelta

from django.db import transaction

from alerts.models import Heartbeat
from alerts.models.clock import database_now

LOWEST = 0.1
STEP = 0.05
STEP_SECONDS = 10.0
"""Half the rate is whole again after 100 seconds."""

DEAF_SECONDS = 10.0
"""Texts sent before the pace was lowered still bring the same complaint."""


def factor_now(sender_id: int) -> float:
    """Return the part of the registered rate that we use now, LOWEST to 1."""
    row = Heartbeat.objects.filter(name=name_of(sender_id)).first()
    return 1.0 if row is None else recovered(row)


def recovered(row: Heartbeat) -> float:
    """Return the factor of a lowered pace after the time that has passed since."""
    steps = (database_now() - row.at).total_seconds() // STEP_SECONDS
    return min(1.0, float(row.facts["factor"]) + STEP * max(0.0, steps))


def slow_down(sender_id: int) -> None:
    """Halve the pace of a sender, at most once in DEAF_SECONDS."""
    name, now = name_of(sender_id), database_now()
    with transaction.atomic():
        row = Heartbeat.objects.select_for_update().filter(name=name).first()
        if row and now - row.at < timedelta(seconds=DEAF_SECONDS):
            return
        factor = max(LOWEST, (recovered(row) if row else 1.0) / 2)
        Heartbeat.objects.update_or_create(
            name=name, defaults={"at": now, "facts": {"factor": factor}}
        )


def name_of(sender_id: int) -> str:
    return f"pace {sender_id}"

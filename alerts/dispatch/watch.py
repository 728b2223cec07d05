"""What a pump must know while it sends, never more than a second old."""

import math
import time
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from alerts.dispatch.slowing import factor, slowed
from alerts.models import Alert, AlertStatus, Heartbeat, Network, OptOut

FRESH_SECONDS = 1.0
"""With an older sight nothing is sent, so that stop means stop within two seconds."""

MOST_ON_SQLITE = 800.0
"""Segments a second in the embedded run, where one process also answers the desk's pages."""

PART = "pump"


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at the rows that may forbid a text we already hold."""

    seen_at: float
    """Monotonic, from before the look."""
    is_stopped: bool
    rate: float
    """Segments a second for all pumps together."""
    over: frozenset[UUID] = frozenset()
    """Alerts among those asked about that must not be sent any more."""
    left: frozenset[str] = frozenset()
    """Opt-out digests among those asked about whose owners left."""

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.seen_at < FRESH_SECONDS


def look(*, alerts: Collection[UUID], digests: Collection[str]) -> Sight:
    """Return what holds now for the texts in hand, of these alerts and receivers."""
    seen_at = time.monotonic()
    network = Network.objects.filter(pk=Network.ONLY)
    columns = ("sending_stopped_at", "segments_per_second", Now(), *slowed(Network.ONLY))
    found = network.values_list(*columns).first()
    if found is None:  # nothing was ever set up here
        return Sight(seen_at, is_stopped=True, rate=1.0)
    stopped_at, registered, now, slowed_at, slowed_how = found
    rate = registered * factor(slowed_at, slowed_how, now=now)
    return Sight(
        seen_at,
        is_stopped=stopped_at is not None,
        rate=min(most(), max(0.01, rate)),
        over=frozenset(alerts) - live_among(alerts),
        left=left_among(digests),
    )


def most() -> float:
    """Return how many segments a second this kind of run lets through at most."""
    return MOST_ON_SQLITE if connection.vendor == "sqlite" else math.inf


def live_among(alerts: Collection[UUID]) -> frozenset[UUID]:
    if not alerts:
        return frozenset()
    live = Alert.objects.filter(
        pk__in=alerts, status=AlertStatus.RELEASED, expires_at__gt=Now()
    ).values_list("pk", flat=True)
    return frozenset(live)


def left_among(digests: Collection[str]) -> frozenset[str]:
    if not digests:
        return frozenset()
    return frozenset(OptOut.objects.filter(pk__in=digests).values_list("pk", flat=True))


def beat(*names: str, **facts: object) -> None:
    """Say that these parts of the house are alive, on the database's clock."""
    if Heartbeat.objects.filter(name__in=names).update(at=Now(), facts=facts) < len(names):
        Heartbeat.objects.bulk_create(
            [Heartbeat(name=name, at=Now(), facts=facts) for name in names],
            update_conflicts=True,
            update_fields=["at", "facts"],
            unique_fields=["name"],
        )

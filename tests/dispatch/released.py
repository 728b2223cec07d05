"""Released alerts with queued deliveries, made row by row: what the pump finds."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from alerts.models import (
    Alert,
    AlertStatus,
    AlertText,
    Delivery,
    Incident,
    Network,
    Person,
    Responder,
)
from alerts.models.kinds import RULES, Kind

BODY = "Ktown RRN K-042 ALERT 6th/Vermont, seen 10:36"


def release(incident: Incident, responders: Sequence[Responder] = (), **columns: Any) -> Alert:
    """A released alert, queued for `responders`, nearest first."""
    kind = columns.setdefault("kind", Kind.ALERT)
    person = columns.pop("by", None) or Person.objects.create(name="Vera")
    now = timezone.now()
    rule = RULES[kind]
    alert = Alert.objects.create(
        incident=incident,
        **{
            "verification_id": None if kind in {Kind.CHECK, Kind.DRILL} else incident.pk,
            "status": AlertStatus.RELEASED,
            "drafted_by": person,
            "released_by": person,
            "released_at": now,
            "planned_at": now,
            "expires_at": now + timedelta(minutes=45),
            **columns,
        },
    )
    text = AlertText.objects.create(alert=alert, language="en", body=BODY, segments=1)
    Delivery.objects.bulk_create(
        Delivery(
            alert=alert,
            responder=responder,
            text=text,
            distance_m=place,
            priority=rule.priority,
            segments=text.segments,
        )
        for place, responder in enumerate(responders)
    )
    return alert


def at_full_speed() -> None:
    """Let the sender send as fast as it can: tests of the pace say their own."""
    Network.objects.current()
    Network.objects.update(segments_per_second=10_000)

"""What would happen if an alert were released now: who, which words, what it costs, how long."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from alerts.dispatch.audience import audience
from alerts.dispatch.follow_up import handed_over, replaced_by, what_is_replaced
from alerts.dispatch.second_person import why_second
from alerts.models import Alert, AlertText, Delivery, Kind, Network, OutboundStatus
from alerts.models.kinds import CHECK_MOST


@dataclass(frozen=True, slots=True)
class PreviewText:
    """One language of an alert."""

    language: str
    text: str
    segments: int
    recipients: int
    price: Decimal
    """Of all its segments, in the network's currency."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a person should see before pressing release."""

    texts: list[PreviewText]
    audience: int
    """How many people it may go to."""
    at_once: int
    """How many of them are asked without waiting for answers."""
    price: Decimal
    """If everybody is texted."""
    seconds_to_last: float
    """Until the last of `audience` was handed over at the sender's pace, after what waits."""
    taken_back: int
    """Texts that wait now and would no longer be sent."""
    why_second: str

    @property
    def needs_second_person(self) -> bool:
        return bool(self.why_second)


def preview(alert: Alert) -> Preview:
    """Return what releasing `alert` now would do; raise NotLocated."""
    network = Network.objects.current()
    counts = recipients(alert)
    people = sum(counts.values())
    texts = [_text(text, counts, network) for text in with_fallback(alert, counts)]
    segments = sum(text.segments * text.recipients for text in texts)
    ahead = _waiting_before(alert)
    return Preview(
        texts=texts,
        audience=people,
        at_once=min(people, network.wave_size) if alert.mode == Alert.Mode.WAVES else people,
        price=sum((text.price for text in texts), Decimal(0)),
        seconds_to_last=round((ahead + segments) / max(network.segments_per_second, 0.01), 1),
        taken_back=what_would_be_taken_back(alert),
        why_second=why_second(alert, people=people, network=network),
    )

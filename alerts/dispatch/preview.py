"""What would happen if an alert were released now: who, which words, what it costs, how long."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from alerts.dispatch.follow_up import what_is_replaced
from alerts.dispatch.reach import Reach, reach_of
from alerts.dispatch.second_person import why_second
from alerts.models import Alert, AlertText, Delivery, Network, OutboundStatus

SLOWEST = 0.01
"""Segments a second below which a pace is a typing error."""


@dataclass(frozen=True, slots=True)
class PreviewText:
    """One language of an alert."""

    language: str
    text: str
    segments: int
    recipients: int
    price: Decimal
    """Of all its segments together."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a person should see before pressing release."""

    texts: list[PreviewText]
    reach: Reach
    at_once: int
    """How many of the audience are asked without waiting for answers."""
    price: Decimal
    """If everybody is texted."""
    seconds_to_last: float
    """Until the last of the audience was handed over at the sender's pace, after what waits."""
    taken_back: int
    """Texts that wait now and would no longer be sent."""
    why_second: str
    """Why a second person has to release it; empty when one is enough."""

    @property
    def audience(self) -> int:
        """How many people it may go to."""
        return self.reach.people

    @property
    def needs_second_person(self) -> bool:
        return bool(self.why_second)


def preview(alert: Alert) -> Preview:
    """Return what releasing `alert` now would do; raise NotLocated."""
    network = Network.objects.current()
    reach = reach_of(alert)
    texts = _texts(alert, reach, network)
    segments = sum(text.segments * text.recipients for text in texts)
    waiting = what_is_replaced(alert)
    is_in_waves = alert.mode == Alert.Mode.WAVES
    return Preview(
        texts=texts,
        reach=reach,
        at_once=min(reach.people, network.wave_size) if is_in_waves else reach.people,
        price=sum((text.price for text in texts), Decimal(0)),
        seconds_to_last=seconds(segments + _ahead(alert), network),
        taken_back=waiting.count(),
        why_second=why_second(alert, people=reach.people, network=network),
    )


def seconds(segments: int, network: Network) -> float:
    """Return how long the sender takes to hand over so many segments."""
    return round(segments / max(network.segments_per_second, SLOWEST), 1)


def _texts(alert: Alert, reach: Reach, network: Network) -> list[PreviewText]:
    """Return the texts with their readers; who reads none of the languages gets the first."""
    frozen = list(alert.texts.all())
    known = {text.language for text in frozen}
    others = sum(people for name, people in reach.by_language.items() if name not in known)
    texts = []
    for place, text in enumerate(frozen):
        people = reach.by_language.get(text.language, 0) + (others if place == 0 else 0)
        texts.append(_text(text, people, network))
    return texts


def _text(text: AlertText, people: int, network: Network) -> PreviewText:
    price = network.price_per_segment * text.segments * people
    return PreviewText(text.language, text.body, text.segments, people, price)


def _ahead(alert: Alert) -> int:
    """Return the segments that leave before those of `alert`."""
    waiting = Delivery.objects.filter(
        status=OutboundStatus.QUEUED, priority__lt=alert.rule.priority
    )
    return waiting.aggregate(sum=Sum("segments"))["sum"] or 0

"""Taking the next texts in hand: after this commit they may have been sent, before it never."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from alerts.carriers.base import Text
from alerts.dispatch.callback import HandOver, address_of
from alerts.dispatch.queues import (
    WAIT,
    Order,
    Reading,
    Waiting,
    next_deliveries,
    next_messages,
    read_deliveries,
    read_messages,
    words_of,
)
from alerts.models import Delivery, Message, Network, OutboundStatus, Responder, SkipReason
from alerts.models.fields import Unreadable

LEASE_SECONDS = 30
"""Afterwards nobody may still be sending: what is `submitting` then counts as unknown."""

SHORTEST_LIFE_SECONDS = 5
"""Twilio advises against a shorter validity period: https://www.twilio.com/docs/api/errors/90007"""

REST_PRIORITY = 14
"""From here on a text is no alert: the lane that gets what is left over, but never nothing."""
REST_SHARE = 0.1

WAIT_SECONDS = 1


@dataclass(slots=True)
class Claimed:
    """One text that is ours to hand over, once."""

    hand_over: HandOver
    text: Text
    segments: int
    order: Order
    alert: UUID | None
    opt_out_digest: str
    """The receiver's; empty for the one goodbye that is sent all the same."""


@dataclass(slots=True)
class Claim:
    """What one turn took in hand, most urgent first."""

    texts: list[Claimed] = field(default_factory=list)
    looked_at: int = 0
    """Rows that were due, whether or not they may leave; 0 when the queue is empty."""


def claim(limit: int, segments: int) -> Claim:
    """Take at most `limit` texts of about `segments` segments in hand.

    Call it inside a transaction: only its commit makes the claim true. The kill switch, opt-outs,
    the alert's state and the time are read here, after the rows are locked; what must not leave
    becomes `skipped` with its reason.
    """
    if Network.objects.current().is_stopped:
        return Claim()
    waiting = choose(next_deliveries(limit) + next_messages(limit), limit, segments)
    deliveries = {each.pk: each for each in waiting if isinstance(each.pk, int)}
    messages = {each.pk: each for each in waiting if not isinstance(each.pk, int)}
    texts = take(Delivery, read_deliveries(list(deliveries)), deliveries) if deliveries else []
    texts += take(Message, read_messages(list(messages)), messages) if messages else []
    return Claim(sorted(texts, key=lambda text: text.order), looked_at=len(waiting))


def choose(waiting: Sequence[Waiting], limit: int, segments: int) -> list[Waiting]:
    """Choose what leaves next: alerts before the rest, which keeps a tenth of the way open."""
    ordered = sorted(waiting, key=lambda row: row.order)
    rest = [row for row in ordered if row.order[0] >= REST_PRIORITY]
    # Drawn by lot, so that a tenth of a small number is not always nothing.
    share = int(segments * REST_SHARE + random.random())  # noqa: S311
    kept_free = min(share, sum(row.segments for row in rest))
    alerts = ordered[: len(ordered) - len(rest)]
    chosen = fill(alerts, limit - min(kept_free, len(rest)), segments - kept_free)
    used = sum(row.segments for row in chosen)
    return chosen + fill(rest, limit - len(chosen), segments - used)


def fill(rows: Iterable[Waiting], limit: int, segments: int) -> list[Waiting]:
    """Return the first of `rows` that start within `segments`; the last may reach beyond."""
    chosen: list[Waiting] = []
    for row in rows:
        if segments <= 0 or len(chosen) >= limit:
            break
        chosen.append(row)
        segments -= row.segments
    return chosen


def take(
    model: type[Delivery] | type[Message],
    readings: Sequence[Reading],
    waiting: dict[int | UUID, Waiting],
) -> list[Claimed]:
    """Mark locked rows as being handed over, or as skipped, and return the former."""
    texts: list[Claimed] = []
    put_off: dict[str, list[int | UUID]] = defaultdict(list)
    for reading in readings:
        if reading.against:
            put_off[reading.against].append(reading.pk)
            continue
        try:
            texts.append(opened(reading, waiting[reading.pk]))
        except Unreadable:
            put_off[SkipReason.UNREADABLE].append(reading.pk)
    mark_submitting(model, [text.hand_over.pk for text in texts])
    for against, pks in put_off.items():
        mark_put_off(model, pks, against)
    return texts


def opened(reading: Reading, waiting: Waiting) -> Claimed:
    """Return the text of a row as the carrier needs it; raise Unreadable."""
    hand_over = HandOver(reading.pk, reading.attempt + 1)
    number, body = opened_words(reading)
    return Claimed(
        hand_over,
        Text(
            to=number,
            body=body,
            callback_url=address_of(hand_over),
            seconds_valid=max(SHORTEST_LIFE_SECONDS, int(reading.life.total_seconds())),
        ),
        waiting.segments,
        waiting.order,
        reading.alert,
        reading.opt_out_digest,
    )


def opened_words(reading: Reading) -> tuple[str, str]:
    """Return number and words of a row; raise Unreadable when one of them does not open."""
    owner = Message if reading.alert is None else Responder
    if reading.number is None:
        raise Unreadable(f"{owner.__name__} {reading.owner} has no number")
    number = owner._meta.get_field("number").open(reading.number, pk=reading.owner)
    if isinstance(reading.words, UUID):
        return number, words_of(reading.words)
    return number, Message._meta.get_field("body").open(reading.words, pk=reading.pk)


def mark_submitting(model: type[Delivery] | type[Message], pks: Sequence[int | UUID]) -> None:
    """Write that these rows may be sent from now on, by us, until the lease ends."""
    if pks:
        model.objects.filter(pk__in=pks).update(
            status=OutboundStatus.SUBMITTING,
            attempt=F("attempt") + 1,
            attempted_at=Now(),
            lease_ends_at=Now() + timedelta(seconds=LEASE_SECONDS),
        )


def mark_put_off(
    model: type[Delivery] | type[Message], pks: Sequence[int | UUID], against: str
) -> None:
    """Write why these rows are not sent; those that only wait for another text come back."""
    rows = model.objects.filter(pk__in=pks)
    if against == WAIT:
        rows.update(due_at=Now() + timedelta(seconds=WAIT_SECONDS))
    else:
        rows.update(status=OutboundStatus.SKIPPED, skip_reason=against, settled_at=Now())

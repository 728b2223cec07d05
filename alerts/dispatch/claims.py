"""Taking the next texts in hand: after this commit they may have been sent, before it never."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import cast
from uuid import UUID

from alerts.carriers.base import Text
from alerts.dispatch.bulk import now_sql, update_from
from alerts.dispatch.callback import HandOver, addresses
from alerts.dispatch.queues import (
    Moment,
    Order,
    Waiting,
    next_deliveries,
    next_messages,
)
from alerts.dispatch.verdicts import WAIT, Judge, judge_of
from alerts.models import AlertText, Delivery, Message, Responder, SkipReason
from alerts.models.fields import SealedTextField, Unreadable

LEASE_SECONDS = 30
"""Afterwards nobody may still be sending: what is `submitting` then counts as unknown."""

SHORTEST_LIFE_SECONDS = 5
"""Twilio advises against a shorter validity period: https://www.twilio.com/docs/api/errors/90007"""

REST_PRIORITY = 14
"""From here on a text is no alert: the lane that gets what is left over, but never nothing."""
REST_SHARE = 0.1

WAIT_SECONDS = 1
SECOND = timedelta(seconds=1)


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


def claim(at: Moment, limit: int, segments: int) -> Claim:
    """Take at most `limit` texts of about `segments` segments in hand.

    Call it inside the transaction of `at`: only its commit makes the claim true. Opt-outs and the
    alert's state are read with or after the lock; what must not leave becomes `skipped` with its
    reason.
    """
    if at.is_stopped:
        return Claim()
    most = min(limit, segments)  # a text has one segment at least
    waiting = next_deliveries(most) + (next_messages(most) if at.has_messages else [])
    rows = choose(waiting, limit, segments)
    judge = judge_of(rows, at.now)
    texts = [
        *take(Delivery, [row for row in rows if row.alert], judge),
        *take(Message, [row for row in rows if not row.alert], judge),
    ]
    return Claim(sorted(texts, key=lambda text: text.order), looked_at=len(rows))


def choose(waiting: Sequence[Waiting], limit: int, segments: int) -> list[Waiting]:
    """Choose what leaves next: alerts before the rest, which keeps a tenth of the way open."""
    ordered = sorted(waiting, key=lambda row: row.order)
    rest = [row for row in ordered if row.priority >= REST_PRIORITY]
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
    model: type[Delivery] | type[Message], rows: Sequence[Waiting], judge: Judge
) -> list[Claimed]:
    """Mark locked rows as being handed over, or as skipped, and return the former."""
    texts: list[Claimed] = []
    put_off: dict[str, list[Waiting]] = defaultdict(list)
    opener = Opener(model)
    for row in rows:
        against, life = judge.over(row)
        if against:
            put_off[against].append(row)
            continue
        try:
            texts.append(opener.text(row, life))
        except Unreadable:
            put_off[SkipReason.UNREADABLE].append(row)
    mark_submitting(model, texts)
    for against, those in put_off.items():
        mark_put_off(model, those, against)
    return texts


class Opener:
    """Makes of the rows of one queue the texts a carrier needs; for one turn."""

    def __init__(self, model: type[Delivery] | type[Message]) -> None:
        owner = Responder if model is Delivery else Message
        self._number_of = sealed_column(owner, "number").opener()
        self._body_of = sealed_column(Message, "body").opener()
        self._address_of = addresses()

    def text(self, row: Waiting, life: timedelta) -> Claimed:
        """Return the text of a row that has so much life left; raise Unreadable."""
        if row.number is None:
            raise Unreadable(f"{row.pk} has no number")
        hand_over = HandOver(row.pk, row.attempt + 1)
        words = row.words
        text = Text(
            to=self._number_of(row.number, row.owner),
            body=words_of(words) if isinstance(words, UUID) else self._body_of(words, row.pk),
            callback_url=self._address_of(hand_over),
            seconds_valid=max(SHORTEST_LIFE_SECONDS, life // SECOND),
        )
        return Claimed(hand_over, text, row.segments, row.order, row.alert, row.opt_out_digest)


@lru_cache(maxsize=256)
def words_of(text: UUID) -> str:
    """Return the words of an alert's text, which never change once it is released.

    Raise Unreadable when none of our keys opens them.
    """
    return str(AlertText.objects.only("body").get(pk=text).body)


def sealed_column(model: type[Responder] | type[Message], name: str) -> SealedTextField:
    return cast(SealedTextField, model._meta.get_field(name))


def mark_submitting(model: type[Delivery] | type[Message], texts: Sequence[Claimed]) -> None:
    """Write that these rows may be sent from now on, by us, until the lease ends."""
    update_from(
        model,
        "status = 'submitting', attempt = t.attempt + 1,"
        f" attempted_at = {now_sql()}, lease_ends_at = {now_sql(LEASE_SECONDS)}",
        [(text.hand_over.pk,) for text in texts],
    )


def mark_put_off(
    model: type[Delivery] | type[Message], rows: Sequence[Waiting], against: str
) -> None:
    """Write why these rows are not sent; those that only wait for another text come back."""
    if against == WAIT:
        update_from(model, f"due_at = {now_sql(WAIT_SECONDS)}", [(row.pk,) for row in rows])
        return
    columns = f"status = 'skipped', skip_reason = v.column2, settled_at = {now_sql()}"
    update_from(model, columns, [(row.pk, str(against)) for row in rows])

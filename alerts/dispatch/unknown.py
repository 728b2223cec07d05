"""Texts nobody knows the fate of: asked of the carrier's list, then sent again or given up.

A connection that broke after the request was written, a server error, a worker that died: the
text may be out or not. A receipt settles most of them before we come here.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from alerts.carriers import Carrier, Listed, open_carrier
from alerts.dispatch.callback import HandOver
from alerts.dispatch.claims import words_of
from alerts.dispatch.crash_points import crash_point
from alerts.dispatch.database_thread import DatabaseThread
from alerts.dispatch.outcomes import SETTLE_SECONDS
from alerts.dispatch.receipts import Receipt, store
from alerts.models import Delivery, Message, OutboundStatus
from alerts.models.fields import Unreadable
from alerts.models.keys import indexes_of
from alerts.models.kinds import RULES

log = logging.getLogger(__name__)

BEFORE = timedelta(seconds=60)
"""The carrier's clock may be behind ours by this much."""

ASK_AGAIN_SECONDS = 10
NO_ANSWER = timedelta(seconds=90)
"""While the list does not answer nothing is concluded; after this we go on without it."""

MOST_AT_ONCE = 200
MOST_ASKED = 20

Model = Delivery | Message

RESENT_PURPOSES = (Message.Purpose.STAND_DOWN,)


@dataclass(frozen=True, slots=True)
class Unknown:
    """One text that may or may not be out."""

    hand_over: HandOver
    number: str
    """E.164; empty when it cannot be read any more."""
    body: str
    attempted_at: datetime
    age: timedelta
    is_resent: bool
    """Whether missing it is worse than getting it twice."""

    @property
    def model(self) -> type[Delivery] | type[Message]:
        return Delivery if self.hand_over.is_delivery else Message


def end_leases() -> int:
    """Call what was in hand for too long unknown: its worker is dead or cut off."""
    ask_at = F("attempted_at") + timedelta(seconds=SETTLE_SECONDS)
    ended = sum(
        model.objects.filter(status=OutboundStatus.SUBMITTING, lease_ends_at__lte=Now()).update(
            status=OutboundStatus.UNKNOWN, lease_ends_at=ask_at
        )
        for model in (Delivery, Message)
    )
    if ended:
        log.warning("%d texts are unknown: their worker did not finish", ended)
        crash_point("lease-ended")
    return ended


def settle_unknown() -> int:
    """Ask the carrier about the unknown texts that have waited long enough; return how many.

    Safe beside itself: whoever takes a text to ask about keeps it for ASK_AGAIN_SECONDS.
    """
    with asyncio.Runner() as runner:
        return runner.run(settle())


async def settle() -> int:
    """See `settle_unknown`."""
    thread = DatabaseThread("unknown")
    try:
        texts = await thread.run(take_due)
        if texts:
            answers = await ask(texts)
            crash_point("list-asked")
            await thread.run(settle_all, texts, answers)
        return len(texts)
    finally:
        await thread.close()


def take_due() -> list[Unknown]:
    """Return unknown texts it is time to ask about, taken for ASK_AGAIN_SECONDS."""
    deliveries = take_rows(Delivery).select_related("alert", "responder")
    return [
        *(unknown_delivery(row) for row in deliveries),
        *(unknown_message(row) for row in take_rows(Message)),
    ]


@transaction.atomic
def take_rows(model: type[Model]) -> QuerySet[Any]:
    due = model.objects.filter(status=OutboundStatus.UNKNOWN, lease_ends_at__lte=Now())
    locked = due.order_by("lease_ends_at").select_for_update(skip_locked=True)
    pks = list(locked.values_list("pk", flat=True)[:MOST_AT_ONCE])
    again_at = Now() + timedelta(seconds=ASK_AGAIN_SECONDS)
    model.objects.filter(pk__in=pks).update(lease_ends_at=again_at)
    rows: QuerySet[Any] = model.objects.annotate(age=Now() - F("attempted_at"))
    return rows.filter(pk__in=pks).order_by("pk")


def unknown_delivery(row: Any) -> Unknown:
    """Return a delivery (annotated with its age) as we ask about it."""
    try:
        number, body = row.responder.number, words_of(row.text_id)
    except Unreadable:
        number, body = "", ""
    hand_over = HandOver(row.pk, row.attempt)
    is_resent = RULES[row.alert.kind].is_resent
    return Unknown(hand_over, number, body, row.attempted_at, row.age, is_resent)


def unknown_message(row: Any) -> Unknown:
    """Return a message (annotated with its age) as we ask about it."""
    try:
        number, body = row.number, row.body
    except Unreadable:
        number, body = "", ""
    hand_over = HandOver(row.pk, row.attempt)
    is_resent = row.purpose in RESENT_PURPOSES
    return Unknown(hand_over, number, body, row.attempted_at, row.age, is_resent)


async def ask(texts: Sequence[Unknown]) -> list[Sequence[Listed] | None]:
    """Return what the carrier lists for each text, None where it did not answer."""
    carrier = open_carrier()
    slots = asyncio.Semaphore(MOST_ASKED)
    try:
        return await asyncio.gather(*(ask_about(text, carrier, slots) for text in texts))
    finally:
        await carrier.close()


async def ask_about(
    text: Unknown, carrier: Carrier, slots: asyncio.Semaphore
) -> Sequence[Listed] | None:
    if not text.number:
        return None
    async with slots:
        return await carrier.sent_to(text.number, since=text.attempted_at - BEFORE)


def settle_all(texts: Sequence[Unknown], answers: Sequence[Sequence[Listed] | None]) -> None:
    """Write what the carrier's list says about each text."""
    # One after the other: two equal texts to one phone must not both take the same entry.
    for text, answer in zip(texts, answers, strict=True):
        settle_one(text, answer)
        crash_point("settled")


def settle_one(text: Unknown, answer: Sequence[Listed] | None) -> None:
    """Settle one text by the carrier's answer, or leave it until the list has had its time."""
    if found := entry_of(text, answer or ()):
        store([Receipt(text.hand_over, found.status, found.sid, found.code)])
    elif answer is not None or text.age >= NO_ANSWER:
        go_on(text)


def entry_of(text: Unknown, entries: Sequence[Listed]) -> Listed | None:
    """Return the entry that is this text: the same words, and no other row's."""
    same = [entry for entry in entries if entry.body == text.body]
    taken = sids_of_others([entry.sid for entry in same], text)
    return next((entry for entry in same if entry.sid not in taken), None)


def sids_of_others(sids: Sequence[str], text: Unknown) -> set[str]:
    """Return those of `sids` that belong to other texts to the same phone.

    A row to another phone that bears one was given a wrong name: the list knows the number.
    """
    if not sids:
        return set()
    numbers = indexes_of("phone", text.number)
    same_phone: tuple[QuerySet[Any], ...] = (
        Delivery.objects.filter(responder__number_index__in=numbers),
        Message.objects.filter(number_index__in=numbers),
    )
    return {
        sid
        for rows in same_phone
        for sid in rows.filter(sid__in=sids)
        .exclude(pk__in=[text.hand_over.pk] if rows.model is text.model else [])
        .values_list("sid", flat=True)
    }


def go_on(text: Unknown) -> None:
    """Send a text again, marked as a possible double, or give it up, by its kind."""
    row = text.model.objects.filter(
        pk=text.hand_over.pk, attempt=text.hand_over.attempt, status=OutboundStatus.UNKNOWN
    )
    if text.is_resent:
        row.update(
            status=OutboundStatus.QUEUED,
            is_possible_double=True,
            due_at=Now(),
            lease_ends_at=None,
        )
        crash_point("queued-again")
    else:
        row.update(status=OutboundStatus.GIVEN_UP, settled_at=Now(), lease_ends_at=None)

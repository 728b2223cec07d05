"""Our ledger against the carrier's: a text from our number that we did not send is an alarm.

Networks were hurt by false texts from their own number. Whoever has our key at the carrier can
send without us, and only the carrier's list shows it.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.carriers import Listed, open_carrier
from alerts.dispatch.pager import page_otherwise
from alerts.models import AlertText, Delivery, Heartbeat, Message
from alerts.models.clock import database_now
from alerts.models.fields import Unreadable
from alerts.models.keys import indexes_of

log = logging.getLogger(__name__)

BACK = timedelta(minutes=15)
"""Far enough that a few minutes without an answer leave no gap."""

SETTLED = timedelta(seconds=30)
"""Younger texts may be ours with an answer that is not written yet."""

NAME = "ledger"


def compare() -> int:
    """Compare what the carrier sent lately with what we handed over; return how many are foreign.

    Foreign texts call people otherwise, once, and stand in the heartbeat `ledger` for the desk
    and `doctor`. Sending goes on: stopping it would not stop whoever has our key, and
    would keep us from correcting what they wrote.
    """
    now = database_now()
    listed = asyncio.run(sent_since(now - BACK))
    if listed is None:
        log.warning("the carrier's list did not answer; the ledger is not compared")
        return 0
    strange = [each for each in without_ours(listed) if each.created_at <= now - SETTLED]
    foreign = sorted(each.sid for each in strange if not is_ours(each))
    known = Heartbeat.objects.filter(name=NAME).values_list("facts", flat=True).first() or {}
    Heartbeat.objects.beat(NAME, compared=len(listed), foreign=foreign)
    if set(foreign) - set(known.get("foreign", ())):
        log.error("%d texts went out from our account that we did not send", len(foreign))
        page_otherwise()
    return len(foreign)


async def sent_since(since: datetime) -> Sequence[Listed] | None:
    carrier = open_carrier()
    try:
        return await carrier.sent_since(since)
    finally:
        await carrier.close()


def without_ours(listed: Sequence[Listed]) -> list[Listed]:
    """Return the texts whose SID stands in none of our rows."""
    sids = [each.sid for each in listed]
    ours = {
        sid
        for model in (Delivery, Message)
        for sid in model.objects.filter(sid__in=sids).values_list("sid", flat=True)
    }
    return [each for each in listed if each.sid not in ours]


def is_ours(text: Listed) -> bool:
    """Say whether we wrote this text to this number, though its SID never reached us.

    So it is with a text whose answer was lost: unknown, given up or sent again.
    """
    numbers = indexes_of("phone", text.to)
    messages = Message.objects.filter(number_index__in=numbers, attempt__gt=0)
    deliveries = Delivery.objects.filter(responder__number_index__in=numbers, attempt__gt=0)
    texts = AlertText.objects.filter(pk__in=deliveries.values("text"))
    said = (said_in(row) for row in (*messages.order_by("-created_at")[:50], *texts))
    return text.body in said


def said_in(row: Message | AlertText) -> str | None:
    """Return what a row says, None when none of our keys opens it."""
    try:
        return str(row.body)
    except Unreadable:
        return None

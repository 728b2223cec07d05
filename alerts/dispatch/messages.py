"""Single texts out: replies, confirmations, questions, pages and notes on a receipt page."""

from datetime import timedelta

from django.db import transaction

from alerts.dispatch.segments import count
from alerts.dispatch.tasks import pump
from alerts.models import (
    Bucket,
    Incident,
    Message,
    Network,
    OptOut,
    OutboundStatus,
    Person,
    ReportReceipt,
)
from alerts.models.clock import database_now
from alerts.models.keys import index_of
from alerts.models.kinds import MESSAGE_PRIORITY, PAGE_PRIORITY
from alerts.models.people import phone_digests
from rapidresponse.celery import ring, ring_softly

AUTOMATIC_AN_HOUR = 2
HOUR_SECONDS = 3_600
LIFE = timedelta(hours=2)
"""A reply that comes later than this answers a question nobody remembers asking."""


def queue_message(
    *,
    purpose: str,
    number: str | None,
    language: str,
    body: str,
    receipt: ReportReceipt | None = None,
    incident: Incident | None = None,
    written_by: Person | None = None,
    life: timedelta = LIFE,
    ignores_opt_out: bool = False,
) -> Message | None:
    """Keep one text to `number` (E.164) and wake the pump; it leaves before `life` is over.

    None, and nothing is kept, when the number opted out or has had its automatic replies of this
    hour. `ignores_opt_out` is for the one confirmation that somebody is off the list. Without a
    number it is a note on the receipt page of a reporter on the web, there at once.
    """
    now = database_now()
    message = Message(
        purpose=purpose,
        language=language,
        body=body,
        receipt=receipt,
        incident=incident,
        written_by=written_by,
        due_at=now,
        expires_at=now + life,
        ignores_opt_out=ignores_opt_out,
        segments=count(body).segments,
        priority=PAGE_PRIORITY if purpose == Message.Purpose.PAGE else MESSAGE_PRIORITY,
    )
    if number is None:
        return put_on_page(message)
    if not ignores_opt_out and OptOut.objects.forbids(number):
        return None
    if purpose in Message.AUTOMATIC and not is_within_hour(number):
        return None
    message.number = number
    for column, digest in phone_digests(number).items():
        setattr(message, column, digest)
    with transaction.atomic(savepoint=False):
        message.save(force_insert=True)
        # An alert, a question or a page has its bell at once; a "we have it" may wait a second.
        wake = ring_softly if purpose in Message.AUTOMATIC else ring
        wake(pump, Network.ONLY)
    return message


def put_on_page(message: Message) -> Message:
    """Keep a note that nobody has to carry anywhere."""
    message.status = OutboundStatus.DELIVERED
    message.settled_at = message.due_at
    message.save(force_insert=True)
    return message


def is_within_hour(number: str) -> bool:
    """Count one automatic reply to `number` and say whether it may still be sent."""
    key = index_of("automatic", number)
    return Bucket.objects.hit(key, limit=AUTOMATIC_AN_HOUR, seconds=HOUR_SECONDS)

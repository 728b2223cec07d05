"""Somebody notices when the sweep itself stops: whoever else is awake looks at its heartbeat."""

import threading
import time
from datetime import datetime, timedelta
from uuid import uuid4

from alerts.dispatch.messages import queue_message
from alerts.dispatch.pager import page_otherwise
from alerts.models import Heartbeat, Lease, Message
from alerts.models.clock import database_now
from alerts.triage.paging import LIFE, coordinators
from alerts.triage.wording import write

SILENT = timedelta(seconds=30)
EVERY_SECONDS = 10.0
REST_SECONDS = 600
"""So long nobody is called again about the same silence."""

_looked = threading.Lock()
_next_look = 0.0


def is_clock_stopped(now: datetime) -> bool:
    """Say whether the sweep has been silent for longer than it may."""
    age = Heartbeat.objects.age_of("sweep", now=now)
    return age is None or age > SILENT


def watch(now: datetime) -> bool:
    """Call the coordinators by text, and otherwise, when the sweep is silent; say whether.

    Of any number of processes that notice, one calls, once in REST_SECONDS.
    """
    if not is_clock_stopped(now):
        return False
    if not Lease.take("watchdog", holder=str(uuid4()), seconds=REST_SECONDS):
        return False
    for person in coordinators():
        queue_message(
            purpose=Message.Purpose.PAGE,
            number=str(person.number),
            language=person.language,
            body=write("page_clock", person.language),
            life=LIFE,
        )
    page_otherwise()
    return True


def glance() -> None:
    """Watch at most every EVERY_SECONDS in this process: for doors that are busy anyway."""
    global _next_look
    with _looked:
        if time.monotonic() < _next_look:
            return
        _next_look = time.monotonic() + EVERY_SECONDS
    watch(database_now())

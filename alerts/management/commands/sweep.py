"""`manage.py sweep`: finds every two seconds what a lost bell or a dead process left behind."""

import logging
import os
import platform
import signal
import threading
import traceback
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from alerts.dispatch import ledger, pump
from alerts.dispatch import sweeping as dispatch_sweeping
from alerts.dispatch.unknown import settle_unknown
from alerts.intake import sweeping as intake_sweeping
from alerts.models import Lease, Network
from alerts.models.clock import database_now
from alerts.responders.zones import mend_zones
from alerts.triage import sweeping as triage_sweeping
from alerts.triage import watchdog

log = logging.getLogger(__name__)

ROOMS = (dispatch_sweeping, triage_sweeping, intake_sweeping)
"""The texts first: a room that is slow or broken holds up those behind it."""


@dataclass(frozen=True, slots=True)
class Round:
    """Something done again and again, in a thread of its own."""

    name: str
    every_seconds: float
    act: Callable[[], object]
    lease_seconds: float = 0.0
    """So long nobody else does it after us; 0 where two do no harm."""
    rests_first: bool = False


def sweep_rooms() -> None:
    """Let each room look for what it left behind; one that fails does not stop the others."""
    for room in ROOMS:
        attempt(room.__name__, partial(room.sweep, database_now()))


def watch_sweep() -> None:
    """Look whether the sweep, here or elsewhere, still does what it should."""
    watchdog.watch(database_now())


def rounds(*, with_pump: bool) -> list[Round]:
    """Return what this process does."""
    hand_over = partial(pump.run, Network.ONLY) if with_pump else dispatch_sweeping.help_out
    return [
        Round("sweep", 2, sweep_rooms, lease_seconds=6),
        Round("settle", 2, settle_unknown),
        Round("pump", 1, hand_over),
        Round("ledger", 60, ledger.compare, lease_seconds=50),
        Round("zones", 3_600, mend_zones, lease_seconds=3_500),
        # Of its own, because it is the first round that may hang. After a restart that round is
        # only just beginning: nobody is to be called about the silence before.
        Round("watchdog", watchdog.EVERY_SECONDS, watch_sweep, rests_first=True),
    ]


def sweep_until(is_over: threading.Event, *, with_pump: bool = False) -> None:
    """Sweep until `is_over` is set, through restarts of the database; needs no Redis.

    Two of these do no harm: one sweeps, and the other takes over when its lease ends.
    """
    threads = [
        threading.Thread(target=go_round, args=(each, is_over), name=f"sweep-{each.name}")
        for each in rounds(with_pump=with_pump)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def go_round(task: Round, is_over: threading.Event) -> None:
    """Do one thing every so often until `is_over`."""
    # One round per thread: what was taken by another thread of this process is not ours.
    holder = f"{platform.node()[:20]} {os.getpid()} {threading.get_ident()}"

    def once() -> None:
        seconds = task.lease_seconds
        if not seconds or Lease.take(task.name, holder=holder, seconds=seconds):
            task.act()

    if task.rests_first:
        is_over.wait(task.every_seconds)
    while not is_over.is_set():
        attempt(task.name, once)
        connections.close_all()
        is_over.wait(task.every_seconds)


def attempt(name: str, act: Callable[[], object]) -> None:
    """Do one thing; log what goes wrong and live on, since nobody else would do it."""
    try:
        act()
    except Exception as err:  # noqa: BLE001 - the outermost loop of a process that must not end
        # Without the message, in which a database may quote a row.
        trace = "".join(traceback.format_tb(err.__traceback__))
        log.error("sweep: %s failed: %s\n%s", name, type(err).__name__, trace)
        connections.close_all()


class Command(BaseCommand):
    """Run the sweep until TERM or INT."""

    # It must also run where a check complains: nobody else would send what is due.
    requires_system_checks: list[str] = []
    help = "Find every two seconds what a lost bell or a dead worker left behind. Needs no Redis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--pump", action="store_true", help="also hand texts over, without any Celery worker"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        is_over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: is_over.set())
        sweep_until(is_over, with_pump=options["pump"])

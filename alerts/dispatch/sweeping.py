"""What the sweep does for dispatch: finds whatever a lost bell or a dead worker left behind."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.dispatch import ending, pump, waves
from alerts.dispatch.planning import unplanned
from alerts.dispatch.roster import is_help_wanted, living
from alerts.dispatch.tasks import beat_housekeeping, beat_inbound, beat_pump, plan
from alerts.dispatch.tasks import pump as pump_task
from alerts.dispatch.turns import is_due
from alerts.dispatch.unknown import end_leases
from alerts.dispatch.watch import beat
from alerts.models import Network
from rapidresponse.celery import ring

log = logging.getLogger(__name__)

ALARM_SECONDS = 5
"""So long overdue, and nobody pumping: the workers are gone or cannot be woken."""

BEAT_EVERY = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(seconds=60)


@dataclass(slots=True)
class Bells:
    """When to ring again, kept by one sweep process."""

    beat_at: datetime | None = None
    pump_at: datetime | None = None
    pause: timedelta = timedelta(0)
    pumps: int = -1


_bells = Bells()


def sweep(now: datetime) -> int:
    """Ring for whatever is due and end what is over; return how many things were found.

    Safe beside itself, and cheap when there is nothing to do: five indexed questions.
    """
    beat("sweep")
    found = end_leases()
    found += ending.end_what_is_over(now) + ending.approvals_that_ran_out(now)
    found += waves.look_at_due_waves(now)
    for alert in unplanned():
        ring(plan, str(alert))
        found += 1
    ring_beats(now)
    return found + ring_pump(now)


def ring_beats(now: datetime) -> None:
    """Ask each queue's workers to say that they are alive."""
    if _bells.beat_at is None or now - _bells.beat_at >= BEAT_EVERY:
        _bells.beat_at = now
        for task in (beat_pump, beat_inbound, beat_housekeeping):
            ring(task)


def ring_pump(now: datetime) -> int:
    """Ring while texts are due and no pump keeps up, ever more seldom if none comes for it."""
    if not is_due() or Network.objects.current().is_stopped:
        _bells.pump_at, _bells.pause, _bells.pumps = None, timedelta(0), -1
        return 0
    posts = living()
    pumps = len(posts)
    if pumps != _bells.pumps:
        # Somebody heard us, or somebody ended: the next bell may be heard as well.
        _bells.pause = timedelta(0)
    if is_help_wanted(posts) and (_bells.pump_at is None or now - _bells.pump_at >= _bells.pause):
        ring(pump_task, Network.ONLY)
        _bells.pump_at, _bells.pumps = now, pumps
        _bells.pause = min(LONGEST_PAUSE, max(timedelta(seconds=2), _bells.pause * 2))
    return 1


def help_out() -> bool:
    """Pump in this process when texts are overdue and no worker takes them; say whether we did.

    With Redis away no worker hears a bell, and texts leave all the same.
    """
    if Network.objects.current().is_stopped or living() or not is_due(seconds=ALARM_SECONDS):
        return False
    log.warning("no worker pumps: the sweep does it")
    pump.run(Network.ONLY)
    return True

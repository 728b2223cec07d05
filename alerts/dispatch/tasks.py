"""Doorways for workers: ids in, nothing out, safe to run twice and beside themselves."""

from uuid import UUID

from celery import shared_task
from celery.signals import worker_init
from django.conf import settings
from django.utils.module_loading import import_string

from alerts.carriers import CARRIERS
from alerts.dispatch import planning, waves
from alerts.dispatch import pump as pumping
from alerts.dispatch.roster import living
from alerts.dispatch.watch import beat
from alerts.models import Network
from rapidresponse.celery import ring


@worker_init.connect
def warm_up(**_signal: object) -> None:
    """Import the carrier before there is anything to send: the first text would wait for it."""
    import_string(CARRIERS[settings.CARRIER])


@shared_task
def pump(sender_id: int) -> None:
    """Hand over what is due from one sender until nothing is left or the turn is over."""
    if pumping.run(sender_id):
        ring(pump, sender_id)


@shared_task
def plan(alert_id: str) -> None:
    """Make the rows of an alert's whole audience."""
    planning.plan_rest(UUID(alert_id), tell=wake_pump)


def wake_pump() -> None:
    """Ring unless somebody pumps: the pump may have been quicker than the planning.

    That one more would help, the sweep sees: a bell for each portion would call too many.
    """
    if not living():
        ring(pump, Network.ONLY)


@shared_task
def look_at_wave(wave_id: int) -> None:
    """Decide whether an alert needs more people now."""
    if waves.look_at(wave_id):
        ring(pump, Network.ONLY)


@shared_task
def beat_pump() -> None:
    """Say that the worker of the queue `pump` takes tasks."""
    beat("pump")


@shared_task
def beat_inbound() -> None:
    """Say that the worker of the queue `inbound` takes tasks."""
    beat("inbound")


@shared_task
def beat_housekeeping() -> None:
    """Say that the worker of the queue `housekeeping` takes tasks."""
    beat("housekeeping")

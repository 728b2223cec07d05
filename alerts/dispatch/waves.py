"""Nearest first: who is asked next, and when enough people are going.

A wave is a due row, never a timer in memory: whoever looks first after its time, an answer, a
task or the sweep, decides once whether another is needed.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from alerts.dispatch.planning import add
from alerts.models import Alert, AlertStatus, Answer, Network, Responder, Wave
from alerts.models.clock import database_now

COUNTED_ON = (Answer.What.GOING, Answer.What.HERE)


def open_first(alert: Alert, *, network: Network, at: datetime) -> int:
    """Ask the nearest; call it inside the transaction that releases. Return how many texts."""
    return _open(alert, number=1, size=network.wave_size, network=network, at=at)


def look_at(wave_id: int) -> int:
    """Ask the next wave if `wave_id` is due and too few are going; return how many texts.

    Safe to run twice and beside itself: a wave is decided once.
    """
    now = database_now()
    network = Network.objects.current()
    # Texts of a widening nobody could receive would all leave when the switch is turned back.
    if network.is_stopped:
        return 0
    with transaction.atomic():
        wave = Wave.objects.select_related("alert").get(pk=wave_id)
        alert = Alert.objects.select_for_update(no_key=True).get(pk=wave.alert_id)
        due = Wave.objects.filter(pk=wave_id, is_done=False, due_at__lte=now)
        if not due.update(is_done=True) or not is_asking(alert, at=now):
            return 0
        if counted_on(alert) >= network.wave_target:
            return 0
        size = max(wave.size, network.wave_size) * 2
        return _open(alert, number=wave.number + 1, size=size, network=network, at=now)


def look_at_due_waves(now: datetime) -> int:
    """Look at every wave whose time has come; return how many texts were planned."""
    due = Wave.objects.filter(is_done=False, due_at__lte=now).values_list("pk", flat=True)
    return sum(look_at(wave_id) for wave_id in list(due))


def replace(alert: Alert, *, at: datetime) -> int:
    """Ask the next nearest in place of somebody who cannot come; return how many texts.

    Call it with `alert` locked, inside a transaction.
    """
    if alert.mode != Alert.Mode.WAVES or not is_asking(alert, at=at):
        return 0
    wave = alert.waves.order_by("-number").first()
    planned = add(alert, wave=wave, limit=1)
    if wave and planned:
        Wave.objects.filter(pk=wave.pk).update(size=F("size") + planned)
        _remember_turn(alert, wave, at=at)
    return planned


def counted_on(alert: Alert) -> int:
    """Return how many said last that they are going or there."""
    return alert.answers.filter(is_latest=True, what__in=COUNTED_ON).count()


def is_asking(alert: Alert, *, at: datetime) -> bool:
    """Say whether people may still be asked by `alert`."""
    is_alive = alert.expires_at is not None and alert.expires_at > at
    return alert.status == AlertStatus.RELEASED and is_alive


def close(alert: Alert) -> None:
    """Ask no further wave."""
    alert.waves.filter(is_done=False).update(is_done=True)


def _open(alert: Alert, *, number: int, size: int, network: Network, at: datetime) -> int:
    due_at = at + timedelta(seconds=network.wave_seconds)
    wave = Wave.objects.create(alert=alert, number=number, due_at=due_at)
    planned = add(alert, wave=wave, limit=size)
    # Nobody is left within the radius: there is nothing to look at later.
    Wave.objects.filter(pk=wave.pk).update(size=planned, is_done=planned == 0)
    _remember_turn(alert, wave, at=at)
    return planned


def _remember_turn(alert: Alert, wave: Wave, *, at: datetime) -> None:
    """Write who was asked when: among equally near people it decides whose turn is next."""
    asked = alert.deliveries.filter(wave=wave).values("responder")
    Responder.objects.filter(pk__in=asked).update(last_asked_at=at)

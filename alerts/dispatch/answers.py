"""What responders reply: one digit, to the alert they mean, and what follows from it."""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from alerts.dispatch import waves
from alerts.dispatch.drafting import draft
from alerts.dispatch.follow_up import CALLS, family
from alerts.dispatch.refusals import Refusal
from alerts.dispatch.releasing import release
from alerts.dispatch.tasks import pump
from alerts.models import (
    Alert,
    AlertStatus,
    Answer,
    Delivery,
    Event,
    Kind,
    Network,
    Responder,
)
from alerts.models.clock import database_now
from rapidresponse.celery import ring

ASKING = (*CALLS, Kind.CHECK)
"""The kinds that ask something; an answer to any later word counts for what it follows."""
MINUTES_MOST = 240

_DIGITS = re.compile(r"\d+")


def answer(
    responder: Responder,
    *,
    digit: str,
    minutes: int | None = None,
    code: str = "",
    note: str = "",
    at: datetime,
) -> Answer | None:
    """Record what `responder` replied; None when nothing they got asks for such an answer.

    `digit`: "1" to "7", of which 5 to 7 answer checks only. `code` chooses among several open
    alerts. The latest answer counts; earlier ones are kept.
    """
    what = Answer.DIGITS.get(digit)
    if what is None:
        return None
    kinds = (Kind.CHECK,) if what in Answer.ONLY_CHECKS else ASKING
    delivery = open_delivery(responder, code=code, at=at, kinds=kinds)
    if delivery is None:
        return None
    with transaction.atomic():
        # The alert's lock puts answers in a row: each refusal finds its own replacement, and
        # the one that makes enough is known.
        alert = Alert.objects.select_for_update(no_key=True).get(pk=delivery.alert_id)
        before = delivery.answers.filter(is_latest=True).first()
        delivery.answers.filter(is_latest=True).update(is_latest=False)
        answered = Answer.objects.create(
            delivery=delivery,
            alert=alert,
            responder=responder,
            what=what,
            minutes=min(minutes, MINUTES_MOST) if minutes is not None else None,
            note=note,
            at=at,
        )
        Event.objects.note(alert.incident, Event.What.ANSWERED, detail=_said(answered))
        _follow_from(answered, alert, was=before.what if before else "")
    return answered


def open_delivery(
    responder: Responder,
    code: str = "",
    *,
    at: datetime | None = None,
    kinds: tuple[Kind, ...] = ASKING,
) -> Delivery | None:
    """Return the newest text of `responder` that still asks something at `at`, or None.

    With `code` ("K-042", "k042" or "42") the newest of that incident. An update keeps the alert
    that it follows open for its own life.
    """
    at = at or database_now()
    alive = Q(alert__expires_at__gt=at) | Q(
        alert__followed_by__kind=Kind.UPDATE, alert__followed_by__expires_at__gt=at
    )
    texts: QuerySet[Delivery] = (
        Delivery.objects.got_it()
        .filter(alive, responder=responder, alert__kind__in=kinds)
        .select_related("alert__incident")
        .order_by("-attempted_at", "-pk")
    )
    for text in texts:
        if not code or _number(code) == _number(text.alert.incident.code):
            return text
    return None


def _number(code: str) -> int:
    digits = _DIGITS.search(code)
    return int(digits[0]) if digits else -1


def _said(answered: Answer) -> str:
    minutes = "" if answered.minutes is None else f" {answered.minutes}"
    return f"{answered.what}{minutes}"


def _follow_from(answered: Answer, alert: Alert, *, was: str) -> None:
    """Ask somebody else, or tell those on their way that enough people are going."""
    if answered.what == was or alert.mode != Alert.Mode.WAVES:
        return
    network = Network.objects.current()
    going = waves.counted_on(alert)
    if answered.what in waves.COUNTED_ON:
        if going == network.wave_target and was not in waves.COUNTED_ON:
            _tell_enough(alert)
    elif answered.what == Answer.What.CANNOT:
        is_missed = was in waves.COUNTED_ON or not _was_told_enough(alert)
        if going < network.wave_target and is_missed and waves.replace(alert, at=answered.at):
            ring(pump, Network.ONLY)


def _was_told_enough(alert: Alert) -> bool:
    return family(alert.incident).filter(kind=Kind.ENOUGH, released_at__isnull=False).exists()


def _tell_enough(alert: Alert) -> None:
    """Send `enough` in the name of whoever released the alert in waves."""
    waves.close(alert)
    if alert.status != AlertStatus.RELEASED or alert.released_by is None:
        return
    try:
        with transaction.atomic():
            enough = draft(alert.incident, kind=Kind.ENOUGH, by=alert.released_by)
            release(enough, by=alert.released_by)
    except Refusal as err:
        # The answer itself must be kept: a person at the desk can still send what failed.
        Event.objects.note(alert.incident, Event.What.STOPPED, detail=f"enough: {err}")

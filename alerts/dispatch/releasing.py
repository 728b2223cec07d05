"""The click that sends: who may, whether it is still true, and the first rows of the queue."""

import hashlib
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alerts.dispatch import planning, waves
from alerts.dispatch.drafting import check_fits, locked, texts_of
from alerts.dispatch.follow_up import replace_earlier
from alerts.dispatch.places_short import same_place
from alerts.dispatch.refusals import (
    AlreadyReleased,
    KindNotAllowed,
    NotVerified,
    PlaceDoesNotMatch,
    SamePerson,
    Superseded,
)
from alerts.dispatch.second_person import APPROVAL_LIFE, is_second, needs_second
from alerts.dispatch.tasks import plan, pump
from alerts.models import (
    Alert,
    AlertStatus,
    Event,
    IncidentStatus,
    Kind,
    Network,
    OutboundStatus,
    Person,
    SkipReason,
    WrongState,
)
from alerts.models.clock import database_now
from rapidresponse.celery import ring


class Release(StrEnum):
    """What a press of the button did."""

    RELEASED = "released"
    AWAITING_APPROVAL = "awaiting_approval"


def release(alert: Alert, *, by: Person, place: str = "", seen: str = "") -> Release:
    """Send `alert`, or ask for the second person whom the table of kinds wants.

    The second person types the `place` to release. `seen` is the fingerprint of what `by` looked
    at, if it is known. Raise AlreadyReleased, NotVerified, NotLocated, SamePerson,
    PlaceDoesNotMatch or Superseded; then nothing happened. Of two presses at once one has an
    effect.
    """
    now = database_now()
    network = Network.objects.current()
    with transaction.atomic():
        alert = locked(alert)
        _check_still_true(alert, seen=seen)
        is_loud = needs_second(alert, network=network)
        if is_loud and not _is_approved(alert, by=by, place=place, at=now):
            _ask(alert, by=by, at=now)
            return Release.AWAITING_APPROVAL
        _send(alert, by=by, network=network, at=now)
    return Release.RELEASED


def stop(alert: Alert, *, by: Person) -> int:
    """Let no further text of `alert` leave; return how many were taken back.

    A draft is thrown away. Raise AlreadyReleased if it has ended by itself.
    """
    now = database_now()
    with transaction.atomic():
        try:
            alert.move(AlertStatus.STOPPED, ended_at=now)
        except WrongState as err:
            raise AlreadyReleased(_("This has ended already.")) from err
        waves.close(alert)
        queued = alert.deliveries.filter(status=OutboundStatus.QUEUED)
        stopped = queued.update(
            status=OutboundStatus.SKIPPED, skip_reason=SkipReason.STOPPED, settled_at=now
        )
        Event.objects.note(alert.incident, Event.What.STOPPED, by=by, detail=str(alert.kind))
    return stopped


def fingerprint(alert: Alert) -> str:
    """Return what stands for the exact words and reach of `alert` that somebody looks at."""
    told = [f"{text.language}\0{text.body}" for text in alert.texts.all()]
    said = "\0".join([alert.mode, str(alert.radius_m), *told])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _check_still_true(alert: Alert, *, seen: str) -> None:
    """Raise NotVerified or Superseded unless the frozen texts say what is known now."""
    try:
        check_fits(alert.incident, alert.kind)
    except KindNotAllowed as err:
        raise Superseded(str(err)) from err
    if alert.rule.needs_verification and alert.verification_id is None:
        raise NotVerified
    frozen = {text.language: text.body for text in alert.texts.all()}
    if frozen != {wording.language: wording.body for wording in texts_of(alert)}:
        raise Superseded
    if seen and seen != fingerprint(alert):
        raise Superseded


def _is_approved(alert: Alert, *, by: Person, place: str, at: datetime) -> bool:
    """Say whether `by` is the second person and typed the place.

    False for the first person, who then asks; raise SamePerson or PlaceDoesNotMatch.
    """
    if not is_second(by, alert):
        if alert.status == AlertStatus.AWAITING_APPROVAL and not _has_run_out(alert, at=at):
            raise SamePerson
        return False
    if not same_place(place, alert.incident.place_label):
        raise PlaceDoesNotMatch
    return True


def _has_run_out(alert: Alert, *, at: datetime) -> bool:
    return alert.asked_at is None or alert.asked_at + APPROVAL_LIFE <= at


def _ask(alert: Alert, *, by: Person, at: datetime) -> None:
    if alert.status == AlertStatus.AWAITING_APPROVAL:
        alert.move(AlertStatus.DRAFT, asked_by=None, asked_at=None)
    alert.move(AlertStatus.AWAITING_APPROVAL, asked_by=by, asked_at=at)
    Event.objects.note(alert.incident, Event.What.APPROVAL_ASKED, by=by, detail=str(alert.kind))


def _send(alert: Alert, *, by: Person, network: Network, at: datetime) -> None:
    try:
        alert.move(
            AlertStatus.RELEASED,
            released_by=by,
            released_at=at,
            expires_at=at + alert.rule.life,
        )
    except WrongState as err:
        raise AlreadyReleased from err
    replace_earlier(alert, at=at)
    if alert.mode == Alert.Mode.WAVES:
        waves.open_first(alert, network=network, at=at)
        planning.mark_planned(alert, at=at)
    elif not planning.plan_head(alert, at=at):
        ring(plan, str(alert.pk))
    _tell_timeline(alert, by=by)
    ring(pump, Network.ONLY)


def _tell_timeline(alert: Alert, *, by: Person) -> None:
    if alert.kind == Kind.ALL_CLEAR and alert.incident.status == IncidentStatus.VERIFIED:
        alert.incident.move(IncidentStatus.OVER)
    Event.objects.note(alert.incident, Event.What.RELEASED, by=by, detail=str(alert.kind))

"""Scouts are asked to look, and told when they need not go any more."""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alerts.dispatch.audience import audience
from alerts.dispatch.drafting import draft
from alerts.dispatch.ending import end_what_is_untrue
from alerts.dispatch.messages import queue_message
from alerts.dispatch.refusals import Refusal
from alerts.dispatch.releasing import release
from alerts.models import Alert, Delivery, Event, Incident, Kind, Message, Person, Responder
from alerts.models.fields import Unreadable
from alerts.triage.wording import write

log = logging.getLogger(__name__)

RADIUS_M = 2_000
STAND_DOWN_LIFE = timedelta(hours=2)


class NobodyNear(Refusal):
    """No scout is near who is not busy elsewhere."""

    sentence = _("No scout is near enough, or all of them are busy elsewhere.")


def scouts_near(incident: Incident) -> int:
    """Count the scouts near enough to be asked to look, leaving out who is busy elsewhere."""
    if not incident.is_located:
        return 0
    return audience(incident, radius_m=RADIUS_M, kind=Kind.CHECK).count()


def send_scouts(incident: Incident, *, by: Person) -> Alert:
    """Ask the nearest scouts (at most eight) to look; raise NobodyNear or another of
    dispatch's refusals."""
    if incident.is_located and not scouts_near(incident):
        raise NobodyNear
    with transaction.atomic():
        incident.give_code()
        alert = draft(incident, kind=Kind.CHECK, by=by, radius_m=RADIUS_M)
        release(alert, by=by)
    return alert


def stand_down(incident: Incident, *, by: Person) -> int:
    """Tell every scout who was asked about an unverified incident not to go; return how many.

    These are single texts, not an alert: the database lets no alert but a check or a drill out
    without a verification. Each scout is told once.
    """
    with transaction.atomic():
        end_what_is_untrue(incident)
        asked = (
            Delivery.objects.got_it()
            .filter(alert__incident=incident, alert__kind=Kind.CHECK)
            .select_related("responder")
        )
        scouts = {delivery.responder_id: delivery.responder for delivery in asked}
        told = set(
            Message.objects.filter(
                incident=incident, purpose=Message.Purpose.STAND_DOWN
            ).values_list("number_index", flat=True)
        )
        sent = [
            queue_message(
                purpose=Message.Purpose.STAND_DOWN,
                number=number,
                language=scout.language,
                body=write("stand_down", scout.language, code=incident.code),
                incident=incident,
                written_by=by,
                life=STAND_DOWN_LIFE,
            )
            for scout, number in with_numbers(scouts.values())
            if scout.number_index not in told
        ]
        count = sum(message is not None for message in sent)
        if count:
            Event.objects.note(incident, Event.What.STOPPED, by=by)
    return count


def with_numbers(scouts: Iterable[Responder]) -> Iterator[tuple[Responder, str]]:
    """Yield scouts with their numbers; one that cannot be read keeps nobody else waiting."""
    for scout in scouts:
        try:
            yield scout, str(scout.number)
        except Unreadable:
            log.error("scout %s cannot be called back: the number cannot be read", scout.pk)

"""When something is so loud that a second person looks at it first, and who may be that person."""

from datetime import timedelta

from django.utils.translation import gettext as _

from alerts.dispatch.audience import audience
from alerts.dispatch.follow_up import CALLS, family, handed_over
from alerts.models import Alert, Delivery, Kind, Network, Person

LOUD = (Kind.ALERT, Kind.UPDATE)
"""The kinds that can carry typed words; everything else is a template, and safer takes one."""
APPROVAL_LIFE = timedelta(minutes=10)


def why_second(alert: Alert, *, people: int, network: Network) -> str:
    """Return why a second person has to release `alert`, or nothing if one is enough.

    Everybody texted about the incident counts, so that a loud alert cannot be sent as several
    quiet ones.
    """
    if alert.kind not in LOUD:
        return ""
    if is_wide(alert, network=network):
        return _("It asks for more than %(metres)d m around the place.") % {
            "metres": network.second_person_radius_m
        }
    reached = people if alert.rule.follows else _reached(alert, people)
    if reached > network.second_person_above:
        return _("It reaches %(people)d people; above %(limit)d a second person looks.") % {
            "people": reached,
            "limit": network.second_person_above,
        }
    return ""


def needs_second(alert: Alert, *, network: Network) -> bool:
    """Say whether a second person has to release `alert`, as quickly as that can be known."""
    if alert.kind not in LOUD:
        return False
    if is_wide(alert, network=network):
        return True
    if alert.rule.follows:
        enough_to_know = network.second_person_above + 1
        most = handed_over(alert).values("responder").distinct()[:enough_to_know].count()
    else:
        near = audience(alert.incident, radius_m=alert.radius_m, kind=alert.kind)
        most = near.count_owners()
    return bool(why_second(alert, people=most, network=network))


def is_wide(alert: Alert, *, network: Network) -> bool:
    """Say whether `alert` asks so far around that it is loud, whoever lives there."""
    return alert.kind == Kind.ALERT and alert.radius_m > network.second_person_radius_m


def _reached(alert: Alert, people: int) -> int:
    """Return how many have a text about the incident once `alert` is out."""
    calls = list(family(alert.incident).filter(kind__in=CALLS, released_at__isnull=False))
    if not calls:
        return people
    near = audience(alert.incident, radius_m=alert.radius_m, kind=alert.kind)
    earlier = Delivery.objects.filter(alert__in=calls).exclude(responder__in=near.owners())
    return people + earlier.values("responder").distinct().count()


def is_second(person: Person, alert: Alert) -> bool:
    """Say whether `person` neither wrote `alert` nor asked for its release."""
    return person.pk not in {alert.drafted_by_id, alert.asked_by_id}

"""Who looks after an incident: claim, renew, hand over, let go; each step leaves a line."""

from django.db import transaction
from django.utils import timezone

from alerts.models import AlreadyClaimed, Event, Incident, Person


def claim(incident: Incident, *, by: Person, take_over: bool = False) -> None:
    """Hold the incident; raise AlreadyClaimed when somebody else does (`incident.holder`).

    With `take_over` the earlier holder loses it, and is told on their page.
    """
    now = timezone.now()
    with transaction.atomic():
        before = incident.holder_at(now)
        incident.claim(by=by, take_over=take_over)
        if before == by:
            return
        if before is None:
            Event.objects.note(incident, Event.What.CLAIMED, by=by)
        else:
            Event.objects.note(incident, Event.What.TAKEN_OVER, by=by, detail=str(before.pk))


def renew(incident: Incident, *, by: Person) -> None:
    """Start the holder's five minutes again, because they did something; others keep out."""
    ends_at = timezone.now() + Incident.CLAIM_LIFE
    mine = Incident.objects.open().filter(pk=incident.pk, holder=by)
    if mine.filter(claim_ends_at__gt=timezone.now()).update(claim_ends_at=ends_at):
        incident.claim_ends_at = ends_at


def hand_over(incident: Incident, *, by: Person, to: Person) -> None:
    """Give a held incident to somebody else; raise AlreadyClaimed unless `by` holds it."""
    with transaction.atomic():
        if incident.holder_at(timezone.now()) != by:
            raise AlreadyClaimed(f"incident {incident.pk}")
        incident.claim(by=to, take_over=True)
        Event.objects.note(incident, Event.What.TAKEN_OVER, by=by, detail=str(to.pk))


def let_go(incident: Incident, *, by: Person) -> None:
    """Give up a claim, if there is one; nothing happens to somebody else's."""
    with transaction.atomic():
        held = incident.holder_at(timezone.now()) == by
        incident.let_go(by=by)
        if held:
            Event.objects.note(incident, Event.What.LET_GO, by=by)

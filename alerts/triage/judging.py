"""The judgement: verified, not them, cannot tell. One transaction with all that follows."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from alerts.dispatch.ending import end_what_is_untrue
from alerts.models import (
    AlreadyClaimed,
    AlreadyJudged,
    Event,
    Incident,
    IncidentStatus,
    Network,
    Person,
    Verification,
    WhatItWas,
)
from alerts.models.states import INCIDENT
from alerts.triage.evidence import Evidence, EvidenceMissing, missing
from alerts.triage.outcomes import tell_reporters

OUTCOMES = (IncidentStatus.VERIFIED, IncidentStatus.NOT_ICE, IncidentStatus.UNVERIFIABLE)


class WhatItWasMissing(Exception):
    """A "not them" without what it was: that is the part that calms people."""


def judge(
    incident: Incident,
    *,
    by: Person,
    outcome: str,
    salute: Mapping[str, str] | None = None,
    evidence: Evidence | None = None,
    what_it_was: str = "",
) -> None:
    """Record the judgement `outcome` (one of OUTCOMES) and tell the reporters.

    Nobody needs to hold the incident, but somebody else's live claim is respected. A verified
    incident may still become "not them". Raise AlreadyJudged, AlreadyClaimed, EvidenceMissing,
    WhatItWasMissing.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is not a judgement")
    with transaction.atomic():
        locked = Incident.objects.locked().get(pk=incident.pk)
        _check(locked, by=by, outcome=outcome)
        if outcome == IncidentStatus.NOT_ICE and what_it_was not in WhatItWas.values:
            raise WhatItWasMissing
        if salute is not None:
            keep_salute(locked, salute)
        if outcome == IncidentStatus.VERIFIED:
            _verify(locked, by=by, evidence=evidence or Evidence())
        locked.give_code()
        named = what_it_was if outcome == IncidentStatus.NOT_ICE else ""
        locked.judge(outcome, by=by, what_it_was=named)
        Event.objects.note(locked, Event.What.JUDGED, by=by, detail=f"{outcome} {named}".strip())
        end_what_is_untrue(locked)
        tell_reporters(locked)
    incident.refresh_from_db()


def give_up(incident: Incident) -> bool:
    """Judge an incident "cannot tell" because its time is over; return whether it was open.

    The house does this, not a person, and only while nobody holds the incident.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = Incident.objects.locked().get(pk=incident.pk)
        if locked.status not in Incident.UNJUDGED or locked.holder_at(now) is not None:
            return False
        locked.give_code()
        locked.move(IncidentStatus.UNVERIFIABLE, judged_at=now, holder=None, claim_ends_at=None)
        Event.objects.note(locked, Event.What.JUDGED, detail=IncidentStatus.UNVERIFIABLE)
        end_what_is_untrue(locked)
        tell_reporters(locked)
    return True


def reopen(incident: Incident, *, by: Person) -> None:
    """Check an incident again that was judged "not them" or "cannot tell"; raise WrongState."""
    with transaction.atomic():
        incident.move(IncidentStatus.CHECKING, judged_at=None, judged_by=None, what_it_was="")
        Event.objects.note(incident, Event.What.REOPENED, by=by)


def end(incident: Incident, *, by: Person) -> None:
    """Say that what was verified is over; raise WrongState."""
    with transaction.atomic():
        incident.move(IncidentStatus.OVER)
        end_what_is_untrue(incident)
        Event.objects.note(incident, Event.What.OVER, by=by)


def keep_salute(incident: Incident, salute: Mapping[str, str]) -> bool:
    """Store the typed answers by name; return whether anything changed."""
    kept = {name: str(salute.get(name, "")).strip() for name in Incident.SALUTE}
    kept = {name: words for name, words in kept.items() if words}
    if kept == incident.salute:
        return False
    incident.salute = kept
    incident.save(update_fields=["salute"])
    return True


def _check(incident: Incident, *, by: Person, outcome: str) -> None:
    if not INCIDENT.allows(incident.status, outcome):
        raise AlreadyJudged(f"incident {incident.pk} is {incident.status}")
    holder = incident.holder_at(timezone.now())
    if holder is not None and holder != by:
        raise AlreadyClaimed(f"incident {incident.pk}")


def _verify(incident: Incident, *, by: Person, evidence: Evidence) -> None:
    lacks = missing(incident, evidence, rule=Network.objects.current().evidence_rule)
    if lacks:
        raise EvidenceMissing(lacks)
    # An incident verified, withdrawn and verified again keeps one row: the newest judgement.
    Verification.objects.update_or_create(
        incident=incident,
        defaults={
            "by": by,
            "at": timezone.now(),
            "seen_by": evidence.seen_by,
            "agency_by": evidence.agency_by.strip(),
            "not_seen": evidence.not_seen.strip(),
            "note": evidence.note.strip(),
        },
    )

"""Every reporter is told what was found: by text, or on their receipt page."""

from datetime import timedelta
from itertools import groupby

from django.utils import timezone

from alerts.dispatch.messages import queue_message
from alerts.models import Event, Incident, IncidentStatus, Message, OutboundStatus, Report
from alerts.triage.wording import what_in, write

LIFE = timedelta(hours=6)


def tell_reporters(incident: Incident) -> int:
    """Tell everybody who reported `incident` what was found; return how many were told.

    Once per outcome and reporter: a second call, or a report that came later, tells only those
    who do not know yet. Part of the caller's transaction.
    """
    untold = incident.reports.exclude(told_outcome=incident.status).order_by("received_at")
    reports = sorted(untold, key=lambda report: report.reporter)
    told = 0
    for _reporter, theirs in groupby(reports, key=lambda report: report.reporter):
        told += _tell(list(theirs)[-1], incident)
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(
        told_outcome=incident.status
    )
    if told:
        Event.objects.note(incident, Event.What.OUTCOME, detail=f"{incident.status} {told}")
    return told


def outcome_text(incident: Incident, language: str) -> str:
    """Return what a reporter is told about a judged incident."""
    name = f"outcome_{incident.status}"
    what = ""
    if incident.status == IncidentStatus.NOT_ICE:
        what = what_in(language, incident.what_it_was)
    return write(name, language, code=incident.code, what=what)


def _tell(report: Report, incident: Incident) -> bool:
    body = outcome_text(incident, report.language)
    if report.number:
        message = queue_message(
            purpose=Message.Purpose.OUTCOME,
            number=report.number,
            language=report.language,
            body=body,
            incident=incident,
            life=LIFE,
        )
        return message is not None
    if report.receipt is None:
        return False
    leave_note(report, body=body, purpose=Message.Purpose.OUTCOME, incident=incident)
    return True


def leave_note(report: Report, *, body: str, purpose: str, incident: Incident) -> Message:
    """Put a note on the receipt page of a web report; nothing is texted."""
    now = timezone.now()
    return Message.objects.create(
        purpose=purpose,
        receipt=report.receipt,
        language=report.language,
        body=body,
        incident=incident,
        status=OutboundStatus.DELIVERED,
        settled_at=now,
        expires_at=now + LIFE,
    )

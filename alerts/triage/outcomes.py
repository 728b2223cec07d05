"""Every reporter is told what was found: by text, or on their receipt page."""

from datetime import timedelta
from itertools import groupby

from alerts.dispatch.messages import queue_message
from alerts.models import Event, Incident, IncidentStatus, Message, Report
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
    if not report.number and report.receipt is None:
        return False
    message = queue_message(
        purpose=Message.Purpose.OUTCOME,
        number=report.number,
        receipt=report.receipt,
        language=report.language,
        body=outcome_text(incident, report.language),
        incident=incident,
        life=LIFE,
    )
    return message is not None

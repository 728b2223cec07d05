"""What is due at the desk by the clock, computed from rows; `manage.py sweep` calls it."""

from datetime import datetime, timedelta

from django.db.models import Max, Q

from alerts.dispatch.messages import queue_message
from alerts.models import Event, Incident, IncidentStatus, Message, Report
from alerts.triage.copies import mark_copies
from alerts.triage.importance import LIFE
from alerts.triage.judging import give_up
from alerts.triage.paging import is_anybody_on_shift, page
from alerts.triage.wording import write

MOST_AT_ONCE = 100
GRACE = timedelta(minutes=1)
"""Somebody may look after the desk without standing on the roster."""


def sweep(now: datetime) -> int:
    """Do what is due: call people, tell reporters that nobody is there, give up after 45 min.

    Return how many things were done. Safe to run twice and beside itself.
    """
    marked = mark_copies(now)
    return marked + page(now) + tell_nobody_is_there(now) + give_up_what_is_over(now)


def give_up_what_is_over(now: datetime) -> int:
    """Judge "cannot tell" what nobody judged in 45 minutes; its reporters are told."""
    over = (
        Incident.objects.unclaimed(now=now)
        .filter(reported_at__lte=now - LIFE, set_aside_at=None, is_drill=False)
        .annotate(opened_at=Max("events__at", filter=Q(events__what=Event.What.REOPENED)))
        .filter(Q(opened_at=None) | Q(opened_at__lte=now - LIFE))
    )
    return sum(give_up(incident) for incident in over[:MOST_AT_ONCE])


def tell_nobody_is_there(now: datetime) -> int:
    """Tell the reporters of new incidents, once, when nobody is on shift: with the hotline."""
    if is_anybody_on_shift(now):
        return 0
    fresh = (
        Report.objects.filter(
            incident__status=IncidentStatus.NEW,
            incident__set_aside_at=None,
            received_at__lte=now - GRACE,
            told_outcome="",
        )
        .select_related("receipt", "incident")
        .order_by("received_at")
    )
    return sum(_tell(report) for report in fresh[:MOST_AT_ONCE])


def _tell(report: Report) -> bool:
    # The update is the claim: of two sweeps, one writes.
    claimed = Report.objects.filter(pk=report.pk, told_outcome="").update(told_outcome=NOBODY)
    if not claimed or (not report.number and report.receipt is None):
        return False
    message = queue_message(
        purpose=Message.Purpose.RECEIPT,
        number=report.number,
        receipt=report.receipt,
        language=report.language,
        body=write("nobody", report.language),
        incident=report.incident,
    )
    return message is not None


NOBODY = "nobody"
"""In Report.told_outcome: they were told that nobody is at the desk."""

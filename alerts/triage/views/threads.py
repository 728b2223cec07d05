"""Asking the reporter, and the rare look at a whole number."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alerts.dispatch.segments import count
from alerts.guard.limits import within
from alerts.guard.permissions import person_of, staff_may
from alerts.models import Event
from alerts.triage.forms import QuestionForm
from alerts.triage.threads import NobodyToAsk, NothingToAsk
from alerts.triage.threads import ask as ask_reporter
from alerts.triage.views.answers import done, report_of

REVEALS_AN_HOUR = 10
HOUR = 3600


@require_POST
@staff_may("judge")
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask the writer of a report a canned question, or in words of one's own."""
    report, incident = report_of(pk)
    form = QuestionForm(request.POST)
    try:
        if not form.is_valid():
            raise NothingToAsk
        ask_reporter(report, by=person_of(request), **form.cleaned_data)
        messages.success(request, _("Asked. The answer will appear here."))
    except NothingToAsk:
        messages.warning(request, _("Choose a question, or write one that fits into a text."))
    except NobodyToAsk:
        messages.warning(request, _("This reporter cannot be asked: they asked for no texts."))
    return done(request, incident)


@require_POST
@staff_may("judge")
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a reporter's number once; each look is written down, ten an hour."""
    report, incident = report_of(pk)
    person = person_of(request)
    if not within("reveal", str(person.pk), limit=REVEALS_AN_HOUR, seconds=HOUR):
        messages.warning(request, _("Ten numbers an hour is the most anybody may look at."))
        return render(request, "triage/revealed.html", {"report": report, "number": ""})
    Event.objects.note(incident, Event.What.REVEALED, by=person)
    return render(request, "triage/revealed.html", {"report": report, "number": report.number})


@require_POST
@staff_may("judge")
def segments(request: HttpRequest) -> HttpResponse:
    """Say how many segments typed words would take."""
    words = request.POST.get("words", "")[:1600]
    context = {"counted": count(words), "length": len(words)}
    return render(request, "triage/_segments.html", context)

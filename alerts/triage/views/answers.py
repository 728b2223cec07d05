"""How a page of the desk answers: the changed parts to htmx, a page to everybody else."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from alerts.guard.permissions import person_of
from alerts.models import Incident, Report
from alerts.triage.holding import renew
from alerts.triage.pages import IncidentPage
from alerts.triage.views.queue import shown_board


def incident_of(pk: UUID) -> Incident:
    """Return the incident with this id and its holder; raise Http404."""
    return get_object_or_404(
        Incident.objects.select_related("holder", "merged_into", "judged_by"), pk=pk
    )


def report_of(pk: UUID) -> tuple[Report, Incident]:
    """Return a report with the incident it belongs to; raise Http404."""
    report = get_object_or_404(Report.objects.select_related("incident"), pk=pk)
    if report.incident is None:
        raise Http404
    return report, report.incident


def moment(value: str) -> datetime | None:
    """Return the aware moment behind characters from outside, None for anything else."""
    try:
        parsed = parse_datetime(value)
    except ValueError:
        return None
    return parsed if parsed is not None and parsed.tzinfo else None


def done(request: HttpRequest, incident: Incident, *, typed: str = "") -> HttpResponse:
    """Answer after an act on `incident`, which renews the actor's claim.

    `typed` is a place that may mean several, for the page to ask which.
    """
    person = person_of(request)
    renew(incident, by=person)
    if is_htmx(request):
        return parts(request, incident, typed=typed)
    if typed:
        return whole_page(request, incident_of(incident.pk), typed=typed)
    return redirect("incident", pk=incident.pk)


def is_htmx(request: HttpRequest) -> bool:
    """Say whether a fragment is asked for rather than a page."""
    return bool(request.htmx)  # type: ignore[attr-defined]  # set by django-htmx's middleware


def parts(
    request: HttpRequest, incident: Incident, *, typed: str = "", says: bool = True
) -> HttpResponse:
    """Answer with every live part of the incident's page; forms being typed in stay.

    `says` is False for a page that only follows: it must not wipe what was said to its reader.
    """
    page = IncidentPage(incident_of(incident.pk), person_of(request), typed=typed)
    context = {"page": page, "incident": page.incident, "says": says}
    return render(request, "triage/_parts.html", context)


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page, with or without htmx."""
    if is_htmx(request):
        return HttpResponseClientRedirect(url)
    return redirect(url)


def whole_page(request: HttpRequest, incident: Incident, *, typed: str = "") -> HttpResponse:
    """Answer with the incident's whole page, beside the queue."""
    page = IncidentPage(incident, person_of(request), typed=typed)
    context = {"page": page, "incident": incident, "board": shown_board()}
    return render(request, "triage/incident.html", context)


def say_who_was_first(request: HttpRequest, incident: Incident) -> None:
    """Tell the loser of a race on judging who was first."""
    incident.refresh_from_db()
    judge = incident.judged_by
    outcome = incident.get_status_display()
    if judge is None:
        words = _("This incident was judged just before you: %(outcome)s.")
        messages.warning(request, words % {"outcome": outcome})
        return
    words = _("%(name)s judged this incident just before you: %(outcome)s.")
    messages.warning(request, words % {"name": judge.name, "outcome": outcome})


def say_who_holds_it(request: HttpRequest, incident: Incident) -> None:
    """Tell somebody that a colleague holds the incident."""
    incident.refresh_from_db()
    holder = incident.holder_at(timezone.now())
    if holder is None:
        messages.warning(request, _("Nobody could claim this incident: it is judged already."))
        return
    messages.warning(request, _("%(name)s holds this incident.") % {"name": holder.name})

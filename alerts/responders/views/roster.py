"""The list of responders: add one with evidence, pause, resume, take off."""

import logging
from datetime import datetime, time
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.guard.permissions import person_of, staff_may
from alerts.models import Network, OptOut, Responder, WrongState
from alerts.responders.consent import WORDING_VERSION, wording
from alerts.responders.forms import ResponderForm
from alerts.responders.joining import AlreadyKnown, OptedOut, add_responder
from alerts.responders.leaving import leave_by_row
from alerts.responders.zones import people_per_area

log = logging.getLogger(__name__)

PER_PAGE = 50


@require_GET
@staff_may("coordinate")
def responders(request: HttpRequest) -> HttpResponse:
    """Show how many people there are per area, and a page of the list with masked numbers."""
    rows = Responder.objects.order_by("-joined_at", "pk")
    status = request.GET.get("status", "")
    if status in Responder.Status.values:
        rows = rows.filter(status=status)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "areas": people_per_area(),
        "statuses": Responder.Status.choices,
        "status": status,
    }
    return render(request, "responders/responders.html", context)


@require_http_methods(["GET", "POST"])
@staff_may("coordinate")
def add(request: HttpRequest) -> HttpResponse:
    """Add somebody who asked to be texted, with the evidence for it."""
    today = Network.objects.current().local(timezone.now()).date()
    form = ResponderForm(request.POST or None, initial={"given_on": today})
    if form.is_valid() and keep(request, form):
        messages.success(request, _("They are on the list and get the next alert near them."))
        return redirect("responder-add" if "another" in request.POST else "responders")
    wordings = [(code, wording(code)) for code in Network.objects.current().languages]
    context = {"form": form, "wordings": wordings, "version": WORDING_VERSION}
    return render(request, "responders/add.html", context)


def keep(request: HttpRequest, form: ResponderForm) -> bool:
    """Write the new responder; say whether there is one, else put the reason on the form."""
    data = form.cleaned_data
    columns = ("language", "cells", "method", "note", "is_scout", "handle", "may_be_woken")
    given_at = timezone.make_aware(datetime.combine(data["given_on"], time(12)))
    try:
        responder = add_responder(
            data["number"],
            by=person_of(request),
            given_at=given_at,
            is_drill_volunteer=data["is_drill_volunteer"],
            **{name: data[name] for name in columns},
        )
    except AlreadyKnown as err:
        form.add_error("number", known_as(err.responder))
    except OptedOut:
        form.add_error("number", opted_out())
    else:
        log.info("person %s added responder %s", person_of(request).pk, responder.pk)
        return True
    return False


def known_as(responder: Responder) -> str:
    """Return why a number that is on the list is not added again."""
    status = responder.get_status_display()
    return _("This number is on the list already, as: %(status)s.") % {"status": status}


def opted_out() -> str:
    """Return why a number that opted out cannot be added by anybody else."""
    return _(
        "The owner of this number asked not to be texted, and we keep that for good. Only they "
        "can change it, by texting START to our number from this phone."
    )


@require_POST
@staff_may("coordinate")
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop texting a responder until somebody resumes."""
    said = _("Paused: they get no texts until somebody resumes.")
    return move(request, pk, Responder.Status.PAUSED, said)


@require_POST
@staff_may("coordinate")
def unpause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Text a paused or unreachable responder again."""
    return move(request, pk, Responder.Status.ACTIVE, _("They get the next alert near them."))


def move(request: HttpRequest, pk: UUID, status: str, said: str) -> HttpResponse:
    responder = get_object_or_404(Responder, pk=pk)
    try:
        responder.move(status)
    except WrongState:
        responder.refresh_from_db()
        now = responder.get_status_display()
        messages.info(request, _("Nothing changed; they are: %(status)s.") % {"status": now})
    else:
        log.info("person %s made responder %s %s", person_of(request).pk, responder.pk, status)
        messages.success(request, said)
    return redirect("responders")


@require_POST
@staff_may("coordinate")
def take_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take somebody off the list for good, because they said so to a member of the staff."""
    responder = get_object_or_404(Responder, pk=pk)
    if leave_by_row(responder, source=OptOut.Source.STAFF):
        log.info("person %s took responder %s off", person_of(request).pk, responder.pk)
    messages.success(request, _("They are off the list and never texted again."))
    return redirect("responders")

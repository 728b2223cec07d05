"""The inbox: nothing hidden, nothing lost, everything one click from being read differently."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alerts.guard.permissions import person_of, staff_may
from alerts.models import InboundText, Network, WrongState
from alerts.triage.inbox import CannotReadSo, items
from alerts.triage.inbox import read_as as read_text_as
from alerts.triage.views.answers import moment


@require_GET
@staff_may("read")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show every text and form, newest first."""
    reading = request.GET.get("reading", "")
    found = items(reading=reading, before=moment(request.GET.get("before", "")))
    context = {
        "items": found,
        "reading": reading,
        "readings": InboundText.Reading.choices,
        "network": Network.objects.current(),
        "oldest": found[-1].at.isoformat() if found else "",
    }
    return render(request, "triage/inbox.html", context)


@require_POST
@staff_may("judge")
def read_as(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read one text differently."""
    text = get_object_or_404(
        InboundText.objects.select_related("report__incident", "responder"), pk=pk
    )
    try:
        read_text_as(text, request.POST.get("reading", ""), by=person_of(request))
        messages.success(request, _("Read differently now."))
    except CannotReadSo:
        messages.warning(
            request, _("It cannot be that: there is no open alert or conversation it belongs to.")
        )
    except WrongState:
        messages.warning(request, _("Somebody read it differently just before you."))
    return redirect("inbox")

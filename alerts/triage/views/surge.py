"""A flood, handled: copies as one line, set aside and restored, many judged alike."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from alerts.guard.permissions import person_of, staff_may
from alerts.models import IncidentStatus, WhatItWas
from alerts.triage import surge as flood
from alerts.triage.board import board
from alerts.triage.judging import WhatItWasMissing
from alerts.triage.views.incident import uuid_or_none


@require_GET
@staff_may("read")
def surge(request: HttpRequest) -> HttpResponse:
    """Show copied texts as clusters, the queue as a list to tick, and what was set aside."""
    context = {
        "clusters": flood.clusters(),
        "aside": flood.clusters(aside=True),
        "board": board(now=timezone.now()),
        "what_it_was": WhatItWas.choices,
    }
    return render(request, "triage/surge.html", context)


@require_POST
@staff_may("judge")
def set_aside(request: HttpRequest) -> HttpResponse:
    """Put everything aside that stands on one copied text."""
    count = flood.set_aside(request.POST.get("text", ""), by=person_of(request))
    if not count:
        messages.info(
            request, _("Nothing was set aside: others speak there too, or a colleague holds it.")
        )
        return redirect("surge")
    words = ngettext("%(count)s incident set aside.", "%(count)s incidents set aside.", count)
    messages.success(request, words % {"count": count})
    return redirect("surge")


@require_POST
@staff_may("judge")
def restore(request: HttpRequest) -> HttpResponse:
    """Bring back what was set aside."""
    count = flood.restore(request.POST.get("text", ""), by=person_of(request))
    words = ngettext("%(count)s incident is back.", "%(count)s incidents are back.", count)
    messages.success(request, words % {"count": count})
    return redirect("surge")


@require_POST
@staff_may("judge")
def judge_all(request: HttpRequest) -> HttpResponse:
    """Judge the ticked incidents alike: not them, or cannot tell."""
    keys = [key for value in request.POST.getlist("incident") if (key := uuid_or_none(value))]
    outcome = request.POST.get("outcome", "")
    if not keys or outcome not in (IncidentStatus.NOT_ICE, IncidentStatus.UNVERIFIABLE):
        messages.warning(request, _("Tick incidents, then say what they are."))
        return redirect("surge")
    try:
        done, left = flood.judge_all(
            keys,
            outcome=outcome,
            what_it_was=request.POST.get("what_it_was", ""),
            by=person_of(request),
        )
    except WhatItWasMissing:
        messages.warning(request, _("Choose what it was: that is what calms people."))
        return redirect("surge")
    words = ngettext("%(count)s incident judged.", "%(count)s incidents judged.", done)
    messages.success(request, words % {"count": done})
    if left:
        messages.info(request, _("Somebody else has the others in hand, or judged them first."))
    return redirect("surge")

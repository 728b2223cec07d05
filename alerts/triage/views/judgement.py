"""The three buttons: verified, not them, cannot tell."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from alerts.guard.permissions import person_of, staff_may
from alerts.models import AlreadyClaimed, AlreadyJudged, Incident, IncidentStatus
from alerts.triage.evidence import EvidenceMissing
from alerts.triage.forms import JudgementForm
from alerts.triage.judging import WhatItWasMissing
from alerts.triage.judging import judge as judge_incident
from alerts.triage.views.answers import (
    done,
    go_to,
    incident_of,
    say_who_holds_it,
    say_who_was_first,
)

UNREADABLE = {
    "outcome": gettext_lazy("Choose one of the three: verified, not them, cannot tell."),
    "what_it_was": gettext_lazy("Choose what it was: that is what calms people."),
    "seen_by": gettext_lazy("Say who saw it."),
}
TOO_LONG = gettext_lazy("One of the lines is too long.")


@require_POST
@staff_may("judge")
def judge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Judge the incident; a verified one goes straight on to its alert's draft."""
    found = incident_of(pk)
    form = JudgementForm(request.POST)
    if not form.is_valid():
        for sentence in dict.fromkeys(UNREADABLE.get(name, TOO_LONG) for name in form.errors):
            messages.warning(request, sentence)
        return done(request, found)
    if not decide(request, found, form):
        return done(request, found)
    if found.status == IncidentStatus.VERIFIED:
        return go_to(request, reverse("alert-draft", args=[found.pk]))
    return done(request, found)


def decide(request: HttpRequest, found: Incident, form: JudgementForm) -> bool:
    """Judge as the form says; tell what stands in the way and return False otherwise."""
    try:
        judge_incident(
            found,
            by=person_of(request),
            outcome=form.cleaned_data["outcome"],
            salute=form.salute,
            evidence=form.evidence,
            what_it_was=form.cleaned_data["what_it_was"],
        )
    except AlreadyJudged:
        say_who_was_first(request, found)
    except AlreadyClaimed:
        say_who_holds_it(request, found)
    except WhatItWasMissing:
        messages.warning(request, _("Choose what it was: that is what calms people."))
    except EvidenceMissing as err:
        messages.error(request, _("Not verified yet. What is missing:"))
        for sentence in err.sentences:
            messages.warning(request, sentence)
    else:
        return True
    return False

"""An incident on one printed page: what happened, without a word that names a person outside."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alerts.guard.permissions import person_of, staff_may
from alerts.models import AlertText, Answer, Verification
from alerts.triage.pages import IncidentPage
from alerts.triage.views.answers import incident_of


@require_GET
@staff_may("read")
def record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the record: place, judgement, evidence, each text as it was sent, counts, timeline.

    No number, no neighbour's words and no responder stands in it.
    """
    found = incident_of(pk)
    page = IncidentPage(found, person_of(request))
    sent = AlertText.objects.filter(alert__incident=found, alert__released_at__isnull=False)
    context = {
        "page": page,
        "incident": found,
        "entries": list(reversed(page.timeline)),
        "verification": Verification.objects.filter(incident=found).select_related("by").first(),
        "texts": sent.select_related("alert").order_by("alert__released_at", "language"),
        "answers": answer_counts(page),
    }
    return render(request, "triage/record.html", context)


def answer_counts(page: IncidentPage) -> list[tuple[str, int]]:
    """Return how many gave each answer, without who."""
    given = list(
        Answer.objects.filter(alert__incident=page.incident, is_latest=True).values_list(
            "what", flat=True
        )
    )
    return [(str(what.label), given.count(what)) for what in Answer.What if what in given]

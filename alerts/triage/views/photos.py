"""Photos of reports: opened for the desk only, never kept by a browser."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from alerts.guard.permissions import person_of, staff_may
from alerts.models import Event, Photo
from alerts.models.fields import Unreadable
from alerts.triage.importance import weigh_again
from alerts.triage.views.answers import done, report_of


@require_GET
@staff_may("read")
def photo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one picture."""
    found = get_object_or_404(Photo, pk=pk)
    try:
        content = found.content()
    except (FileNotFoundError, Unreadable) as err:
        raise Http404 from err
    return HttpResponse(
        content,
        content_type="image/jpeg",
        headers={
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline",
        },
    )


@require_POST
@staff_may("judge")
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say whether a picture shows what its report says, and is new."""
    found = get_object_or_404(Photo, pk=pk)
    _report, incident = report_of(found.report_id)
    checked = request.POST.get("checked", "")
    if checked in Photo.Checked.values and checked != found.checked:
        Photo.objects.filter(pk=found.pk).update(checked=checked)
        weigh_again(incident)
        Event.objects.note(
            incident, Event.What.PHOTO_CHECKED, by=person_of(request), detail=checked
        )
    return done(request, incident)

"""The first screen: the queue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.guard.permissions import person_of, staff_may
from alerts.models import HandOver
from alerts.triage.board import board


@require_GET
@staff_may("read")
def desk(request: HttpRequest) -> HttpResponse:
    """Show the queue, and what the last shift left."""
    context = {
        "board": board(now=timezone.now()),
        "me": person_of(request),
        "hand_over": HandOver.objects.select_related("by").order_by("-at").first(),
    }
    return render(request, "triage/desk.html", context)


@require_GET
@staff_may("read")
def queue(request: HttpRequest) -> HttpResponse:
    """Show the queue alone, and whether sending is stopped, for pages that follow both."""
    here = request.GET.get("here", "")
    context = {"board": board(now=timezone.now()), "me": person_of(request), "here": here}
    return render(request, "triage/_queue_followed.html", context)

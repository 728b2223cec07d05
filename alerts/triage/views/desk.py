"""The first screen: the queue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alerts.guard.permissions import person_of, staff_may
from alerts.models import HandOver
from alerts.triage.views.queue import shown_board

MOST_OF_A_LOOK = 16


@require_GET
@staff_may("read")
def desk(request: HttpRequest) -> HttpResponse:
    """Show the queue, and what the last shift left."""
    context = {
        "board": shown_board(),
        "me": person_of(request),
        "hand_over": HandOver.objects.select_related("by").order_by("-at").first(),
    }
    return render(request, "triage/desk.html", context)


@require_GET
@staff_may("read")
def queue(request: HttpRequest) -> HttpResponse:
    """Show the queue alone, and whether sending is stopped, for pages that follow both.

    `look` is the last word of the news that made the page ask; without it, it sees what is now.
    """
    look = request.GET.get("look", "")[:MOST_OF_A_LOOK]
    context = {
        "board": shown_board(look=look),
        "me": person_of(request),
        "here": request.GET.get("here", ""),
    }
    return render(request, "triage/_queue_followed.html", context)

"""Pages of texts to responders: write, look, release, watch."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.dispatch.drafting import draft, edit
from alerts.dispatch.forms import draft_form
from alerts.dispatch.pages import AlertPage, kinds_for
from alerts.dispatch.refusals import Refusal
from alerts.dispatch.releasing import Release, release, stop
from alerts.guard.permissions import person_of, staff_may
from alerts.models import Alert, Incident, Kind, Network

LISTED = 50


@require_GET
@never_cache
@staff_may("read")
def alert_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for a second person, what runs, and what went out."""
    alerts = _with_people().order_by("-drafted_at")[:LISTED]
    return render(request, "dispatch/alerts.html", {"alerts": alerts})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_may("release")
def draft_alert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write a text about an incident; it goes nowhere before somebody releases it."""
    incident = get_object_or_404(Incident, pk=pk)
    kinds = kinds_for(incident)
    kind = _kind(request, kinds)
    form = draft_form(
        request.POST or None, kind=kind, network=Network.objects.current(), incident=incident
    )
    if request.method == "POST" and form.is_valid():
        try:
            alert = draft(incident, kind=kind, by=person_of(request), **form.cleaned_data)
        except Refusal as err:
            form.add_error(None, str(err))
        else:
            return redirect("alert", pk=alert.pk)
    context = {"incident": incident, "form": form, "kind": Kind(kind), "kinds": kinds}
    return render(request, "dispatch/draft.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_may("release")
def edit_alert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write a draft anew; an approval that was asked for is void then."""
    alert = get_object_or_404(_with_people(), pk=pk)
    form = draft_form(
        request.POST or None,
        kind=alert.kind,
        network=Network.objects.current(),
        incident=alert.incident,
        alert=alert,
    )
    if request.method == "POST" and form.is_valid():
        try:
            edit(alert, by=person_of(request), **form.cleaned_data)
        except Refusal as err:
            form.add_error(None, str(err))
        else:
            return redirect("alert", pk=alert.pk)
    context = {"incident": alert.incident, "form": form, "kind": Kind(alert.kind), "alert": alert}
    return render(request, "dispatch/draft.html", context)


@require_GET
@never_cache
@staff_may("read")
def alert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what an alert says and whom it reaches, then how far it has come."""
    found = get_object_or_404(_with_people(), pk=pk)
    page = AlertPage(found, person_of(request))
    return render(request, "dispatch/alert.html", {"page": page, "alert": found})


@require_GET
@never_cache
@staff_may("read")
def alert_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer with the part of the page that fills."""
    found = get_object_or_404(_with_people(), pk=pk)
    page = AlertPage(found, person_of(request))
    return render(request, "dispatch/_progress.html", {"page": page, "alert": found})


@require_POST
@staff_may("release")
def release_alert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send an alert, or ask for the second person."""
    found = get_object_or_404(Alert, pk=pk)
    try:
        done = release(
            found,
            by=person_of(request),
            place=request.POST.get("place", ""),
            seen=request.POST.get("seen", ""),
        )
    except Refusal as err:
        messages.warning(request, str(err))
    else:
        if done == Release.RELEASED:
            messages.success(request, _("Released. The first texts leave now."))
        else:
            messages.info(request, _("Nothing was sent yet: a second person has to release it."))
    return redirect("alert", pk=found.pk)


@require_POST
@staff_may("release")
def stop_alert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back what has not left yet."""
    found = get_object_or_404(Alert, pk=pk)
    try:
        stopped = stop(found, by=person_of(request))
    except Refusal as err:
        messages.warning(request, str(err))
    else:
        words = ngettext(
            "Stopped: %(count)s text was taken back.",
            "Stopped: %(count)s texts were taken back.",
            stopped,
        )
        messages.success(request, words % {"count": stopped})
    return redirect("alert", pk=found.pk)


def _with_people() -> QuerySet[Alert]:
    return Alert.objects.select_related(
        "incident", "verification", "references", "drafted_by", "asked_by", "released_by"
    )


def _kind(request: HttpRequest, kinds: list[Kind]) -> str:
    """Return the kind asked for, or the most likely one."""
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    if asked in Kind.values:
        return asked
    return kinds[0].value if kinds else Kind.ALERT.value

"""Who is on the staff: invite, deactivate, change a role."""

import logging
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.guard import staffing
from alerts.guard.permissions import person_of, staff_may
from alerts.models import Invitation, Person, Responder
from alerts.responders.forms import InviteForm, RoleForm

log = logging.getLogger(__name__)


@require_GET
@staff_may("coordinate")
def people(request: HttpRequest) -> HttpResponse:
    """Show the staff, open invitations and how many responders there are."""
    return show_people(request, InviteForm())


def show_people(request: HttpRequest, form: InviteForm) -> HttpResponse:
    staff = Person.objects.prefetch_related("accounts").order_by("-is_active", "created_at")
    context = {
        "people": staff,
        "me": person_of(request),
        "roles": Person.Role.choices,
        "invitations": Invitation.objects.open(now=timezone.now()).order_by("expires_at"),
        "responders": Responder.objects.reachable().count(),
        "form": form,
    }
    return render(request, "responders/people.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_may("coordinate")
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation and show its link, the only time anybody sees it."""
    if request.method != "POST":
        return redirect("people")
    form = InviteForm(request.POST)
    if not form.is_valid():
        return show_people(request, form)
    by = person_of(request)
    secret = staffing.invite(**form.cleaned_data, by=by)
    log.info("person %s invited somebody as %s", by.pk, form.cleaned_data["role"])
    link = settings.PUBLIC_URL + reverse("invited", args=[secret])
    context = {"name": form.cleaned_data["name"], "link": link, "qr": qr_of(link)}
    return render(request, "responders/invitation.html", context)


def qr_of(link: str) -> str:
    """Return a QR code of our own link as inline SVG."""
    svg = segno.make(link, error="m").svg_inline(scale=4, border=2)
    return mark_safe(svg)  # noqa: S308 - made by segno: paths and numbers, no text of anybody


@require_POST
@staff_may("coordinate")
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back an invitation nobody accepted yet."""
    if Invitation.objects.filter(pk=pk, used_at=None).delete()[0]:
        messages.success(request, _("The invitation is withdrawn: its link is dead."))
    else:
        messages.info(request, _("This invitation was accepted or withdrawn already."))
    return redirect("people")


@require_POST
@staff_may("coordinate")
def deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shut somebody out at once."""
    person = get_object_or_404(Person, pk=pk)
    try:
        staffing.deactivate(person)
    except staffing.LastCoordinator:
        return refuse_last_coordinator(request)
    log.warning("person %s deactivated person %s", person_of(request).pk, person.pk)
    said = _("%(name)s is signed out everywhere and cannot sign in.") % {"name": person}
    messages.success(request, said)
    return redirect("people")


@require_POST
@staff_may("coordinate")
def reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let somebody sign in again."""
    person = get_object_or_404(Person, pk=pk)
    staffing.reactivate(person)
    log.warning("person %s reactivated person %s", person_of(request).pk, person.pk)
    messages.success(request, _("%(name)s can sign in again.") % {"name": person})
    return redirect("people")


@require_POST
@staff_may("coordinate")
def change_role(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give somebody another role, from the next click on."""
    person = get_object_or_404(Person, pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("There is no such role."))
        return redirect("people")
    try:
        staffing.change_role(person, form.cleaned_data["role"])
    except staffing.LastCoordinator:
        return refuse_last_coordinator(request)
    log.warning("person %s made person %s %s", person_of(request).pk, person.pk, person.role)
    facts = {"name": person, "role": person.get_role_display()}
    messages.success(request, _("%(name)s is now: %(role)s.") % facts)
    return redirect("people")


def refuse_last_coordinator(request: HttpRequest) -> HttpResponse:
    messages.warning(
        request, _("This is the last coordinator. Make somebody else a coordinator first.")
    )
    return redirect("people")

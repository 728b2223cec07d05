"""The guard's pages: accepting an invitation, and the kill switch."""

import logging
from http import HTTPStatus

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import activate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from alerts.guard import staffing
from alerts.guard.adapters import speak
from alerts.guard.forms import AcceptForm
from alerts.guard.permissions import person_of, staff_may
from alerts.models import Delivery, Invitation, Message, Network, OutboundStatus

log = logging.getLogger(__name__)

MOST_CHARACTERS = 80
"""Of a reason to stop; the column's length."""


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """Let the holder of an invitation link choose how to sign in, once."""
    invitation = staffing.open_invitation(secret, now=timezone.now())
    if invitation is None:
        return invitation_is_spent(request)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        activate(invitation.language)
    form = AcceptForm(request.POST or None)
    if form.is_valid():
        try:
            return welcome(request, secret, form)
        except staffing.InvitationUsed:
            return invitation_is_spent(request)
        except staffing.UsernameTaken:
            form.add_error("username", _("Somebody has this name already. Please choose another."))
    return show_invitation(request, invitation, form)


def welcome(request: HttpRequest, secret: str, form: AcceptForm) -> HttpResponse:
    """Make the account, sign it in and go on to its second factor."""
    password = form.cleaned_data["password"] or None
    user = staffing.accept(secret, username=form.cleaned_data["username"], password=password)
    log.info("person %s accepted an invitation", user.person_id)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    # The link proved who they are: the pages that add a factor need not ask again.
    record_authentication(request, user, method="invitation", reauthenticated=True)
    response = redirect("mfa_index" if password else "mfa_add_webauthn")
    speak(response, user.person.language)
    return response


def show_invitation(request: HttpRequest, invitation: Invitation, form: AcceptForm) -> HttpResponse:
    context = {"invitation": invitation, "form": form}
    return render(request, "guard/invited.html", context)


def invitation_is_spent(request: HttpRequest) -> HttpResponse:
    return render(request, "guard/invitation_spent.html", status=HTTPStatus.NOT_FOUND)


@require_http_methods(["GET", "POST"])
@staff_may("read")
def stop_all(request: HttpRequest) -> HttpResponse:
    """Show the kill switch; a POST stops every text now, and takes one person."""
    network = Network.objects.current()
    if request.method == "POST":
        return stop_now(request, network)
    waiting = {
        "deliveries": Delivery.objects.filter(status=OutboundStatus.QUEUED).count(),
        "other": Message.objects.filter(status=OutboundStatus.QUEUED).count(),
    }
    may_resume = person_of(request).may("coordinate")
    return render(request, "guard/stop.html", {"waiting": waiting, "may_resume": may_resume})


def stop_now(request: HttpRequest, network: Network) -> HttpResponse:
    person = person_of(request)
    # No reason is so long or strange that it keeps anybody from stopping.
    why = "".join(filter(str.isprintable, request.POST.get("why", "")))[:MOST_CHARACTERS]
    if network.is_stopped:
        messages.info(request, _("Sending was stopped already."))
    else:
        network.stop_sending(by=person, why=why)
        log.warning("person %s stopped all sending", person.pk)
        messages.success(request, _("Stopped. No text leaves until a coordinator resumes."))
    return redirect("stop-all")


@require_POST
@staff_may("coordinate")
def resume(request: HttpRequest) -> HttpResponse:
    """Let texts leave again: louder, so it takes a coordinator who says so on purpose."""
    network = Network.objects.current()
    if request.POST.get("sure") != "yes":
        messages.warning(request, _("Please tick the box first: texts will leave at once."))
    elif network.is_stopped:
        network.resume_sending()
        log.warning("person %s resumed sending", person_of(request).pk)
        messages.success(request, _("Texts leave again."))
    return redirect("stop-all")

"""No staff page without a second factor: allauth offers one, but does not insist."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

STAFF_PATHS = ("/desk/", "/coordinate/")


class SecondFactorMiddleware:
    """Sends staff without a passkey or a TOTP app to enrol before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(STAFF_PATHS) or not request.user.is_authenticated:
            return self.get_response(request)
        if is_mfa_enabled(request.user):
            return self.get_response(request)
        messages.info(request, _("Add a passkey or an authenticator app first. It takes a minute."))
        return redirect("mfa_index")

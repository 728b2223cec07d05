"""No staff page without a second factor: allauth offers one, but does not insist."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from alerts.models import User

STAFF_PATHS = ("/desk/", "/coordinate/")


def is_enrolled(request: HttpRequest) -> bool:
    """Say whether the signed-in person has a passkey or an authenticator app; one query."""
    if not isinstance(request.user, User):
        return False
    if not hasattr(request, "_is_enrolled"):
        # Recovery codes alone are no second factor: allauth would count them.
        factors = Authenticator.objects.filter(
            user=request.user, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        )
        request._is_enrolled = factors.exists()  # type: ignore[attr-defined]
    return bool(request._is_enrolled)  # type: ignore[attr-defined]


class SecondFactorMiddleware:
    """Sends staff without a passkey or a TOTP app to enrol before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(STAFF_PATHS) or not request.user.is_authenticated:
            return self.get_response(request)
        if is_enrolled(request):
            return self.get_response(request)
        messages.info(request, _("Add a passkey or an authenticator app first. It takes a minute."))
        return redirect("mfa_index")

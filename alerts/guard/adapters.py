"""allauth, as we use it: nobody signs up by themselves, and factors are sealed at rest."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from alerts.guard.limits import source_of
from alerts.models import Network, User
from alerts.models.fields import seal, unseal

FACTOR = "mfa_authenticator.secret"


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Accounts come from invitations and `manage.py create_coordinator` only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return source_of(request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Ask for the passkey first where there is one: nobody can be tricked out of it."""
        methods = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: method["id"] != "mfa_reauthenticate:webauthn")

    def pre_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse | None:
        """Keep out accounts of persons who are no longer active, by any way of signing in."""
        if not user.person.is_active:
            clear_login(request)
            refusal: HttpResponse = self.respond_user_inactive(request, user)
            return refusal
        response: HttpResponse | None = super().pre_login(request, user, **how)
        return response

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        """Go on in the person's own language, unless this browser chose one."""
        response: HttpResponse = super().post_login(request, user, **how)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            speak(response, user.person.language)
        return response


class SealedFactorAdapter(DefaultMFAAdapter):
    """Keeps TOTP secrets and recovery seeds sealed: allauth stores them in clear by default."""

    def encrypt(self, text: str) -> str:
        return seal(text.encode(), where=FACTOR).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(bytes.fromhex(encrypted_text), where=FACTOR).decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """Return the name a new passkey has until its owner gives it another."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def _get_site_name(self) -> str:
        # What an authenticator app and a passkey prompt show.
        return Network.objects.current().short_name_in("en")


def speak(response: HttpResponse, language: str) -> None:
    """Keep `language` as this browser's choice."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

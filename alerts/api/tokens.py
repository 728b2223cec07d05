"""Who knocks at the API, and what their key may open."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from alerts.models import ApiToken, User

RELEASE_LIFE = timedelta(hours=12)
"""A key that can write to many people does not outlive a shift."""


class LifeTooLong(ValueError):
    """A key with the scope `release` was asked to live longer than RELEASE_LIFE."""


def grant(user: User, *, scopes: Iterable[str], life: timedelta) -> str:
    """Create a key of `user` and return its secret, which is not kept.

    Raise LifeTooLong, or ValueError for a scope that does not exist.
    """
    wanted = sorted(set(scopes))
    if unknown := set(wanted) - set(ApiToken.SCOPES):
        raise ValueError(f"no such scope: {', '.join(sorted(unknown))}")
    if "release" in wanted and life > RELEASE_LIFE:
        raise LifeTooLong("a key that may release lives 12 hours at most")
    _row, secret = ApiToken.objects.create(user, expiry=life, scopes=wanted)
    return str(secret)


class KeyAuthentication(TokenAuthentication):
    """`Authorization: Token …`; anything that cannot be a key is answered 401."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        # knox decodes before it looks, and would answer 500 to bytes that are no text.
        if not token.isalnum():
            raise AuthenticationFailed(_("Invalid token."))
        user, key = super().authenticate_credentials(token)
        if not user.person.is_active:
            raise AuthenticationFailed(_("This account is closed."))
        return user, key


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """What the schema says about our keys."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token …` from `manage.py create_token`, with scopes and an end.",
        }

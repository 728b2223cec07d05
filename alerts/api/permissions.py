"""Which scope opens which door, and who stands there."""

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from alerts.models import ApiToken, Person, User


def may(right: str) -> type[BasePermission]:
    """Return the permission of a door that asks for the scope `right`."""

    class KeyMay(BasePermission):
        message = _("This key has not the scope “%(scope)s”.") % {"scope": right}

        def has_permission(self, request: Request, view: APIView) -> bool:
            return isinstance(request.auth, ApiToken) and request.auth.may(right)

    return KeyMay


def person_behind(request: Request) -> Person:
    """Return the member of the staff whose key opened the door."""
    assert isinstance(request.user, User)  # noqa: S101 - permissions let nobody else in
    return request.user.person

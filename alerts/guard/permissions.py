"""Who may do what, asked once at the door of a view."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from alerts.models import Person, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def person_of(request: HttpRequest) -> Person:
    """Return the member of the staff behind a signed-in request; raise PermissionDenied."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user.person


def staff_may(right: str) -> Callable[[View[P]], View[P]]:
    """Let in signed-in staff whose role holds `right`; others sign in or get 403.

    The second factor is asked for before, by SecondFactorMiddleware.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not (isinstance(request.user, User) and request.user.may(right)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate

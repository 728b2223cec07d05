"""A session ends after half an hour without a hand on it, and after twelve hours anyway."""

import time
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts.models import User

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
BEGAN, TOUCHED = "began_at", "touched_at"
NOTE_EVERY_SECONDS = 60
DESK = "/desk/"


class SessionLimitsMiddleware:
    """Signs out who was idle for 30 minutes or signed in for 12 hours.

    What a page fetches by itself is no hand on the keyboard: only whole pages and forms count.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_fragment = request.headers.get("HX-Request") == "true"
        response = self._answer(request, by_hand=not is_fragment or request.method != "GET")
        return leave_fragment(request, response) if is_fragment else response

    def _answer(self, request: HttpRequest, *, by_hand: bool) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if is_over(request.session):
            logout(request)
            messages.info(request, _("You were signed out to be safe. Please sign in again."))
            return redirect_to_login(request.get_full_path() if request.method == "GET" else DESK)
        if by_hand:
            touch(request.session)
        return self.get_response(request)


def is_over(session: SessionBase | dict[str, Any]) -> bool:
    """Say whether a session was idle or lasted too long."""
    now = time.time()
    idle, whole = now - session.get(TOUCHED, now), now - session.get(BEGAN, now)
    return bool(idle > IDLE.total_seconds() or whole > LONGEST.total_seconds())


def touch(session: SessionBase) -> None:
    """Note that somebody is at the keyboard; writes at most once a minute."""
    now = time.time()
    session.setdefault(BEGAN, now)
    if now - session.get(TOUCHED, 0) > NOTE_EVERY_SECONDS:
        session[TOUCHED] = now


def leave_fragment(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Turn a redirect to the sign-in into one that htmx follows with the whole page.

    A refused act would change nothing on the page: the whole page then says what is refused.
    """
    if response.status_code == HTTPStatus.FORBIDDEN and request.method != "GET":
        response.headers["HX-Refresh"] = "true"
        return response
    goes_to = response.headers.get("Location", "").partition("?")[0]
    if response.status_code != HTTPStatus.FOUND or not goes_to.startswith("/account/"):
        return response
    back = urlsplit(request.headers.get("HX-Current-URL", "")).path or DESK
    whole = HttpResponse(headers={"HX-Redirect": f"{goes_to}?{urlencode({'next': back})}"})
    whole.cookies = response.cookies
    return whole


def still_open(keys: Collection[str]) -> set[str]:
    """Return those of these sessions whose owners may still read what comes in; two queries."""
    sessions = {
        row.pk: row.get_decoded()
        for row in Session.objects.filter(pk__in=keys, expire_date__gt=timezone.now())
    }
    owners = {str(data["_auth_user_id"]) for data in sessions.values() if "_auth_user_id" in data}
    users = User.objects.select_related("person").filter(pk__in=owners)
    readers = {str(user.pk) for user in users if user.may("read")}
    return {
        key
        for key, data in sessions.items()
        if data.get("_auth_user_id") in readers and not is_over(data)
    }


def end_sessions(users: Iterable[User]) -> None:
    """Sign these accounts out everywhere. Only staff have sessions, so there are few."""
    keys = {str(user.pk) for user in users}
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get("_auth_user_id") in keys:
            session.delete()

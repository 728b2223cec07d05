"""Every refusal of the house as an answer: what happened, and what to do next."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler

from alerts.dispatch.drafting import (
    KindNotAllowed,
    NotLocated,
    NothingToFollow,
    NotVerified,
    TextFails,
    WordsNotAllowed,
)
from alerts.dispatch.releasing import (
    AlreadyReleased,
    PlaceDoesNotMatch,
    SamePerson,
    Superseded,
)
from alerts.models import AlreadyClaimed, AlreadyJudged, WrongState
from alerts.triage.judging import EvidenceMissing

CONFLICTS: tuple[type[Exception], ...] = (
    AlreadyClaimed,
    AlreadyJudged,
    AlreadyReleased,
    NotVerified,
    SamePerson,
    Superseded,
    WrongState,
)
MISTAKES: tuple[type[Exception], ...] = (
    EvidenceMissing,
    KindNotAllowed,
    NotLocated,
    NothingToFollow,
    PlaceDoesNotMatch,
    TextFails,
    WordsNotAllowed,
)


def sentences() -> dict[type[Exception], str]:
    """Return what a person reads about each refusal that has no words of its own."""
    return {
        AlreadyClaimed: _("Somebody else holds this incident."),
        AlreadyJudged: _("Somebody judged this incident just before you."),
        AlreadyReleased: _("This alert has been released already."),
        NotVerified: _("The incident is not verified: nothing may be sent about it."),
        SamePerson: _("A second person has to release this: you drafted or asked for it."),
        Superseded: _("The incident was judged otherwise or merged since this was drafted."),
        WrongState: _("This is no longer possible: somebody changed it before you."),
        NotLocated: _("Set the place of the incident first."),
        NothingToFollow: _("There is no alert about this incident that anybody got."),
        PlaceDoesNotMatch: _("Type the name of the place as the alert says it."),
    }


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer 409 to a conflict, 400 to a mistake, and leave the rest to REST framework."""
    if isinstance(error, CONFLICTS):
        return Response({"detail": sentence(error)}, status=HTTPStatus.CONFLICT)
    if isinstance(error, MISTAKES):
        return Response({"detail": sentence(error)}, status=HTTPStatus.BAD_REQUEST)
    return exception_handler(error, context)


def sentence(error: Exception) -> str:
    """Return what happened and what to do, most fitting class first."""
    known = sentences()
    return next((known[kind] for kind in type(error).__mro__ if kind in known), str(error))

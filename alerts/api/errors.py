"""Every refusal of the house as an answer: what happened, and what to do next."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler

from alerts.dispatch.refusals import (
    AlreadyReleased,
    NotVerified,
    Refusal,
    SamePerson,
    Superseded,
)
from alerts.models import AlreadyClaimed, AlreadyJudged, WrongState
from alerts.triage.evidence import EvidenceMissing

CONFLICTS = (AlreadyReleased, NotVerified, SamePerson, Superseded, AlreadyClaimed, WrongState)
MISTAKES = (Refusal, EvidenceMissing)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer 409 to a conflict, 400 to a mistake, and leave the rest to REST framework."""
    if isinstance(error, CONFLICTS):
        return Response({"detail": sentence(error)}, status=HTTPStatus.CONFLICT)
    if isinstance(error, MISTAKES):
        return Response({"detail": sentence(error)}, status=HTTPStatus.BAD_REQUEST)
    return exception_handler(error, context)


def sentence(error: Exception) -> str:
    """Return what happened and what to do; the models' own refusals name rows, not reasons."""
    match error:
        case AlreadyJudged():
            return _("Somebody judged this incident just before you.")
        case AlreadyClaimed():
            return _("Somebody else holds this incident.")
        case WrongState():
            return _("This is no longer possible: somebody changed it before you.")
        case EvidenceMissing():
            return " ".join(error.sentences)
        case _:
            return str(error)

"""Scouts: send them, and stand them down."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from alerts.dispatch.refusals import Refusal
from alerts.guard.permissions import person_of, staff_may
from alerts.triage import scouting
from alerts.triage.views.answers import done, incident_of


@require_POST
@staff_may("judge")
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask the nearest scouts to look."""
    found = incident_of(pk)
    try:
        alert = scouting.send_scouts(found, by=person_of(request))
    except Refusal as err:
        messages.warning(request, str(err))
        return done(request, found)
    words = ngettext("%(count)s scout was asked.", "%(count)s scouts were asked.", alert.audience)
    messages.success(request, words % {"count": alert.audience})
    return done(request, found)


@require_POST
@staff_may("judge")
def stand_down(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell the scouts who were asked not to go."""
    found = incident_of(pk)
    count = scouting.stand_down(found, by=person_of(request))
    if count:
        words = ngettext("%(count)s scout is told.", "%(count)s scouts are told.", count)
        messages.success(request, words % {"count": count})
    else:
        messages.info(request, _("Nobody is left to tell."))
    return done(request, found)

"""One incident: look, claim, say where and what, put together and take apart."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from alerts.guard.permissions import person_of, staff_may
from alerts.models import AlreadyClaimed, Event, Incident, Person, WrongState
from alerts.triage import holding, merging, placing
from alerts.triage.forms import PlaceForm, SaluteForm
from alerts.triage.judging import end, keep_salute, reopen
from alerts.triage.views.answers import (
    done,
    incident_of,
    parts,
    report_of,
    say_who_holds_it,
    whole_page,
)

CANNOT_MERGE = {
    "same": gettext_lazy("That is the same incident."),
    "closed": gettext_lazy("Only open incidents can be merged."),
    "verified": gettext_lazy(
        "A verified incident cannot go into one that is not. Merge the other way."
    ),
}


@require_GET
@staff_may("read")
def incident(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the incident beside the queue."""
    return whole_page(request, incident_of(pk))


@require_GET
@staff_may("read")
def live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what may have changed; 204 when nothing did since the event `since`."""
    found = incident_of(pk)
    newest = found.events.order_by("-at").values_list("pk", flat=True).first()
    if newest is not None and str(newest) == request.GET.get("since"):
        return HttpResponse(status=204)
    return parts(request, found, says=False)


# -- Claims ----------------------------------------------------------------------------
@require_POST
@staff_may("judge")
def claim(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hold the incident for five minutes; `take_over` takes it from its holder."""
    found = incident_of(pk)
    take_over = request.POST.get("take_over") == "yes"
    try:
        holding.claim(found, by=person_of(request), take_over=take_over)
    except AlreadyClaimed:
        say_who_holds_it(request, found)
    return done(request, found)


@require_POST
@staff_may("judge")
def let_go(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the claim up."""
    found = incident_of(pk)
    holding.let_go(found, by=person_of(request))
    return done(request, found)


@require_POST
@staff_may("judge")
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a held incident to a colleague."""
    found = incident_of(pk)
    key = uuid_or_none(request.POST.get("to"))
    to = Person.objects.filter(is_active=True, pk=key).first() if key else None
    if to is None:
        messages.warning(request, _("Choose a colleague."))
        return done(request, found)
    try:
        holding.hand_over(found, by=person_of(request), to=to)
        messages.success(request, _("%(name)s holds it now.") % {"name": to.name})
    except AlreadyClaimed:
        say_who_holds_it(request, found)
    return done(request, found)


# -- Where and what --------------------------------------------------------------------
@require_POST
@staff_may("judge")
def place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the incident at typed words, one of their readings, or a pin."""
    found, person = incident_of(pk), person_of(request)
    if is_held_by_another(request, found):
        return done(request, found)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Type a place, or put the pin on the map."))
        return done(request, found)
    try:
        placing.place_as_told(found, by=person, **form.cleaned_data)
        messages.success(request, _("Place set: %(place)s.") % {"place": found.place_label})
    except placing.SeveralPlaces:
        return done(request, found, typed=form.cleaned_data["place"])
    except placing.NoSuchPlace:
        messages.warning(
            request, _("No place of that name here. Try two crossing streets, or the pin.")
        )
    return done(request, found)


@require_POST
@staff_may("judge")
def describe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the six lines of the description."""
    found = incident_of(pk)
    if is_held_by_another(request, found):
        return done(request, found)
    form = SaluteForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("One of the lines is too long."))
    elif keep_salute(found, form.cleaned_data):
        Event.objects.note(found, Event.What.DESCRIBED, by=person_of(request))
        messages.success(request, _("Description kept."))
    return done(request, found)


# -- Together and apart ----------------------------------------------------------------
@require_POST
@staff_may("judge")
def merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move everything of this incident into another."""
    found = incident_of(pk)
    key = uuid_or_none(request.POST.get("into"))
    into = Incident.objects.filter(pk=key).first() if key else None
    if into is None:
        messages.warning(request, _("Choose the incident it belongs to."))
        return done(request, found)
    try:
        merging.merge(found, into=into, by=person_of(request))
        messages.success(request, _("Merged. Nothing is lost: it can be taken apart again."))
    except merging.CannotMerge as err:
        messages.warning(request, CANNOT_MERGE[str(err)])
    except AlreadyClaimed:
        say_who_holds_it(request, found)
    except WrongState:
        messages.warning(request, _("Somebody merged this incident just before you."))
    return done(request, found)


@require_POST
@staff_may("judge")
def take_apart(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo a merge."""
    found = incident_of(pk)
    try:
        merging.take_apart(found, by=person_of(request))
        messages.success(request, _("Taken apart. Its reports are back."))
    except WrongState:
        messages.warning(request, _("This incident is not merged into another."))
    return done(request, found)


@require_POST
@staff_may("judge")
def split(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give one report an incident of its own."""
    report, found = report_of(pk)
    try:
        merging.split(report, by=person_of(request))
        messages.success(
            request, _("The report stands in an incident of its own now, in the queue.")
        )
    except merging.NothingToSplit:
        messages.info(request, _("It is the only report here: there is nothing to split off."))
    return done(request, found)


# -- After the judgement ---------------------------------------------------------------
@require_POST
@staff_may("judge")
def open_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Check a judged incident again."""
    found = incident_of(pk)
    try:
        reopen(found, by=person_of(request))
        holding.claim(found, by=person_of(request))
    except WrongState:
        messages.warning(request, _("Only “not them” and “cannot tell” can be checked again."))
    return done(request, found)


@require_POST
@staff_may("judge")
def over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that what was verified is over."""
    found = incident_of(pk)
    try:
        end(found, by=person_of(request))
    except WrongState:
        messages.warning(request, _("Only a verified incident can be over."))
    return done(request, found)


def is_held_by_another(request: HttpRequest, found: Incident) -> bool:
    """Say whether a colleague's live claim keeps this person out, and tell them."""
    holder = found.holder_at(timezone.now())
    if holder is None or holder == person_of(request):
        return False
    say_who_holds_it(request, found)
    return True


def uuid_or_none(value: object) -> UUID | None:
    """Return the id behind typed or posted characters, None for anything else."""
    try:
        return UUID(str(value))
    except ValueError:
        return None

"""The roster of the week, and the note for the next shift."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from alerts.guard.permissions import person_of, staff_may
from alerts.models import HandOver, Network, Person, Shift
from alerts.triage import shifts as roster


class ShiftForm(forms.Form):
    """A day, two times, and whose shift it is."""

    person = forms.ModelChoiceField(
        Person.objects.filter(is_active=True).order_by("created_at"), label=gettext_lazy("Who")
    )
    # A date field of a browser takes ISO 8601 only, whatever the language of the page.
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    begins = forms.TimeField(
        label=gettext_lazy("From"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    ends = forms.TimeField(
        label=gettext_lazy("Until"), widget=forms.TimeInput(attrs={"type": "time"})
    )


@require_http_methods(["GET", "POST"])
@staff_may("read")
def shifts(request: HttpRequest) -> HttpResponse:
    """Show the week; a POST adds a shift: one's own, or a coordinator anybody's."""
    network = Network.objects.current()
    person, now = person_of(request), timezone.now()
    form = ShiftForm(request.POST or None, initial={"person": person, "day": network.local(now)})
    if request.method == "POST" and form.is_valid() and _add(request, form, person, network):
        return redirect("shifts")
    context = {
        "form": form,
        "week": roster.week(now, network=network),
        "now": now,
        "network": network,
        "me": person,
        "people": Person.objects.filter(is_active=True).order_by("created_at"),
        "notes": HandOver.objects.select_related("by").order_by("-at")[:5],
    }
    return render(request, "triage/shifts.html", context)


def _add(request: HttpRequest, form: ShiftForm, person: Person, network: Network) -> bool:
    given = form.cleaned_data
    if given["person"] != person and not person.may("coordinate"):
        form.add_error("person", _("Only a coordinator writes down somebody else's shift."))
        return False
    try:
        roster.add(
            given["person"],
            day=given["day"],
            begins=given["begins"],
            ends=given["ends"],
            network=network,
        )
    except roster.CannotTakeShift:
        form.add_error(
            None,
            _("At most 16 hours, and not while the same person has another shift."),
        )
        return False
    messages.success(request, _("On the roster."))
    return True


@require_POST
@staff_may("read")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a shift over, or take one's own (a coordinator: any) off the roster."""
    shift = get_object_or_404(Shift.objects.select_related("person"), pk=pk)
    person, now = person_of(request), timezone.now()
    if request.POST.get("act") == "take":
        _take(request, shift, person, now)
    elif shift.person == person or person.may("coordinate"):
        shift.delete()
        messages.success(request, _("Off the roster."))
    else:
        messages.warning(request, _("Only a coordinator takes somebody else's shift away."))
    return redirect("shifts")


def _take(request: HttpRequest, shift: Shift, person: Person, now: datetime) -> None:
    try:
        roster.swap(shift, to=person, now=now)
        messages.success(request, _("The shift is yours now."))
    except roster.CannotTakeShift:
        messages.warning(request, _("It is over, or you have a shift at that time already."))


@require_POST
@staff_may("judge")
def leave_note(request: HttpRequest) -> HttpResponse:
    """Leave a note for the next shift."""
    body = request.POST.get("body", "")
    if body.strip():
        roster.leave_note(body, by=person_of(request))
        messages.success(request, _("The next shift will see it."))
    return redirect("shifts")

"""What coordinators type about staff and responders."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.models import Area, Consent, Person
from alerts.places import choices, needs_question, resolve
from alerts.responders.numbers import NotAPhoneNumber, parse_number
from alerts.responders.zones import cells_around, cells_of_areas


class InviteForm(forms.Form):
    """Somebody who shall join the staff."""

    name = forms.CharField(
        label=gettext_lazy("What colleagues call them"),
        help_text=gettext_lazy("A pseudonym is fine. It is shown beside what they do."),
        max_length=60,
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Person.Role.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


class RoleForm(forms.Form):
    """Another role for a member of the staff."""

    role = forms.ChoiceField(choices=Person.Role.choices)


class ResponderForm(forms.Form):
    """A neighbour who asked to be texted, with the evidence."""

    number = forms.CharField(
        label=gettext_lazy("Phone number"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "class": "short"}),
    )
    handle = forms.CharField(
        label=gettext_lazy("What colleagues call them"),
        help_text=gettext_lazy("Never a full name."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the texts"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )
    areas = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Neighbourhoods where they want to be asked"),
        queryset=Area.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    place = forms.CharField(
        label=gettext_lazy("Or around a place"),
        help_text=gettext_lazy(
            "A corner, a shop, a school: about 1.5 km around it. Not their home address: "
            "only the neighbourhood is kept."
        ),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_scout = forms.BooleanField(
        label=gettext_lazy("Trained to go and look before an alert (scout)"), required=False
    )
    may_be_woken = forms.BooleanField(
        label=gettext_lazy("Agreed to texts at night, from 22:00 to 7:00"), required=False
    )
    is_drill_volunteer = forms.BooleanField(
        label=gettext_lazy("Takes part in drills"), required=False
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How they agreed"),
        # The other ways are confirmed by a text from their own phone.
        choices=[
            (method.value, method.label) for method in (Consent.Method.PAPER, Consent.Method.SPOKEN)
        ],
        widget=forms.RadioSelect,
    )
    given_on = forms.DateField(
        label=gettext_lazy("When"),
        # A date field of a browser takes ISO 8601 only, whatever the language of the page.
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Where, and before whom"),
        help_text=gettext_lazy("Such as: training at the library, before Ana; paper no. 12."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("They read or heard these words in their language and agreed.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["areas"]
        areas.queryset = Area.objects.filter(is_ours=True, cells__isnull=False).distinct()
        areas.queryset = areas.queryset.order_by("name")

    def clean_number(self) -> str:
        try:
            return parse_number(self.cleaned_data["number"])
        except NotAPhoneNumber as err:
            raise ValidationError(
                _("This is no phone number. Please type it with its area code.")
            ) from err

    def clean_given_on(self) -> Any:
        given_on = self.cleaned_data["given_on"]
        # A day in Los Angeles may already be over in UTC, never the other way round.
        if given_on > timezone.now().date():
            raise ValidationError(_("This day has not come yet."))
        return given_on

    def clean_place(self) -> set[int]:
        """Return the cells around the place, an empty set for none."""
        words = self.cleaned_data["place"]
        if not words:
            return set()
        found = resolve(words)
        if not found or needs_question(found):
            raise ValidationError(which_place([place.label for place in choices(found)]))
        return cells_around(found[0].lat, found[0].lon)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "place" in data and "areas" in data:
            data["cells"] = data["place"] | cells_of_areas(data["areas"])
            if not data["cells"]:
                self.add_error("areas", _("Choose at least one neighbourhood or name a place."))
        return data


def which_place(labels: list[str]) -> str:
    """Return what to tell somebody whose place is not clear."""
    if not labels:
        return _("We do not know this place. Try the next crossing.")
    return _("Which one? Please write it in full: %(places)s.") % {"places": "; ".join(labels)}

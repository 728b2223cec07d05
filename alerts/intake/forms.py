"""What a neighbour is asked on the web: only what is happening and where have to be filled in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.intake.cleaning import LONGEST, clean
from alerts.intake.locating import is_on_earth, places_in
from alerts.intake.receiving import PLACE_CHARACTERS, SALUTE_CHARACTERS

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class CleanField(forms.CharField):
    """Text without the characters that a page or a database trips over."""

    def to_python(self, value: Any) -> str:
        # Room for a sentence about the length: cutting silently would lose a neighbour's words.
        return clean(str(super().to_python(value)), most=2 * LONGEST)


def short(label: Any, *, help_text: Any = "") -> CleanField:
    """Return a field for a few words that may stay empty."""
    return CleanField(
        label=label, help_text=help_text, required=False, max_length=SALUTE_CHARACTERS
    )


def yes_or_no(label: Any) -> forms.ChoiceField:
    """Return a question that may stay unanswered."""
    return forms.ChoiceField(label=label, choices=YES_NO, required=False, widget=forms.RadioSelect)


class ReportForm(forms.Form):
    """One report. SALUTE is asked in plain words, and none of it has to be known."""

    text = CleanField(
        label=_("What is happening?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        error_messages={"required": _("Please write what is happening.")},
    )
    place = CleanField(
        label=_("Where?"),
        help_text=_("The nearest corner, an address, or the name of a shop, school or station."),
        required=False,
        max_length=PLACE_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    saw_it = yes_or_no(_("Did you see it yourself?"))
    still_going = yes_or_no(_("Is it still going on?"))
    size = short(_("How many people?"))
    activity = short(_("What are they doing?"))
    location = short(_("Where exactly: which side, entrance or floor?"))
    unit = short(_("What does it say on their clothes or cars?"))
    time = short(_("When did you see it?"))
    equipment = short(_("Which cars or equipment do they have?"))
    # Only programs fill this in: it is out of sight and has no label a person would read.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1"}))
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    SALUTE = ("size", "activity", "location", "unit", "time", "equipment")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        lat, lon = values.get("lat"), values.get("lon")
        if (lat is not None or lon is not None) and not is_on_earth(lat, lon):
            self.add_error(None, _("That location is not on the map. Please write where it is."))
        elif lat is None and "place" not in self.errors and not self.names_place(values):
            self.add_error("place", _("Please write where it is, or use your location."))
        return values

    def names_place(self, values: dict[str, Any]) -> bool:
        """Say whether the form says where, be it only in the words about what is happening."""
        return bool(values.get("place") or places_in(values.get("text", "")))

    @property
    def salute(self) -> dict[str, str]:
        """What was answered of SALUTE, by the names an incident uses."""
        return {name: self.cleaned_data[name] for name in self.SALUTE if self.cleaned_data[name]}

    def salute_fields(self) -> list[forms.BoundField]:
        """Return the questions that are folded away at first."""
        return [self[name] for name in self.SALUTE]


class AdditionForm(forms.Form):
    """What a reporter adds on their receipt page: words, photos or both."""

    text = CleanField(
        label=_("Anything new, or an answer to our question"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput)

"""What the desk types, cleaned."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.models import Incident, Verification, WhatItWas
from alerts.triage.evidence import Evidence
from alerts.triage.judging import OUTCOMES
from alerts.triage.threads import MOST_CHARACTERS, QUESTIONS

LINE = 200
NOTE = 1_000


class PlaceForm(forms.Form):
    """Words, one of their readings by its number, or a point."""

    place = forms.CharField(required=False, max_length=LINE)
    choice = forms.IntegerField(required=False, min_value=0, max_value=9)
    reading = forms.CharField(required=False, max_length=LINE)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        has_pin = given.get("lat") is not None and given.get("lon") is not None
        if not (has_pin or given.get("place") or given.get("reading")):
            raise forms.ValidationError(_("Type a place, or put the pin on the map."))
        return given


class SaluteForm(forms.Form):
    """Six lines, none of them required."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in Incident.SALUTE:
            self.fields[name] = forms.CharField(required=False, max_length=LINE)


class JudgementForm(SaluteForm):
    """A judgement with its evidence; what it needs is decided in judging."""

    outcome = forms.ChoiceField(choices=[(one, one) for one in OUTCOMES])
    what_it_was = forms.ChoiceField(choices=[("", ""), *WhatItWas.choices], required=False)
    seen_by = forms.ChoiceField(choices=[("", ""), *Verification.SeenBy.choices], required=False)
    agency_by = forms.CharField(required=False, max_length=NOTE)
    not_seen = forms.CharField(required=False, max_length=NOTE)
    note = forms.CharField(required=False, max_length=NOTE)

    @property
    def evidence(self) -> Evidence:
        """Return the evidence as judging takes it."""
        given = self.cleaned_data
        return Evidence(
            seen_by=given["seen_by"],
            agency_by=given["agency_by"],
            not_seen=given["not_seen"],
            note=given["note"],
        )

    @property
    def salute(self) -> dict[str, str]:
        """Return the typed lines of the description."""
        return {name: self.cleaned_data[name] for name in Incident.SALUTE}


class QuestionForm(forms.Form):
    """A canned question, or words of one's own."""

    question = forms.ChoiceField(choices=[("", ""), *QUESTIONS.items()], required=False)
    words = forms.CharField(required=False, max_length=MOST_CHARACTERS)

"""What a verifier decides about a text: how far, in waves or at once, and a few words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.dispatch.refusals import WordsNotAllowed
from alerts.dispatch.typed import checked
from alerts.models import Alert, Incident, Kind, Network, WhatItWas
from alerts.models.kinds import RULES, WORDS_MOST

RADII = (500, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000)
SCOUTS_RADIUS_M = 2_000
USUAL_M = 1_500


class DraftForm(forms.Form):
    """The fields that texts of one kind have; the others are left out."""

    mode = forms.ChoiceField(
        label=_("Who is asked"),
        choices=Alert.Mode,
        widget=forms.RadioSelect,
        initial=Alert.Mode.WAVES,
    )
    radius_m = forms.TypedChoiceField(label=_("How far around"), coerce=int)
    words = forms.CharField(
        label=_("Your own words"),
        required=False,
        max_length=WORDS_MOST,
        help_text=_(
            "At most 60 characters, sent as you type them in every language. "
            "No names, faces, plates, numbers or homes."
        ),
    )
    what_it_was = forms.ChoiceField(label=_("What it was"), choices=WhatItWas)

    def __init__(self, *args: Any, kind: str, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = int(self.initial.get("radius_m") or _usual_radius(kind, network))
        self.initial["radius_m"] = asked
        radii = sorted({*RADII, network.second_person_radius_m, asked})
        self.fields["radius_m"].choices = [  # type: ignore[attr-defined]  # a choice field
            (metres, _("%(km)g km") % {"km": metres / 1_000}) for metres in radii
        ]
        for name in self._left_out(kind):
            del self.fields[name]

    def clean_words(self) -> str:
        try:
            return checked(str(self.cleaned_data["words"]))
        except WordsNotAllowed as err:
            raise forms.ValidationError(str(err)) from err

    @staticmethod
    def _left_out(kind: str) -> list[str]:
        rule = RULES[kind]
        return [
            name
            for name, is_needed in (
                ("mode", kind == Kind.ALERT),
                ("radius_m", not rule.follows),
                ("words", rule.takes_words),
                ("what_it_was", kind == Kind.CORRECTION),
            )
            if not is_needed
        ]


def _usual_radius(kind: str, network: Network) -> int:
    return SCOUTS_RADIUS_M if kind == Kind.CHECK else min(network.second_person_radius_m, USUAL_M)


def draft_form(
    data: Any, *, kind: str, network: Network, incident: Incident, alert: Alert | None = None
) -> DraftForm:
    """Return the form for a new text of `kind`, or for changing `alert`."""
    if alert is None:
        initial: dict[str, Any] = {"what_it_was": incident.what_it_was}
    else:
        initial = {
            "mode": alert.mode,
            "radius_m": alert.radius_m,
            "words": alert.words,
            "what_it_was": alert.what_it_was,
        }
    return DraftForm(data, kind=kind, network=network, initial=initial)

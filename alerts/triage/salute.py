"""Size, activity, location, unit, time, equipment: prefilled from the reports, each with source."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.models import Incident, Network, Report

LABELS: dict[str, Promise] = {
    "size": gettext_lazy("Size"),
    "activity": gettext_lazy("Activity"),
    "location": gettext_lazy("Location"),
    "unit": gettext_lazy("Unit or uniform"),
    "time": gettext_lazy("Time"),
    "equipment": gettext_lazy("Equipment"),
}
HELP: dict[str, Promise] = {
    "size": gettext_lazy("How many agents, how many cars"),
    "activity": gettext_lazy("What they do: stopping people, waiting, going in"),
    "location": gettext_lazy("Corner, lot, entrance"),
    "unit": gettext_lazy("Words on vests and cars"),
    "time": gettext_lazy("When it was seen"),
    "equipment": gettext_lazy("Cars, shields, drones, weapons shown"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the form, with where its words come from."""

    name: str
    label: str
    help: str
    value: str
    source: str


def items(incident: Incident, reports: Sequence[Report], *, network: Network) -> list[Item]:
    """Return the six lines: what the desk typed, else what the newest report says."""
    return [_item(name, incident, reports, network) for name in Incident.SALUTE]


def _item(name: str, incident: Incident, reports: Sequence[Report], network: Network) -> Item:
    value, source = _known(name, incident, reports, network)
    return Item(name, str(LABELS[name]), str(HELP[name]), value, source)


def _known(
    name: str, incident: Incident, reports: Sequence[Report], network: Network
) -> tuple[str, str]:
    told, source = _told(name, incident, reports, network)
    typed = str(incident.salute.get(name, ""))
    # The form sends back what it was prefilled with: that stays the report's word.
    if typed and typed != told:
        return typed, _("typed at the desk")
    return told, source


def _told(
    name: str, incident: Incident, reports: Sequence[Report], network: Network
) -> tuple[str, str]:
    for report in sorted(reports, key=lambda one: one.received_at, reverse=True):
        words = str(report.salute.get(name, "")).strip()
        if words:
            at = f"{network.local(report.received_at):%H:%M}"
            return words, _("report of %(time)s") % {"time": at}
    if name == "time":
        first = min((report.received_at for report in reports), default=incident.reported_at)
        return f"{network.local(first):%H:%M}", _("first report")
    if name == "location" and incident.place_label:
        return incident.place_label, _("the place of the incident")
    return "", ""

"""An incident's timeline in words: who did what when, without a number or a neighbour's words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import Event, Incident, IncidentStatus, Network, WhatItWas

What = Event.What


@dataclass(frozen=True, slots=True)
class Entry:
    """One line."""

    at: datetime
    local: datetime
    """The same moment on the neighbourhood's clocks."""
    by: str
    words: str
    detail: str
    what: str


def entries(incident: Incident, *, network: Network) -> list[Entry]:
    """Return the timeline of `incident`, newest first: one query."""
    events = incident.events.select_related("by").order_by("-at")
    return [
        Entry(
            at=event.at,
            local=network.local(event.at),
            by=event.by.name if event.by else "",
            words=str(event.get_what_display()),
            detail=detail_of(event),
            what=event.what,
        )
        for event in events
    ]


def detail_of(event: Event) -> str:
    """Say what an event's detail means; ids and codes stay inside."""
    if event.what == What.JUDGED:
        return _judgement(event.detail)
    if event.what == What.OUTCOME:
        return _told(event.detail)
    if event.what == What.PAGED:
        who = {
            "on_shift": _("everybody on shift"),
            "next": _("the next person"),
            "coordinators": _("the coordinators"),
        }
        return who.get(event.detail, "")
    if event.what in (What.LOCATED, What.DRAFTED, What.RELEASED, What.STOPPED, What.ANSWERED):
        return str(event.detail)
    return ""


def _judgement(detail: str) -> str:
    outcome, _space, what = detail.partition(" ")
    words = str(IncidentStatus(outcome).label) if outcome in IncidentStatus.values else outcome
    return f"{words}: {WhatItWas(what).label}" if what in WhatItWas.values else words


def _told(detail: str) -> str:
    count = detail.rpartition(" ")[2]
    if not count.isdecimal():
        return ""
    number = int(count)
    return ngettext("%(count)s reporter", "%(count)s reporters", number) % {"count": number}

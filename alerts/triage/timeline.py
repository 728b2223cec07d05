"""An incident's timeline in words: who did what when, without a number or a neighbour's words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import Answer, Event, Incident, IncidentStatus, Kind, Network, WhatItWas

What = Event.What
ABOUT_ALERTS = (What.DRAFTED, What.APPROVAL_ASKED, What.RELEASED, What.STOPPED)


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
    if event.what in ABOUT_ALERTS:
        return _alert(event.detail)
    if event.what == What.ANSWERED:
        return _answer(event.detail)
    return str(event.detail) if event.what == What.LOCATED else ""


def _alert(detail: str) -> str:
    return str(Kind(detail).label) if detail in Kind.values else ""


def _answer(detail: str) -> str:
    what, _space, minutes = detail.partition(" ")
    if what not in Answer.What.values:
        return ""
    words = str(Answer.What(what).label)
    if not minutes.isdecimal():
        return words
    number = int(minutes)
    later = ngettext("in %(count)s minute", "in %(count)s minutes", number) % {"count": number}
    return f"{words}, {later}"


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

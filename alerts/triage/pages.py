"""Everything one incident's page shows, read before anything is rendered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from alerts.dispatch.progress import alerts_of
from alerts.models import (
    Alert,
    Answer,
    Event,
    Incident,
    IncidentStatus,
    Kind,
    Network,
    Person,
    Photo,
    Report,
    Verification,
    WhatItWas,
)
from alerts.places import CONFIDENT, Candidate
from alerts.triage.evidence import SeenBy, Support, support_of
from alerts.triage.importance import time_left, words_left
from alerts.triage.placing import READ_FOR_PLACE, candidates_for, candidates_of
from alerts.triage.salute import Item, items
from alerts.triage.scouting import scouts_near
from alerts.triage.suggestions import Suggestion, suggestions
from alerts.triage.threads import QUESTIONS, Line, lines_of, masked
from alerts.triage.timeline import Entry, entries

MOST_REPORTS = 50
MOST_THREADS = 12
NOTICE_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Thread:
    """One reporter whom the desk can ask."""

    report: Report
    lines: list[Line]
    masked: str


@dataclass(frozen=True, slots=True)
class Scout:
    """What one scout answered to a check."""

    answer: Answer
    words: str
    is_live: bool


class IncidentPage:
    """One incident as one member of the staff sees it; each part is read when first used."""

    def __init__(self, incident: Incident, person: Person, *, typed: str = "") -> None:
        self.incident = incident
        self.person = person
        self.typed = typed
        """A typed place that may mean several."""
        self.now: datetime = timezone.now()

    @cached_property
    def network(self) -> Network:
        return Network.objects.current()

    # -- Who holds it ---------------------------------------------------------------------
    @property
    def holder(self) -> Person | None:
        return self.incident.holder_at(self.now)

    @property
    def is_mine(self) -> bool:
        return self.holder == self.person

    @property
    def is_claimable(self) -> bool:
        return self.is_unjudged and self.holder is None

    @property
    def stage(self) -> str:
        """What the page offers: "unjudged", "verified" (may be taken back), "done"."""
        if self.is_unjudged:
            return "unjudged"
        return "verified" if self.is_verified else "done"

    @property
    def time_left(self) -> str:
        """How much of the 45 minutes is left, in words; empty once it is judged."""
        return words_left(time_left(self.incident, now=self.now)) if self.is_unjudged else ""

    @property
    def is_unjudged(self) -> bool:
        return self.incident.status in Incident.UNJUDGED

    @property
    def is_verified(self) -> bool:
        return self.incident.status == IncidentStatus.VERIFIED

    @cached_property
    def verification(self) -> Verification | None:
        found = Verification.objects.filter(incident=self.incident).select_related("by")
        return found.first() if self.is_verified else None

    @cached_property
    def correction_is_due(self) -> bool:
        """Whether people were told of something that turned out not to be them."""
        if self.incident.status != IncidentStatus.NOT_ICE:
            return False
        told = {alert.kind for alert in self.alerts if alert.released_at}
        return Kind.ALERT in told and Kind.CORRECTION not in told

    @property
    def may_reopen(self) -> bool:
        return self.incident.status in (IncidentStatus.NOT_ICE, IncidentStatus.UNVERIFIABLE)

    @property
    def others_on_shift(self) -> Iterable[Person]:
        """The colleagues an incident can be handed to."""
        others = Person.objects.filter(is_active=True).exclude(pk=self.person.pk)
        return others.order_by("created_at")

    @cached_property
    def taken_from_me(self) -> bool:
        """Whether somebody took it over from this person a moment ago."""
        if self.holder is None or self.is_mine:
            return False
        newest = self.incident.events.filter(
            what=Event.What.TAKEN_OVER, at__gt=self.now - NOTICE_FOR
        ).last()
        return newest is not None and newest.detail == str(self.person.pk)

    # -- What was said --------------------------------------------------------------------
    @cached_property
    def reports(self) -> list[Report]:
        newest = self.incident.reports.order_by("-received_at").prefetch_related("photos")
        return list(newest[:MOST_REPORTS])

    @cached_property
    def reports_total(self) -> int:
        if len(self.reports) < MOST_REPORTS:
            return len(self.reports)
        return self.incident.reports.count()

    @cached_property
    def photos(self) -> list[Photo]:
        return [photo for report in self.reports for photo in report.photos.all()]

    @cached_property
    def candidates(self) -> list[Candidate]:
        return candidates_of(self.reports[:READ_FOR_PLACE])

    @cached_property
    def readings(self) -> list[Candidate]:
        return candidates_for(self.typed) if self.typed else []

    @property
    def is_place_sure(self) -> bool:
        return self.incident.is_located and (self.incident.place_confidence or 0) >= CONFIDENT

    @cached_property
    def salute(self) -> list[Item]:
        return items(self.incident, self.reports, network=self.network)

    @property
    def kept_salute(self) -> list[Item]:
        """What the desk typed, without anything from a report."""
        return [
            item
            for item in items(self.incident, [], network=self.network)
            if self.incident.salute.get(item.name)
        ]

    @cached_property
    def support(self) -> Support:
        return support_of(self.incident)

    @property
    def seen_by(self) -> list[tuple[str, str, bool]]:
        """The ways it may have been seen: value, words, whether the rows bear it out."""
        bears = {
            SeenBy.TRAINED_PERSON: self.support.trained_person,
            SeenBy.TWO_REPORTERS: self.support.two_reporters,
            SeenBy.CHECKED_PHOTO: self.support.checked_photo,
        }
        return [(str(way), str(way.label), is_so) for way, is_so in bears.items()]

    what_it_was = WhatItWas.choices

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        return suggestions(self.incident) if self.incident.is_open else []

    # -- Who was asked --------------------------------------------------------------------
    @cached_property
    def threads(self) -> list[Thread]:
        seen: dict[str, Report] = {}
        for report in self.reports:
            if report.number_index or report.receipt_id:
                seen.setdefault(report.reporter, report)
        return [
            Thread(report, lines_of(report), masked(report))
            for report in list(seen.values())[:MOST_THREADS]
        ]

    questions = QUESTIONS

    @cached_property
    def checks(self) -> list[Alert]:
        return [alert for alert in self.alerts if alert.kind == Kind.CHECK]

    @cached_property
    def alerts(self) -> list[Alert]:
        return list(alerts_of(self.incident))

    @cached_property
    def scouts_near(self) -> int:
        return scouts_near(self.incident)

    @cached_property
    def scouts(self) -> list[Scout]:
        answers = Answer.objects.filter(
            alert__incident=self.incident, alert__kind=Kind.CHECK, is_latest=True
        ).select_related("alert", "responder")
        return [
            Scout(
                answer,
                str(answer.get_what_display()),
                bool(answer.alert.expires_at and answer.at <= answer.alert.expires_at),
            )
            for answer in answers.order_by("-at")
        ]

    # -- What happened --------------------------------------------------------------------
    @cached_property
    def timeline(self) -> list[Entry]:
        return entries(self.incident, network=self.network)

    @property
    def url(self) -> str:
        return reverse("incident", args=[self.incident.pk])

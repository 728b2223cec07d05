"""What the queue shows first, and why: importance, not age."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import Incident, Photo, Report, Responder
from alerts.triage.reporters import MOST_COUNTED, independent_reporters, phone_witnesses

LIFE = timedelta(minutes=45)
"""Without a judgement by then an incident is "cannot tell", and its reporters are told."""
COPIES = 5
"""From this many copies of one text on it looks organised."""


class Why(StrEnum):
    """Reasons for an incident's place in the queue, each with what it is worth."""

    STILL_GOING = "still_going"
    TRUSTED = "trusted"
    OWN_EYES = "own_eyes"
    WITNESSES = "witnesses"
    PAGES = "pages"
    CHECKED_PHOTO = "checked_photo"
    PHOTO = "photo"
    COPIED = "copied"
    NO_PLACE = "no_place"


WORTH = {
    Why.STILL_GOING: 25,
    Why.TRUSTED: 40,
    Why.OWN_EYES: 15,
    Why.CHECKED_PHOTO: 40,
    Why.PHOTO: 12,
    Why.COPIED: -60,
    Why.NO_PLACE: -20,
}
WITNESS_WORTH = 25
PAGE_WORTH = 6
MOST_WITNESSES = 4


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the reports of one incident."""

    reports: int = 0
    witnesses: int = 0
    """Phone numbers with words of their own."""
    pages: int = 0
    """Other independent reporters: web pages, which anybody can open."""
    photos: int = 0
    checked_photos: int = 0
    still_going: bool = False
    own_eyes: bool = False
    trusted: bool = False
    """One of them is a trained responder's number."""
    is_located: bool = False

    @property
    def is_copied(self) -> bool:
        """Whether most of it is one text again and again."""
        independent = self.witnesses + self.pages
        return self.reports >= COPIES and independent * 2 <= self.reports


def reasons(facts: Facts) -> list[Why]:
    """Return why an incident stands where it stands, weightiest first."""
    holds = {
        Why.STILL_GOING: facts.still_going,
        Why.TRUSTED: facts.trusted,
        Why.OWN_EYES: facts.own_eyes,
        Why.WITNESSES: facts.witnesses > 0,
        Why.PAGES: facts.pages > 0,
        Why.CHECKED_PHOTO: facts.checked_photos > 0,
        Why.PHOTO: facts.photos > 0 and facts.checked_photos == 0,
        Why.COPIED: facts.is_copied,
        Why.NO_PLACE: not facts.is_located,
    }
    true = [why for why, is_so in holds.items() if is_so]
    return sorted(true, key=lambda why: -abs(worth(why, facts)))


def worth(why: Why, facts: Facts) -> int:
    """Return what one reason adds to or takes from the weight."""
    if why == Why.WITNESSES:
        return WITNESS_WORTH * min(facts.witnesses, MOST_WITNESSES)
    if why == Why.PAGES:
        return PAGE_WORTH * min(facts.pages, MOST_WITNESSES)
    return WORTH[why]


def weigh(facts: Facts) -> int:
    """Return the part of an incident's importance that does not change with time."""
    return sum(worth(why, facts) for why in reasons(facts))


def sentence(why: Why, facts: Facts) -> str:
    """Say one reason in the reader's language."""
    if why == Why.WITNESSES:
        count = facts.witnesses
        return ngettext("%(count)s person by text", "%(count)s people by text", count) % {
            "count": count
        }
    if why == Why.PAGES:
        count = facts.pages
        return ngettext("%(count)s web report", "%(count)s web reports", count) % {"count": count}
    return {
        Why.STILL_GOING: _("still going on"),
        Why.TRUSTED: _("from a trained responder"),
        Why.OWN_EYES: _("seen with own eyes"),
        Why.CHECKED_PHOTO: _("photo checked"),
        Why.PHOTO: _("photo, not checked yet"),
        Why.COPIED: _("one text many times"),
        Why.NO_PLACE: _("no place yet"),
    }[why]


def facts_of(incident: Incident) -> Facts:
    """Read the facts of one incident: two queries."""
    responder = Responder.objects.filter(
        number_index=OuterRef("number_index"), status=Responder.Status.ACTIVE
    )
    sums = incident.reports.aggregate(
        reports=Count("pk"),
        still_going=Count("pk", filter=Q(still_going=Report.Tri.YES)),
        own_eyes=Count("pk", filter=Q(saw_it=Report.Tri.YES)),
        trusted=Count("pk", filter=Q(~Q(number_index=""), Exists(responder))),
    )
    photos = Photo.objects.filter(report__incident=incident).aggregate(
        all=Count("pk"), checked=Count("pk", filter=Q(checked=Photo.Checked.YES))
    )
    reports = list(
        incident.reports.only(
            "pk", "number_index", "receipt_id", "text_index", "incident_id"
        ).order_by("-received_at")[: 2 * MOST_COUNTED]
    )
    witnesses = phone_witnesses(reports)
    return Facts(
        reports=sums["reports"],
        witnesses=witnesses,
        pages=max(0, independent_reporters(reports) - witnesses),
        photos=photos["all"],
        checked_photos=photos["checked"],
        still_going=sums["still_going"] > 0,
        own_eyes=sums["own_eyes"] > 0,
        trusted=sums["trusted"] > 0,
        is_located=incident.is_located,
    )


def weigh_again(incident: Incident) -> Facts:
    """Store the incident's weight and count of independent reporters after a change."""
    facts = facts_of(incident)
    incident.independent_reporters = facts.witnesses + facts.pages
    incident.weight = weigh(facts)
    incident.save(update_fields=["independent_reporters", "weight"])
    return facts


def time_left(incident: Incident, *, now: datetime) -> timedelta:
    """Return how long until the incident counts as "cannot tell"; negative when overdue."""
    return incident.reported_at + LIFE - now

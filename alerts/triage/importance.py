"""What the queue shows first, and why: importance, not age."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import Incident, IncidentStatus, Photo, Report, Responder
from alerts.triage.reporters import MOST_COUNTED, independent_reporters, phone_witnesses

LIFE = timedelta(minutes=45)
"""Without a judgement by then an incident is "cannot tell", and its reporters are told."""
COPIES = 5
"""From this many copies of one text on it looks organised."""
TURNED_OUT_TRUE = (IncidentStatus.VERIFIED, IncidentStatus.OVER, IncidentStatus.CLOSED)


class Why(StrEnum):
    """Reasons for an incident's place in the queue."""

    STILL_GOING = "still_going"
    TRUSTED = "trusted"
    PROVEN = "proven"
    OWN_EYES = "own_eyes"
    WITNESSES = "witnesses"
    PAGES = "pages"
    CHECKED_PHOTO = "checked_photo"
    PHOTO = "photo"
    COPIED = "copied"
    NO_PLACE = "no_place"


WORTH = {
    Why.STILL_GOING: 20,
    Why.TRUSTED: 50,
    Why.PROVEN: 25,
    Why.OWN_EYES: 12,
    Why.CHECKED_PHOTO: 40,
    Why.PHOTO: 12,
    Why.COPIED: -40,
    Why.NO_PLACE: -20,
}
FIRST_WITNESS = 60
NEXT_WITNESS = 20
PAGE = 8
MOST_COUNTED_PEOPLE = 4
WEB_CAP = 45
"""A page costs a flooder nothing, a phone number something: web reports alone, whatever they
tick, stay below one text in somebody's own words."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the reports of one incident; doubtful ones speak for nothing."""

    reports: int = 0
    """All of them, doubtful ones too."""
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
    proven: bool = False
    """One of them told of something before that was verified."""
    is_copied: bool = False
    """Some came in copies, or from a number that reports everywhere."""
    is_located: bool = False


def reasons(facts: Facts) -> list[Why]:
    """Return why an incident stands where it stands, weightiest first."""
    holds = {
        Why.STILL_GOING: facts.still_going,
        Why.TRUSTED: facts.trusted,
        Why.PROVEN: facts.proven and not facts.trusted,
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
        return FIRST_WITNESS + NEXT_WITNESS * (min(facts.witnesses, MOST_COUNTED_PEOPLE) - 1)
    if why == Why.PAGES:
        return PAGE * min(facts.pages, MOST_COUNTED_PEOPLE)
    if why == Why.COPIED and (facts.witnesses or facts.pages):
        # Else a few copies about a true report would sink it.
        return 0
    return WORTH[why]


def weigh(facts: Facts) -> int:
    """Return the part of an incident's importance that does not change with time."""
    weight = sum(worth(why, facts) for why in reasons(facts))
    somebody = facts.witnesses or facts.trusted or facts.checked_photos
    return weight if somebody else min(weight, WEB_CAP)


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
        Why.PROVEN: _("from somebody who was right before"),
        Why.OWN_EYES: _("seen with own eyes"),
        Why.CHECKED_PHOTO: _("photo checked"),
        Why.PHOTO: _("photo, not checked yet"),
        Why.COPIED: _("one text many times"),
        Why.NO_PLACE: _("no place yet"),
    }[why]


TELLING_COLUMNS = (
    "pk",
    "incident_id",
    "received_at",
    "number_index",
    "receipt_id",
    "text_index",
    "shape_index",
    "saw_it",
    "still_going",
    "is_doubtful",
)
"""What facts are made of; nothing sealed, so nothing is opened."""


def telling_reports(incident: Incident) -> list[Report]:
    """Return the newest reports of an incident with TELLING_COLUMNS; one query."""
    rows = incident.reports.only(*TELLING_COLUMNS).order_by("-received_at")
    return list(rows[: 2 * MOST_COUNTED])


def facts_of(incident: Incident, reports: Sequence[Report]) -> Facts:
    """Return the facts of one incident from its `telling_reports`: three queries.

    The queue reads the same facts of many incidents at once from `sums_of_reports`.
    """
    sure = [report for report in reports if not report.is_doubtful]
    numbers = {report.number_index for report in reports if report.number_index}
    photos = list(Photo.objects.filter(report__incident=incident).values_list("checked", flat=True))
    witnesses = phone_witnesses(sure)
    return Facts(
        reports=len(reports),
        witnesses=witnesses,
        pages=max(0, independent_reporters(sure) - witnesses),
        photos=len(photos),
        checked_photos=photos.count(Photo.Checked.YES),
        still_going=any(report.still_going == Report.Tri.YES for report in sure),
        own_eyes=any(report.saw_it == Report.Tri.YES for report in sure),
        trusted=bool(numbers) and _are_responders(numbers),
        proven=bool(numbers) and _were_right(numbers),
        is_copied=len(sure) < len(reports),
        is_located=incident.is_located,
    )


def _are_responders(numbers: Collection[str]) -> bool:
    active = Responder.objects.filter(status=Responder.Status.ACTIVE)
    return active.filter(number_index__in=numbers).exists()


def _were_right(numbers: Collection[str]) -> bool:
    true = Report.objects.filter(incident__status__in=TURNED_OUT_TRUE)
    return true.filter(number_index__in=numbers).exists()


def sums_of_reports() -> dict[str, Count]:
    """Return the counts over reports that facts are made of, for one incident or many."""
    sure = Q(is_doubtful=False)
    has_number = ~Q(number_index="")
    responder = Responder.objects.filter(
        number_index=OuterRef("number_index"), status=Responder.Status.ACTIVE
    )
    right_before = Report.objects.filter(
        number_index=OuterRef("number_index"), incident__status__in=TURNED_OUT_TRUE
    )
    # A report with several photos is several rows here: everything counts distinct.
    return {
        "all": Count("pk", distinct=True),
        "doubtful": Count("pk", distinct=True, filter=~sure),
        "still_going": Count("pk", distinct=True, filter=sure & Q(still_going=Report.Tri.YES)),
        "own_eyes": Count("pk", distinct=True, filter=sure & Q(saw_it=Report.Tri.YES)),
        "trusted": Count("pk", distinct=True, filter=Q(has_number, Exists(responder))),
        "proven": Count("pk", distinct=True, filter=Q(has_number, Exists(right_before))),
        "pictures": Count("photos", distinct=True, filter=sure),
        "checked": Count("photos", distinct=True, filter=Q(photos__checked=Photo.Checked.YES)),
        "numbers": Count("number_index", distinct=True, filter=sure & has_number),
        "wordings": Count("text_index", distinct=True, filter=sure & has_number),
    }


def facts_from(sums: Mapping[str, int], *, witnesses: int, pages: int, is_located: bool) -> Facts:
    """Return the facts behind the counts of `sums_of_reports`."""
    return Facts(
        reports=sums.get("all", 0),
        witnesses=witnesses,
        pages=pages,
        photos=sums.get("pictures", 0),
        checked_photos=sums.get("checked", 0),
        still_going=sums.get("still_going", 0) > 0,
        own_eyes=sums.get("own_eyes", 0) > 0,
        trusted=sums.get("trusted", 0) > 0,
        proven=sums.get("proven", 0) > 0,
        is_copied=sums.get("doubtful", 0) > 0,
        is_located=is_located,
    )


def weigh_again(incident: Incident) -> None:
    """Store what the queue shows of an incident's reports, after any of them changed."""
    reports = telling_reports(incident)
    facts = facts_of(incident, reports)
    incident.weight = weigh(facts)
    incident.independent_reporters = independent_reporters(reports)
    if reports:
        incident.last_report_at = reports[0].received_at
    incident.save(update_fields=["weight", "independent_reporters", "last_report_at"])


def time_left(incident: Incident, *, now: datetime) -> timedelta:
    """Return how long until the incident counts as "cannot tell"; negative when overdue."""
    return incident.reported_at + LIFE - now


def words_left(left: timedelta) -> str:
    """Say how much of the 45 minutes is left, in the reader's language."""
    minutes = max(0, int(left.total_seconds() // 60))
    if not minutes:
        return _("its 45 minutes are over")
    words = ngettext("%(count)s of 45 min left", "%(count)s of 45 min left", minutes)
    return words % {"count": minutes}

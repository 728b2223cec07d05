"""What the queue shows first, and why: importance, not age."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from alerts.models import Incident, IncidentStatus, Photo, Report, Responder
from alerts.triage.reporters import (
    MOST_COUNTED,
    Telling,
    independent_reporters,
    phone_witnesses,
)

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
SENTENCES = {
    Why.STILL_GOING: _("still going on"),
    Why.TRUSTED: _("from a trained responder"),
    Why.PROVEN: _("from somebody who was right before"),
    Why.OWN_EYES: _("seen with own eyes"),
    Why.CHECKED_PHOTO: _("photo checked"),
    Why.PHOTO: _("photo, not checked yet"),
    Why.COPIED: _("one text many times"),
    Why.NO_PLACE: _("no place yet"),
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
    return str(SENTENCES[why])


Signs = Counter[tuple[str, str]]
"""How many photos were checked how, ("photo", ""), and who stands behind: ("trusted", "")."""
WEIGHED = ("weight", "independent_reporters", "last_report_at")


def telling_reports(incident: Incident) -> list[Telling]:
    """Return what counts of the newest reports of an incident, newest first; one query."""
    rows = incident.reports.order_by("-received_at").values_list(*Telling._fields)
    return [Telling(*row) for row in rows[: 2 * MOST_COUNTED]]


def facts_of(incident: Incident, reports: Sequence[Report | Telling]) -> Facts:
    """Return the facts of one incident from its `telling_reports`: one query.

    The queue reads the same facts of many incidents at once from `sums_of_reports`.
    """
    return facts_with(incident, reports, _signs(incident, numbers_in(reports)))


def numbers_in(reports: Iterable[Report | Telling]) -> set[str]:
    """Return the keyed digests of the phone numbers that told it."""
    return {report.number_index for report in reports if report.number_index}


def facts_with(incident: Incident, reports: Sequence[Report | Telling], signs: Signs) -> Facts:
    """Return the facts of one incident from its reports and what stands behind them."""
    sure = [report for report in reports if not report.is_doubtful]
    witnesses = phone_witnesses(sure)
    return Facts(
        reports=len(reports),
        witnesses=witnesses,
        pages=max(0, independent_reporters(sure) - witnesses),
        photos=sum(count for (what, _how), count in signs.items() if what == "photo"),
        checked_photos=signs["photo", Photo.Checked.YES],
        still_going=any(report.still_going == Report.Tri.YES for report in sure),
        own_eyes=any(report.saw_it == Report.Tri.YES for report in sure),
        trusted=signs["trusted", ""] > 0,
        proven=signs["proven", ""] > 0,
        is_copied=len(sure) < len(reports),
        is_located=incident.is_located,
    )


def _signs(incident: Incident, numbers: Collection[str]) -> Signs:
    """Count the photos of `incident` by how they were checked, and say who stands behind it.

    A responder counts as ("trusted", ""), somebody who was right before as ("proven", "").
    """
    # An incident that is not stored yet has none, and a web report alone needs no question.
    is_new = incident._state.adding
    photos = Photo.objects.none() if is_new else Photo.objects.filter(report__incident=incident)
    active = Responder.objects.filter(status=Responder.Status.ACTIVE, number_index__in=numbers)
    right = Report.objects.filter(incident__status__in=TURNED_OUT_TRUE, number_index__in=numbers)
    trusted = active.order_by().values_list(Value("trusted"), Value("")).distinct()
    proven = right.order_by().values_list(Value("proven"), Value("")).distinct()
    shown = photos.values_list(Value("photo"), "checked")
    return Counter(shown.union(trusted, proven, all=True))


def sums_of_reports() -> dict[str, Count]:
    """Return the counts over reports that facts are made of, for one incident or many."""
    sure = Q(is_doubtful=False)
    has_number = ~Q(number_index="")
    # A report with several photos is several rows here: everything counts distinct.
    return {
        "all": Count("pk", distinct=True),
        "doubtful": Count("pk", distinct=True, filter=~sure),
        "still_going": Count("pk", distinct=True, filter=sure & Q(still_going=Report.Tri.YES)),
        "own_eyes": Count("pk", distinct=True, filter=sure & Q(saw_it=Report.Tri.YES)),
        "pictures": Count("photos", distinct=True, filter=sure),
        "checked": Count("photos", distinct=True, filter=Q(photos__checked=Photo.Checked.YES)),
        "numbers": Count("number_index", distinct=True, filter=sure & has_number),
        "wordings": Count("text_index", distinct=True, filter=sure & has_number),
    }


def standing_behind(keys: Collection[UUID]) -> list[QuerySet[Report, tuple[UUID, str]]]:
    """Return two questions: where does a responder speak, or somebody who was right before?

    Answers are pairs of an incident and Why.TRUSTED or Why.PROVEN. Two look-ups by index for
    each number: asked inside the sums, the database reads the reports of all years first.
    """
    told = Report.objects.filter(incident__in=keys).exclude(number_index="").order_by()
    active = Responder.objects.filter(status=Responder.Status.ACTIVE)
    right = Report.objects.filter(incident__status__in=TURNED_OUT_TRUE)
    trusted = told.filter(number_index__in=active.values("number_index"))
    proven = told.filter(number_index__in=right.values("number_index"))
    return [
        trusted.values_list("incident", Value(str(Why.TRUSTED))).distinct(),
        proven.values_list("incident", Value(str(Why.PROVEN))).distinct(),
    ]


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
    """Store what the queue shows of an incident's reports, after any of them changed.

    Holds the row first: of two at once, the second counts what the first brought.
    """
    with transaction.atomic():
        list(Incident.objects.locked().filter(pk=incident.pk).values_list("pk"))
        weigh_held(incident)


def weigh_held(incident: Incident) -> None:
    """Do as `weigh_again`, for an incident whose row this transaction holds already."""
    reports = telling_reports(incident)
    _weigh(incident, reports, _signs(incident, numbers_in(reports)))
    incident.save(update_fields=WEIGHED)


def weigh_many(keys: Collection[UUID]) -> None:
    """Do as `weigh_again` for many incidents: six queries. Part of the caller's transaction."""
    # In one order, as everybody who holds several rows.
    incidents = list(Incident.objects.locked().filter(pk__in=keys).order_by("pk"))
    reports: dict[UUID, list[Telling]] = defaultdict(list)
    rows = Report.objects.filter(incident__in=keys).order_by("-received_at")
    for key, *row in rows.values_list("incident", *Telling._fields):
        if len(reports[key]) < 2 * MOST_COUNTED:
            reports[key].append(Telling(*row))
    signs = _signs_of_many(keys, reports)
    for incident in incidents:
        _weigh(incident, reports[incident.pk], signs[incident.pk])
    Incident.objects.bulk_update(incidents, WEIGHED)


def _signs_of_many(
    keys: Collection[UUID], reports: Mapping[UUID, Sequence[Telling]]
) -> dict[UUID, Signs]:
    numbers = {key: numbers_in(theirs) for key, theirs in reports.items()}
    everybody = set().union(*numbers.values())
    active = Responder.objects.filter(status=Responder.Status.ACTIVE, number_index__in=everybody)
    right = Report.objects.filter(incident__status__in=TURNED_OUT_TRUE, number_index__in=everybody)
    trusted = set(active.values_list("number_index", flat=True))
    proven = set(right.values_list("number_index", flat=True).distinct())
    signs: dict[UUID, Signs] = {key: Counter() for key in keys}
    for key, checked in Photo.objects.filter(report__incident__in=keys).values_list(
        "report__incident", "checked"
    ):
        signs[key]["photo", checked] += 1
    for key, theirs in numbers.items():
        signs[key]["trusted", ""] = len(theirs & trusted)
        signs[key]["proven", ""] = len(theirs & proven)
    return signs


def _weigh(incident: Incident, reports: Sequence[Telling], signs: Signs) -> None:
    incident.weight = weigh(facts_with(incident, reports, signs))
    incident.independent_reporters = independent_reporters(reports)
    if reports:
        incident.last_report_at = reports[0].received_at


def time_left(incident: Incident, *, now: datetime) -> timedelta:
    """Return how long until the incident counts as "cannot tell"; negative when overdue."""
    return incident.reported_at + LIFE - now


def words_left(left: timedelta) -> str:
    """Say how much of the 45 minutes is left, in the reader's language."""
    minutes = max(0, int(left.total_seconds() // 60))
    if not minutes:
        return str(_("its 45 minutes are over"))
    words = ngettext("%(count)s of 45 min left", "%(count)s of 45 min left", minutes)
    return words % {"count": minutes}

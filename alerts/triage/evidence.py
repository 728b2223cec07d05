"""What must be known before an incident counts as verified, and what is still missing."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F
from django.utils.translation import gettext as _

from alerts.models import Answer, Incident, Kind, Network, Photo, Verification
from alerts.places import CONFIDENT
from alerts.triage.importance import telling_reports
from alerts.triage.reporters import phone_witnesses

SeenBy = Verification.SeenBy
WITNESSES_NEEDED = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verifier says stands behind the judgement "verified"."""

    seen_by: str = ""
    """One of Verification.SeenBy."""
    agency_by: str = ""
    """By what the agency was recognised: vest text, vehicle marking, the city's answer."""
    not_seen: str = ""
    note: str = ""


class Missing(StrEnum):
    """What a verification may lack."""

    PLACE = "place"
    SURE_PLACE = "sure_place"
    SEEN_BY = "seen_by"
    AGENCY_BY = "agency_by"
    TRAINED_ONLY = "trained_only"
    TRAINED_PERSON = "trained_person"
    TWO_REPORTERS = "two_reporters"
    CHECKED_PHOTO = "checked_photo"


class EvidenceMissing(Exception):
    """The network's evidence rule is not met; `missing` says what it lacks."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing

    @property
    def sentences(self) -> list[str]:
        """Return what is missing in the reader's language."""
        return [sentence(missing) for missing in self.missing]


@dataclass(frozen=True, slots=True)
class Support:
    """What the reports, photos and scouts of an incident bear out by themselves."""

    witnesses: int
    checked_photos: int
    reports: int
    scouts: int
    """Trained people who were asked for this incident and said from there that it is so."""

    @property
    def trained_person(self) -> bool:
        return self.scouts > 0

    @property
    def two_reporters(self) -> bool:
        return self.witnesses >= WITNESSES_NEEDED

    @property
    def checked_photo(self) -> bool:
        return self.reports > 0 and self.checked_photos > 0

    @property
    def best(self) -> str:
        """Return the strongest way the incident was seen, "" for none."""
        bears = {
            SeenBy.TRAINED_PERSON: self.trained_person,
            SeenBy.CHECKED_PHOTO: self.checked_photo,
            SeenBy.TWO_REPORTERS: self.two_reporters,
        }
        return next((str(way) for way, is_so in bears.items() if is_so), "")


def support_of(incident: Incident) -> Support:
    """Read what bears `incident` out: three queries."""
    reports = telling_reports(incident)
    photos = Photo.objects.filter(report__incident=incident, checked=Photo.Checked.YES)
    return Support(
        witnesses=phone_witnesses(reports),
        checked_photos=photos.count(),
        reports=len(reports),
        scouts=answers_on_site(incident),
    )


def answers_on_site(incident: Incident) -> int:
    """Count the scouts asked for this incident who confirmed it within the check's life."""
    return (
        Answer.objects.filter(
            alert__incident=incident,
            alert__kind=Kind.CHECK,
            alert__released_at__isnull=False,
            what=Answer.What.CONFIRMED,
            is_latest=True,
            at__lte=F("alert__expires_at"),
        )
        .values("responder")
        .distinct()
        .count()
    )


def missing(incident: Incident, evidence: Evidence, *, rule: str) -> tuple[Missing, ...]:
    """Return what `evidence` lacks under the network's rule; empty when it will do."""
    lacks = [*_place(incident), *_witness(evidence, support_of(incident), rule=rule)]
    if not evidence.agency_by.strip():
        lacks.append(Missing.AGENCY_BY)
    return tuple(lacks)


def _place(incident: Incident) -> list[Missing]:
    if not incident.is_located:
        return [Missing.PLACE]
    # Below the bar of the places room the point is a guess, and would send people to a guess.
    return [] if (incident.place_confidence or 0) >= CONFIDENT else [Missing.SURE_PLACE]


def _witness(evidence: Evidence, support: Support, *, rule: str) -> list[Missing]:
    if evidence.seen_by not in SeenBy.values:
        return [Missing.SEEN_BY]
    if evidence.seen_by == SeenBy.TRAINED_PERSON:
        attested = support.trained_person or evidence.note.strip()
        return [] if attested else [Missing.TRAINED_PERSON]
    if rule == Network.EvidenceRule.TRAINED_ONLY:
        return [Missing.TRAINED_ONLY]
    if evidence.seen_by == SeenBy.TWO_REPORTERS:
        return [] if support.two_reporters else [Missing.TWO_REPORTERS]
    return [] if support.checked_photo else [Missing.CHECKED_PHOTO]


def sentence(lack: Missing) -> str:
    """Say in the reader's language what is missing and what to do about it."""
    return {
        Missing.PLACE: _("The place is missing. Type it, or put the pin on the map."),
        Missing.SURE_PLACE: _("The place is a guess. Choose the right one, or move the pin."),
        Missing.SEEN_BY: _("Say who saw it."),
        Missing.AGENCY_BY: _("Say by what the agency was recognised."),
        Missing.TRAINED_ONLY: _("This network asks for a trained person on site."),
        Missing.TRAINED_PERSON: _(
            "No scout asked for this incident has confirmed it. If you spoke to a trained"
            " person there, write in the note who and when."
        ),
        Missing.TWO_REPORTERS: _(
            "Two reporters means two phone numbers that told it in different words."
        ),
        Missing.CHECKED_PHOTO: _("No photo of this incident is marked as checked."),
    }[lack]

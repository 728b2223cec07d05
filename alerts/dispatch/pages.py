"""Everything an alert's page shows, read before anything is rendered."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise

from alerts.dispatch.advice import advice
from alerts.dispatch.drafting import FITS
from alerts.dispatch.follow_up import CALLS, first_call
from alerts.dispatch.preview import Preview, preview
from alerts.dispatch.progress import Piece, Progress, line_of, progress
from alerts.dispatch.releasing import fingerprint
from alerts.dispatch.second_person import APPROVAL_LIFE, is_second
from alerts.models import Alert, AlertStatus, AlertText, Incident, Kind, Network, Person

NEXT = (Kind.ENOUGH, Kind.UPDATE, Kind.ALL_CLEAR)
APART = (Kind.CORRECTION, Kind.STAND_DOWN)
STARTING = (Kind.ALERT, Kind.CHECK, Kind.DRILL)
OPEN = (AlertStatus.DRAFT, AlertStatus.AWAITING_APPROVAL)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A later word about an alert, and whether it fits what is known now."""

    kind: str
    label: str
    fits: bool


class AlertPage:
    """One alert as one member of the staff sees it; each part is read when first used."""

    def __init__(self, alert: Alert, person: Person) -> None:
        self.alert = alert
        self.person = person
        self.now = timezone.now()

    @cached_property
    def network(self) -> Network:
        return Network.objects.current()

    @cached_property
    def preview(self) -> Preview:
        return preview(self.alert)

    @cached_property
    def progress(self) -> Progress:
        return progress(self.alert)

    @cached_property
    def line(self) -> list[Piece]:
        return line_of(self.progress)

    @cached_property
    def advice(self) -> list[str | Promise]:
        """What to do next about what does not get through."""
        return advice(self.progress, is_live=self.is_live)

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.alert)

    # -- Before the button --------------------------------------------------------------------
    @property
    def is_open(self) -> bool:
        """Whether somebody may still release or change it."""
        return self.alert.status in OPEN

    @property
    def is_live(self) -> bool:
        """Whether its counts still change by themselves."""
        return self.alert.status == AlertStatus.RELEASED

    @property
    def is_awaiting(self) -> bool:
        return self.alert.status == AlertStatus.AWAITING_APPROVAL

    @property
    def is_for_me(self) -> bool:
        """Whether this person can be the second one."""
        return self.preview.needs_second_person and is_second(self.person, self.alert)

    @property
    def approval_ends_at(self) -> datetime | None:
        """When the wait for a second person runs out."""
        asked_at = self.alert.asked_at
        return None if asked_at is None else asked_at + APPROVAL_LIFE

    @property
    def nobody(self) -> bool:
        """Whether it would go to nobody at all."""
        return self.preview.audience == 0 and not self.preview.taken_back

    # -- Afterwards -----------------------------------------------------------------------------
    @cached_property
    def texts(self) -> list[AlertText]:
        return list(self.alert.texts.all())

    @property
    def asks(self) -> bool:
        """Whether people answer it with a digit."""
        return self.alert.kind in {*CALLS, Kind.CHECK}

    @cached_property
    def next(self) -> list[FollowUp]:
        return follow_ups(self.alert.incident, NEXT)

    @cached_property
    def apart(self) -> list[FollowUp]:
        return follow_ups(self.alert.incident, APART)

    @property
    def can_follow(self) -> bool:
        """Whether anything can be said after it."""
        return self.alert.released_at is not None and self.alert.kind != Kind.CHECK


def follow_ups(incident: Incident, kinds: tuple[Kind, ...]) -> list[FollowUp]:
    """Return later words about `incident`, each with whether it is true now."""
    return [FollowUp(kind.value, str(kind.label), incident.status in FITS[kind]) for kind in kinds]


def kinds_for(incident: Incident) -> list[Kind]:
    """Return the kinds that fit what is known of `incident`, the most likely first."""
    fitting = [kind for kind in (*STARTING, *NEXT, *APART) if incident.status in FITS[kind]]
    if first_call(incident) is None:
        fitting = [kind for kind in fitting if kind in STARTING]
    drills = {Kind.DRILL} if not incident.is_drill else {Kind.ALERT, Kind.CHECK}
    return [kind for kind in fitting if kind not in drills]

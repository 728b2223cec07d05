"""What happened: incidents, the judgement that one is real, and its timeline."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models.fields import SealedJSONField, SealedTextField
from alerts.models.network import Network
from alerts.models.people import Person
from alerts.models.places import Place, cell_at
from alerts.models.states import INCIDENT, WrongState
from rapidresponse.bell import bell


class AlreadyJudged(WrongState):
    """Somebody judged the incident first."""


class AlreadyClaimed(Exception):
    """Somebody else holds the incident."""


class IncidentStatus(models.TextChoices):
    NEW = "new", _("New")
    CHECKING = "checking", _("Being checked")
    VERIFIED = "verified", _("Verified")
    NOT_ICE = "not_ice", _("Not them")
    UNVERIFIABLE = "unverifiable", _("Cannot tell")
    OVER = "over", _("Over")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged into another")


class WhatItWas(models.TextChoices):
    """What a "not them" turned out to be; a correction names it from this list."""

    LOCAL_POLICE = "local_police", _("Local police")
    SHERIFF = "sheriff", _("County sheriff")
    PROBATION = "probation", _("Probation officers")
    OTHER_FEDERAL = "other_federal", _("Another federal agency")
    FARE_INSPECTORS = "fare_inspectors", _("Fare inspectors")
    PARKING = "parking", _("Parking enforcement")
    FIRE_AMBULANCE = "fire_ambulance", _("Fire department or ambulance")
    EVICTION = "eviction", _("An eviction")
    FILM_CREW = "film_crew", _("A film crew")
    SECURITY = "security", _("Private security")
    NOTHING = "nothing", _("Nothing there")
    OTHER = "other", _("Something else")


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> Self:
        """Incidents somebody still has to do something about."""
        return self.filter(status__in=Incident.OPEN)

    def locked(self) -> Self:
        """These rows and no joined ones, held until the transaction ends.

        What only refers to them, such as a new report, need not wait; whoever changes them does.
        """
        return self.select_for_update(of=("self",), no_key=True)

    def unjudged(self) -> Self:
        """Incidents without a judgement."""
        return self.filter(status__in=Incident.UNJUDGED)

    def unclaimed(self, *, now: datetime) -> Self:
        """Unjudged incidents nobody holds at `now`, oldest report first."""
        free = Q(holder=None) | Q(claim_ends_at__lte=now)
        return self.unjudged().filter(free).order_by("reported_at")


class Incident(models.Model):
    """Something neighbours saw, gathered from one or more reports."""

    Status = IncidentStatus
    UNJUDGED: ClassVar = (IncidentStatus.NEW, IncidentStatus.CHECKING)
    OPEN: ClassVar = (IncidentStatus.NEW, IncidentStatus.CHECKING, IncidentStatus.VERIFIED)
    CLAIM_LIFE = timedelta(minutes=5)
    SALUTE = ("size", "activity", "location", "unit", "time", "equipment")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=10, blank=True, default="", db_index=True)
    coded_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=14, choices=IncidentStatus, default=IncidentStatus.NEW)
    what_it_was = models.CharField(max_length=20, choices=WhatItWas, blank=True, default="")
    reported_at = models.DateTimeField(default=timezone.now)
    last_report_at = models.DateTimeField(default=timezone.now)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    holder = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="held"
    )
    claim_ends_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="absorbed"
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.SET_NULL)
    place_label = SealedTextField(blank=True, default="")
    place_confidence = models.FloatField(null=True, blank=True)
    place_precision_m = models.PositiveIntegerField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    cell = models.BigIntegerField(null=True, blank=True)
    salute = SealedJSONField(default=dict)
    """Size, activity, location, unit, time, equipment: typed answers by name."""
    independent_reporters = models.PositiveIntegerField(default=0)
    weight = models.SmallIntegerField(default=0)
    """The part of its importance that does not change with time; triage keeps it."""
    set_aside_at = models.DateTimeField(null=True, blank=True)
    """When it was put aside as part of a flood; it can be restored."""
    is_drill = models.BooleanField(default=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="incident_not_ice_says_what",
                condition=~Q(status="not_ice") | ~Q(what_it_was=""),
            ),
            models.CheckConstraint(
                name="incident_merged_says_where",
                condition=~Q(status="merged") | Q(merged_into__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-last_report_at"], name="incident_queue"),
            models.Index(fields=["cell", "last_report_at"], name="incident_near"),
            models.Index(
                fields=["-weight", "reported_at"],
                name="incident_weight",
                condition=Q(status__in=("new", "checking"), set_aside_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.code or f"incident {self.pk}"

    # -- States ---------------------------------------------------------------------------
    def move(self, to: str, **columns: object) -> None:
        """Go to status `to`; raise WrongState when somebody was first."""
        # One conditional UPDATE is both the check and the lock: of two volunteers pressing at
        # once, exactly one changes the row.
        rows = Incident.objects.filter(pk=self.pk, status__in=INCIDENT.before(to))
        if not rows.update(status=to, **columns):
            raise WrongState(f"incident {self.pk} cannot become {to}")
        self.refresh_from_db()

    def judge(self, to: str, *, by: Person, what_it_was: str = "") -> None:
        """Record the judgement `to`: verified, not_ice or unverifiable; raise AlreadyJudged.

        A verified incident may still become not_ice: that is what a correction announces.
        """
        try:
            self.move(
                to,
                judged_at=timezone.now(),
                judged_by=by,
                what_it_was=what_it_was,
                holder=None,
                claim_ends_at=None,
            )
        except WrongState as err:
            raise AlreadyJudged(str(err)) from err

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    # -- Claims ---------------------------------------------------------------------------
    def claim(self, *, by: Person, take_over: bool = False) -> None:
        """Hold the incident for CLAIM_LIFE; raise AlreadyClaimed if somebody else holds it.

        Claiming again renews. With `take_over` the earlier holder loses it.
        """
        now = timezone.now()
        free = Q(holder=None) | Q(claim_ends_at__lte=now) | Q(holder=by)
        rows = Incident.objects.open().filter(pk=self.pk).filter(Q() if take_over else free)
        with transaction.atomic():
            if not rows.update(holder=by, claim_ends_at=now + self.CLAIM_LIFE):
                self.refresh_from_db()
                raise AlreadyClaimed(f"incident {self.pk}")
            Incident.objects.filter(pk=self.pk, status=IncidentStatus.NEW).update(
                status=IncidentStatus.CHECKING
            )
            self.give_code()
        self.refresh_from_db()

    def let_go(self, *, by: Person) -> None:
        """Give up a claim; nothing happens to somebody else's."""
        Incident.objects.filter(pk=self.pk, holder=by).update(holder=None, claim_ends_at=None)
        self.refresh_from_db()

    def holder_at(self, now: datetime) -> Person | None:
        """Return who holds the incident at `now`."""
        # The time first: a holder whose claim is over is not looked up.
        if self.claim_ends_at is None or self.claim_ends_at <= now:
            return None
        return self.holder

    # -- Names and places -------------------------------------------------------------------
    def give_code(self) -> str:
        """Return the short name people use, giving one at the first call."""
        if self.code:
            return self.code
        network = Network.objects.current()
        code = network.next_code()
        day_ago = timezone.now() - timedelta(days=1)
        if Incident.objects.filter(code=code, coded_at__gt=day_ago).exists():
            code = network.next_long_code()
        Incident.objects.filter(pk=self.pk, code="").update(code=code, coded_at=timezone.now())
        self.refresh_from_db(fields=["code", "coded_at"])
        return self.code

    def locate(
        self,
        *,
        lat: float,
        lon: float,
        label: str,
        confidence: float,
        precision_m: int | None = None,
        place: Place | None = None,
    ) -> None:
        """Put the incident at a WGS84 point named `label`, true to `precision_m`."""
        self.lat, self.lon, self.cell = lat, lon, cell_at(lat, lon)
        self.place_label, self.place_confidence = label, confidence
        self.place_precision_m, self.place = precision_m, place
        columns = ("label", "confidence", "precision_m")
        self.save(update_fields=["lat", "lon", "cell", "place", *(f"place_{c}" for c in columns)])

    @property
    def is_located(self) -> bool:
        return self.cell is not None


class Verification(models.Model):
    """The judgement that an incident is real, with its evidence; at most one each."""

    class SeenBy(models.TextChoices):
        TRAINED_PERSON = "trained_person", _("A trained person on site")
        TWO_REPORTERS = "two_reporters", _("Two unrelated reporters")
        CHECKED_PHOTO = "checked_photo", _("A reporter and a checked photo")

    incident = models.OneToOneField(
        Incident, primary_key=True, on_delete=models.PROTECT, related_name="verification"
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    seen_by = models.CharField(max_length=20, choices=SeenBy)
    agency_by = SealedTextField(blank=True, default="")
    """By what the agency was recognised: vest text, vehicle marking, the city's answer."""
    not_seen = SealedTextField(blank=True, default="")
    note = SealedTextField(blank=True, default="")

    def __str__(self) -> str:
        return f"verification of {self.incident_id}"


class EventQuerySet(models.QuerySet["Event"]):
    def note(
        self, incident: Incident, what: str, *, by: Person | None = None, detail: str = ""
    ) -> "Event":
        """Add a line to the timeline of `incident`, and ring the desk's bell once it is there."""
        event = self.create(incident=incident, what=what, by=by, detail=detail)
        bell.ring()
        return event


class Event(models.Model):
    """One line of an incident's timeline; also what open pages follow."""

    class What(models.TextChoices):
        REPORTED = "reported", _("Report received")
        CLAIMED = "claimed", _("Claimed")
        TAKEN_OVER = "taken_over", _("Taken over")
        LET_GO = "let_go", _("Let go")
        LOCATED = "located", _("Place set")
        DESCRIBED = "described", _("Description changed")
        ASKED = "asked", _("Reporter asked")
        JUDGED = "judged", _("Judged")
        REOPENED = "reopened", _("Reopened")
        MERGED = "merged", _("Merged")
        SPLIT = "split", _("Split")
        DRAFTED = "drafted", _("Alert drafted")
        APPROVAL_ASKED = "approval_asked", _("Second person asked")
        RELEASED = "released", _("Alert released")
        STOPPED = "stopped", _("Alert stopped")
        ANSWERED = "answered", _("A responder answered")
        PAGED = "paged", _("Volunteers paged")
        OUTCOME = "outcome", _("Reporters told")
        REVEALED = "revealed", _("Number revealed")
        PHOTO_CHECKED = "photo_checked", _("Photo checked")
        REASSIGNED = "reassigned", _("Text read differently")
        SET_ASIDE = "set_aside", _("Set aside")
        RESTORED = "restored", _("Restored")
        OVER = "over", _("Over")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    what = models.CharField(max_length=16, choices=What)
    detail = SealedTextField(blank=True, default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        indexes = [
            models.Index(fields=["incident", "at"], name="event_timeline"),
            models.Index(fields=["at"], name="event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%H:%M}"

"""Trained neighbours who asked to be texted, where they want to be asked, and who must not be."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models.fields import SealedTextField
from alerts.models.keys import indexes_of, suppression_of
from alerts.models.people import Person, phone_digests
from alerts.models.states import RESPONDER, WrongState


class OptOutQuerySet(models.QuerySet["OptOut"]):
    def forbids(self, number: str) -> bool:
        """Say whether `number` (E.164) must not be texted."""
        return self.filter(digest=suppression_of(number)).exists()

    def keep(self, number: str, *, source: str) -> bool:
        """Remember that `number` must not be texted; return whether that is new."""
        return self.keep_digest(suppression_of(number), source=source)

    def keep_digest(self, digest: str, *, source: str) -> bool:
        """Remember the same of a number that is known by its `opt_out_digest` only."""
        _row, made = self.get_or_create(
            digest=digest, defaults={"source": source, "since": timezone.now()}
        )
        return made


class OptOut(models.Model):
    """A number that must not be texted, whether or not it was ever a responder's."""

    class Source(models.TextChoices):
        WORD = "word", _("They texted a leave word")
        CARRIER = "carrier", _("The carrier said so")
        STAFF = "staff", _("They told a member of the staff")

    digest = models.CharField(max_length=32, primary_key=True)
    source = models.CharField(max_length=10, choices=Source)
    since = models.DateTimeField(default=timezone.now)

    objects = OptOutQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.get_source_display()}, {self.since:%Y-%m-%d}"


class ResponderQuerySet(models.QuerySet["Responder"]):
    def with_number(self, number: str) -> Self:
        """The responder with this E.164 number, if any, also while keys are rotated."""
        return self.filter(number_index__in=indexes_of("phone", number))

    def reachable(self) -> Self:
        """Responders who are active and whose number did not opt out."""
        left = OptOut.objects.filter(digest=OuterRef("opt_out_digest"))
        return self.filter(~Exists(left), status=Responder.Status.ACTIVE)

    def covering(self, cells: Iterable[int]) -> Self:
        """Responders with a zone in one of `cells`, each once."""
        zones = Zone.objects.filter(responder=OuterRef("pk"), cell__in=list(cells))
        return self.filter(Exists(zones))


class Responder(models.Model):
    """A trained neighbour who gets alerts by text for the places they chose."""

    class Status(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        UNREACHABLE = "unreachable", _("Unreachable")
        LEFT = "left", _("Left")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = SealedTextField()
    """E.164."""
    number_index = models.CharField(max_length=32, unique=True)
    opt_out_digest = models.CharField(max_length=32, db_index=True)
    handle = SealedTextField(blank=True, default="")
    """What colleagues call them; never a full name."""
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    status = models.CharField(max_length=12, choices=Status, default=Status.INVITED)
    is_scout = models.BooleanField(default=False)
    is_drill_volunteer = models.BooleanField(default=False)
    may_be_woken = models.BooleanField(default=True)
    """Whether they agreed to texts at night."""
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    last_asked_at = models.DateTimeField(null=True, blank=True)

    objects = ResponderQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "last_asked_at"], name="responder_turn")]

    def __str__(self) -> str:
        return f"responder {self.pk}"

    @classmethod
    def add(cls, number: str, *, cells: Iterable[int], **columns: object) -> "Responder":
        """Create a responder with `number` (E.164) and zones; raise IntegrityError if known."""
        with transaction.atomic():
            responder = cls.objects.create(number=number, **phone_digests(number), **columns)
            Zone.objects.bulk_create(Zone(responder=responder, cell=cell) for cell in set(cells))
        return responder

    def move(self, to: str, **columns: object) -> None:
        """Go to status `to`; raise WrongState where the table of states forbids it."""
        rows = Responder.objects.filter(pk=self.pk, status__in=RESPONDER.before(to))
        if not rows.update(status=to, **columns):
            raise WrongState(f"responder {self.pk} cannot become {to}")
        # Not the whole row: somebody whose number cannot be read may leave as well.
        self.refresh_from_db(fields=["status", *columns])

    def leave(self, *, at: datetime) -> None:
        """Stop being texted from now on; a second time changes nothing."""
        if self.status != self.Status.LEFT:
            self.move(self.Status.LEFT, left_at=at)


class Zone(models.Model):
    """An H3 cell (resolution 8) where a responder wants to be asked; never an address."""

    responder = models.ForeignKey(Responder, on_delete=models.CASCADE, related_name="zones")
    cell = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cell", "responder"], name="zone_once")]

    def __str__(self) -> str:
        return f"{self.cell:x}"


class Consent(models.Model):
    """Proof that a number asked for texts; it outlives the responder and names no number."""

    class Method(models.TextChoices):
        PAPER = "paper", _("Signed paper")
        SPOKEN = "spoken", _("In person, before a witness")
        WEB = "web", _("Web form, confirmed by text")
        SMS = "sms", _("Text, confirmed by text")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opt_out_digest = models.CharField(max_length=32, db_index=True)
    method = models.CharField(max_length=10, choices=Method)
    wording_version = models.CharField(max_length=20)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    note = SealedTextField(blank=True, default="")
    """Where and before whom."""
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.given_at:%Y-%m-%d}"

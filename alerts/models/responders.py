"""Trained neighbours who asked to be texted, where they want to be asked, and who must not be."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
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
        with transaction.atomic():
            _row, made = self.get_or_create(
                digest=digest, defaults={"source": source, "since": timezone.now()}
            )
            owners = Responder.objects.filter(opt_out_digest=digest).lock()
            Zone.objects.filter(responder__in=owners).renew()
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

    def lock(self) -> list[uuid.UUID]:
        """Hold these rows until the transaction ends, and return their keys."""
        rows = self.select_for_update(of=("self",), no_key=True).order_by("pk")
        return list(rows.values_list("pk", flat=True))

    def move(self, to: str, **columns: object) -> int:
        """Bring those who may get there to status `to`; return how many did."""
        with transaction.atomic():
            held = self.filter(status__in=RESPONDER.before(to)).lock()
            moved = Responder.objects.filter(pk__in=held).update(status=to, **columns)
            Zone.objects.filter(responder__in=held).renew()
        return moved


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
            Zone.objects.bulk_create(Zone.of(responder, cell) for cell in set(cells))
            responder.zones.all().renew()
        return responder

    def move(self, to: str, **columns: object) -> None:
        """Go to status `to`; raise WrongState where the table of states forbids it."""
        if not Responder.objects.filter(pk=self.pk).move(to, **columns):
            raise WrongState(f"responder {self.pk} cannot become {to}")
        # Not the whole row: somebody whose number cannot be read may leave as well.
        self.refresh_from_db(fields=["status", *columns])

    def leave(self, *, at: datetime) -> None:
        """Stop being texted from now on; a second time changes nothing."""
        if self.status != self.Status.LEFT:
            self.move(self.Status.LEFT, left_at=at)


class ZoneQuerySet(models.QuerySet["Zone"]):
    def owners(self) -> models.QuerySet["Zone", uuid.UUID]:
        """The keys of the responders of these zones, each once."""
        return self.values_list("responder", flat=True).distinct()

    def count_owners(self) -> int:
        """Count the responders of these zones, each once."""
        # Not `owners().count()`: PostgreSQL takes three times as long for a DISTINCT below.
        return int(self.aggregate(people=Count("responder", distinct=True))["people"])

    def renew(self) -> int:
        """Write again whether the owners may be asked, in the transaction that changed them.

        Hold the owners' rows: of two changes at once the later one then sees both.
        """
        return self.update(is_reachable=_IS_REACHABLE)

    def stale(self) -> Self:
        """Zones that say something else than their owner's row; there should be none."""
        return self.annotate(is_due=_IS_REACHABLE).exclude(
            is_reachable=F("is_due"),
            may_be_woken=F("responder__may_be_woken"),
            language=F("responder__language"),
        )

    def mend(self) -> int:
        """Bring what is stale in line with its owner; return how many there were."""
        with transaction.atomic():
            stale = list(self.stale().values_list("pk", flat=True))
            Responder.objects.filter(pk__in=self.filter(pk__in=stale).values("responder")).lock()
            owner = Responder.objects.filter(pk=OuterRef("responder"))
            return self.filter(pk__in=stale).update(
                is_reachable=_IS_REACHABLE,
                may_be_woken=Subquery(owner.values("may_be_woken")),
                language=Subquery(owner.values("language")),
            )


class Zone(models.Model):
    """An H3 cell (resolution 8) where a responder wants to be asked; never an address.

    It repeats of its owner what an audience is chosen by, so that one index answers who of a
    million people is near. It decides only who is planned: the pump reads the owner's own row
    before each text.
    """

    responder = models.ForeignKey(Responder, on_delete=models.CASCADE, related_name="zones")
    cell = models.BigIntegerField()
    is_reachable = models.BooleanField(default=False)
    """Whether `ResponderQuerySet.reachable` has the owner; written by `renew` alone."""
    may_be_woken = models.BooleanField(default=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")

    objects = ZoneQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cell", "responder"], name="zone_once")]
        indexes = [
            models.Index(
                fields=["cell", "responder", "language", "may_be_woken"],
                condition=Q(is_reachable=True),
                name="zone_audience",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cell:x}"

    @classmethod
    def of(cls, responder: Responder, cell: int) -> "Zone":
        """Return an unsaved zone of somebody whose number did not opt out."""
        return cls(
            responder=responder,
            cell=cell,
            is_reachable=responder.status == Responder.Status.ACTIVE,
            may_be_woken=responder.may_be_woken,
            language=responder.language,
        )


_IS_REACHABLE = Exists(Responder.objects.reachable().filter(pk=OuterRef("responder")))


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

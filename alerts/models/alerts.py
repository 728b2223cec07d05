"""Texts to responders about one incident: alerts, waves, deliveries and what people answered."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models.fields import SealedTextField
from alerts.models.incidents import Incident, Verification, WhatItWas
from alerts.models.kinds import RULES, Kind, KindRule
from alerts.models.outbound import Outbound, OutboundQuerySet
from alerts.models.people import Person
from alerts.models.responders import Responder
from alerts.models.states import ALERT, WrongState


class AlertStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    AWAITING_APPROVAL = "awaiting_approval", _("Waiting for a second person")
    RELEASED = "released", _("Released")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")
    EXPIRED = "expired", _("Expired")


class AlertQuerySet(models.QuerySet["Alert"]):
    def live(self, *, now: datetime) -> Self:
        """Released alerts whose life is not over at `now`."""
        return self.filter(status=AlertStatus.RELEASED, expires_at__gt=now)


class Alert(models.Model):
    """Texts to responders about one incident, all of one kind."""

    Status = AlertStatus
    Kind = Kind

    class Mode(models.TextChoices):
        WAVES = "waves", _("Nearest first, in waves")
        EVERYONE = "everyone", _("Everyone in the radius")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="alerts")
    verification = models.ForeignKey(
        Verification, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    references = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.WAVES)
    radius_m = models.PositiveIntegerField(default=1_500)
    words = SealedTextField(blank=True, default="")
    """Up to 60 typed characters."""
    what_it_was = models.CharField(max_length=20, choices=WhatItWas, blank=True, default="")
    status = models.CharField(max_length=18, choices=AlertStatus, default=AlertStatus.DRAFT)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    """Who pressed release first, when a second person is needed."""
    asked_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    """When every row of the audience was made; None while planning goes on."""
    audience = models.PositiveIntegerField(default=0)
    """How many people it goes to, as counted when drafted."""

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="alert_verification_is_its_incidents",
                condition=Q(verification__isnull=True) | Q(verification=F("incident")),
            ),
            models.CheckConstraint(
                name="alert_never_unverified",
                condition=Q(status__in=("draft", "awaiting_approval", "stopped"))
                | Q(kind__in=("check", "drill"))
                | Q(verification__isnull=False),
            ),
            models.CheckConstraint(
                name="alert_released_has_life",
                condition=Q(status__in=("draft", "awaiting_approval", "stopped"))
                | Q(expires_at__isnull=False, released_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="alert_live", condition=Q(status="released"))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def rule(self) -> KindRule:
        """Return this kind's line of the table of kinds."""
        return RULES[self.kind]

    def move(self, to: str, **columns: object) -> None:
        """Go to status `to`; raise WrongState when somebody was first."""
        rows = Alert.objects.filter(pk=self.pk, status__in=ALERT.before(to))
        if not rows.update(status=to, **columns):
            raise WrongState(f"alert {self.pk} cannot become {to}")
        self.refresh_from_db()


class AlertText(models.Model):
    """The exact text of an alert in one language, frozen when drafted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    body = SealedTextField()
    segments = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "language"], name="alert_text_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.language}"


class Wave(models.Model):
    """The deliveries released together, nearest first."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="waves")
    number = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    """When somebody should look whether another wave is needed."""
    size = models.PositiveIntegerField(default=0)
    is_done = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["alert", "number"], name="wave_number_once")]
        indexes = [models.Index(fields=["due_at"], name="wave_due", condition=Q(is_done=False))]

    def __str__(self) -> str:
        return f"wave {self.number} of {self.alert_id}"


class Delivery(Outbound):
    """One text of an alert to one responder. It copies no number: the pump joins and opens it."""

    id = models.BigAutoField(primary_key=True)
    # Planning writes many rows at once, and every index and every check of a key costs. Indexes
    # are left out where a constraint or an index below serves as well. That the responder exists
    # the database checks. A released alert and its texts are never deleted: only a draft's are,
    # under the lock of the alert, which releasing and planning hold too.
    alert = models.ForeignKey(
        Alert,
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_constraint=False,
    )
    responder = models.ForeignKey(
        Responder, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    text = models.ForeignKey(
        AlertText,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    wave = models.ForeignKey(
        Wave,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="deliveries",
        db_index=False,
    )
    distance_m = models.PositiveIntegerField(default=0)
    """Incident to the centre of the responder's nearest zone."""

    objects = OutboundQuerySet.as_manager()

    class Meta:
        # In this order it finds somebody's texts too. Those of an alert stand side by side in the
        # index of its key, which costs less than a second one of everybody.
        constraints = [models.UniqueConstraint(fields=["responder", "alert"], name="delivery_once")]
        indexes = [
            *Outbound.Meta.indexes,
            models.Index(
                fields=["priority", "distance_m", "id"],
                name="delivery_queue",
                condition=Q(status="queued"),
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Answer(models.Model):
    """What a responder replied to an alert or a check."""

    class What(models.TextChoices):
        GOING = "going", _("Going")
        CANNOT = "cannot", _("Cannot")
        HERE = "here", _("I am here")
        LEFT = "left", _("I left")
        CONFIRMED = "confirmed", _("Confirmed")
        SOMETHING_ELSE = "something_else", _("It is something else")
        NOTHING = "nothing", _("Nothing here")

    DIGITS: ClassVar = {
        "1": What.GOING,
        "2": What.CANNOT,
        "3": What.HERE,
        "4": What.LEFT,
        "5": What.CONFIRMED,
        "6": What.SOMETHING_ELSE,
        "7": What.NOTHING,
    }
    ONLY_CHECKS: ClassVar = (What.CONFIRMED, What.SOMETHING_ELSE, What.NOTHING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="answers")
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="answers")
    responder = models.ForeignKey(Responder, on_delete=models.CASCADE, related_name="answers")
    what = models.CharField(max_length=16, choices=What)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    note = SealedTextField(blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    is_latest = models.BooleanField(default=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery"], name="answer_one_latest", condition=Q(is_latest=True)
            )
        ]
        indexes = [models.Index(fields=["alert", "what"], name="answer_count")]

    def __str__(self) -> str:
        return f"{self.what} to {self.alert_id}"

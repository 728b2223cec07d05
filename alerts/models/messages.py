"""Any other single text: every one that comes in, and threads, confirmations and pages out."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models.alerts import Answer
from alerts.models.fields import SealedTextField
from alerts.models.incidents import Incident
from alerts.models.outbound import Outbound, OutboundQuerySet
from alerts.models.people import Person
from alerts.models.reports import Report, ReportReceipt
from alerts.models.responders import Responder


class SeenMessageQuerySet(models.QuerySet["SeenMessage"]):
    def remember(self, digest: str) -> bool:
        """Keep `digest` and say whether it is new; a twin not yet committed is waited for."""
        # One statement, where Django takes a savepoint around an INSERT that may fail.
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO alerts_seenmessage (digest, seen_at) VALUES (%s, %s)"
                " ON CONFLICT DO NOTHING",
                [digest, timezone.now()],
            )
            return bool(cursor.rowcount)


class SeenMessage(models.Model):
    """A keyed digest of a carrier's message id: the same text is never read twice.

    It outlives the message by a year, because the carrier's signature has no time stamp.
    """

    digest = models.CharField(max_length=32, primary_key=True)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = SeenMessageQuerySet.as_manager()

    def __str__(self) -> str:
        return self.digest


class InboundText(models.Model):
    """One text that came in, and what the switchboard made of it."""

    class Reading(models.TextChoices):
        REPORT = "report", _("Report")
        ANSWER = "answer", _("Answer")
        THREAD = "thread", _("Reply to the desk")
        LEAVE = "leave", _("Leaves")
        JOIN = "join", _("Wants to join")
        HELP = "help", _("Asks for help")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    number = SealedTextField()
    """E.164."""
    number_index = models.CharField(max_length=32, db_index=True)
    opt_out_digest = models.CharField(max_length=32)
    body = SealedTextField()
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    reading = models.CharField(max_length=8, choices=Reading)
    other_reading = models.CharField(max_length=8, choices=Reading, blank=True, default="")
    """What it may also have been: one click away at the desk."""
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.SET_NULL, related_name="texts"
    )
    answer = models.ForeignKey(
        Answer, null=True, blank=True, on_delete=models.SET_NULL, related_name="texts"
    )
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.SET_NULL, related_name="texts"
    )
    responder = models.ForeignKey(
        Responder, null=True, blank=True, on_delete=models.SET_NULL, related_name="texts"
    )

    class Meta:
        ordering = ["received_at"]

    def __str__(self) -> str:
        return f"{self.reading} {self.pk}"


class Attachment(models.Model):
    """A picture of a text that still lies at the carrier: the obligation to fetch it.

    The row goes when the photo is stored.
    """

    MOST_TRIES: ClassVar = 8

    class WhyNot(models.TextChoices):
        REFUSED = "refused", _("The carrier refused")
        UNAVAILABLE = "unavailable", _("It could not be had")
        UNREADABLE = "unreadable", _("It is no picture we can read")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = models.ForeignKey(InboundText, on_delete=models.CASCADE, related_name="attachments")
    url = SealedTextField()
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    why_not = models.CharField(max_length=12, choices=WhyNot, blank=True, default="")
    """Why it was given up; empty while it is due."""

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="attachment_due", condition=Q(why_not=""))]

    def __str__(self) -> str:
        return f"attachment {self.pk}"


class Message(Outbound):
    """A single text out that is not part of an alert, or a note on a receipt page."""

    class Purpose(models.TextChoices):
        RECEIPT = "receipt", _("We have your report")
        QUESTION = "question", _("A question to the reporter")
        OUTCOME = "outcome", _("What was found")
        HELP = "help", _("Who we are")
        LEFT = "left", _("You are off the list")
        JOIN = "join", _("How to join")
        ANSWERED = "answered", _("We have your answer")
        PAGE = "page", _("Somebody is needed at the desk")
        STAND_DOWN = "stand_down", _("Stand down")

    AUTOMATIC = (Purpose.RECEIPT, Purpose.HELP, Purpose.JOIN)
    """At most two of these an hour go to one number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose)
    number = SealedTextField(null=True, blank=True)
    """E.164; None for a note on a receipt page."""
    number_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    opt_out_digest = models.CharField(max_length=32, blank=True, default="")
    receipt = models.ForeignKey(
        ReportReceipt, null=True, blank=True, on_delete=models.SET_NULL, related_name="notes"
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    body = SealedTextField()
    expires_at = models.DateTimeField()
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    written_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    ignores_opt_out = models.BooleanField(default=False)
    """Only the one confirmation that somebody is off the list."""

    objects = OutboundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="message_only_goodbye_ignores_opt_out",
                condition=Q(ignores_opt_out=False) | Q(purpose="left"),
            )
        ]
        indexes = [
            *Outbound.Meta.indexes,
            models.Index(
                fields=["priority", "created_at"],
                name="message_queue",
                condition=Q(status="queued"),
            ),
            models.Index(fields=["number_index", "created_at"], name="message_to_number"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

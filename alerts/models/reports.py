"""What one person told us, and the secret page on which a web reporter is answered."""

import os
import secrets
import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models.fields import SealedJSONField, SealedTextField, seal, unseal
from alerts.models.incidents import Incident
from alerts.models.keys import index_of, indexes_of
from alerts.models.places import Place


class ReportReceiptQuerySet(models.QuerySet["ReportReceipt"]):
    def issue(self) -> tuple["ReportReceipt", str]:
        """Create a receipt and return it with its secret, of which only a digest is kept."""
        secret = secrets.token_urlsafe(ReportReceipt.SECRET_BYTES)
        return self.create(digest=index_of("receipt", secret)), secret

    def behind(self, secret: str) -> "ReportReceipt":
        """Return the receipt with this secret; raise ReportReceipt.DoesNotExist."""
        return self.get(digest__in=indexes_of("receipt", secret))


class ReportReceipt(models.Model):
    """The secret address of a web reporter's own page; the same page is the same reporter."""

    SECRET_BYTES = 12
    """96 random bits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReportReceiptQuerySet.as_manager()

    def __str__(self) -> str:
        return f"receipt {self.pk}"


class Report(models.Model):
    """One message from one person about one sighting."""

    class Channel(models.TextChoices):
        WEB = "web", _("Web form")
        SMS = "sms", _("Text")
        API = "api", _("API")

    class Tri(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNSAID = "", _("Not said")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=4, choices=Channel)
    received_at = models.DateTimeField(default=timezone.now)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    text = SealedTextField()
    place_text = SealedTextField(blank=True, default="")
    salute = SealedJSONField(default=dict)
    saw_it = models.CharField(max_length=3, choices=Tri, blank=True, default="")
    still_going = models.CharField(max_length=3, choices=Tri, blank=True, default="")
    number = SealedTextField(null=True, blank=True)
    """E.164; None for the web."""
    number_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    receipt = models.ForeignKey(
        ReportReceipt, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    text_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    """Keyed digest of the text without case, spaces and punctuation: copied texts share it."""
    shape_index = models.CharField(max_length=32, blank=True, default="")
    """Keyed digest of the text without the words of its place and without numbers: one text sent
    about many corners shares it. Empty for short texts."""
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.SET_NULL)
    place_label = SealedTextField(blank=True, default="")
    place_confidence = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    place_precision_m = models.PositiveIntegerField(null=True, blank=True)
    place_choices = SealedJSONField(default=list)
    """At most three places the reporter was asked to choose from; empty when nothing is asked."""
    place_asked_at = models.DateTimeField(null=True, blank=True)
    """When we asked them where it is; None once they said so."""
    is_outside = models.BooleanField(default=False)
    """Whether it names a place in none of our areas."""
    is_doubtful = models.BooleanField(default=False)
    """Filled in as programs do it: ranks lower, is never refused."""
    told_outcome = models.CharField(max_length=14, blank=True, default="")
    """The incident's status the reporter was last told."""

    class Meta:
        indexes = [
            models.Index(fields=["incident", "received_at"], name="report_of_incident"),
            models.Index(fields=["-received_at"], name="report_newest"),
            models.Index(fields=["shape_index", "-received_at"], name="report_shape"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"

    @property
    def reporter(self) -> str:
        """Return what tells this reporter from others: a number's or a receipt page's digest."""
        return self.number_index or f"page {self.receipt_id or self.pk}"

    @property
    def is_first(self) -> bool:
        """Whether its incident began with it, so that nothing was said about it before."""
        return self.incident is not None and self.incident.reported_at == self.received_at


class Photo(models.Model):
    """A picture a reporter sent, re-encoded without its metadata and sealed."""

    MOST: ClassVar = 4

    class Checked(models.TextChoices):
        YES = "yes", _("Shows what the report says, and is new")
        NO = "no", _("Does not")
        UNSAID = "", _("Not checked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="photos")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    received_at = models.DateTimeField(default=timezone.now)
    checked = models.CharField(max_length=3, choices=Checked, blank=True, default="")

    def __str__(self) -> str:
        return f"photo {self.pk}"

    @property
    def _where(self) -> str:
        return f"{self._meta.db_table}.content.{self.pk}"

    @property
    def _path(self) -> Path:
        return Path(settings.MEDIA_DIR) / f"{self.pk}.sealed"

    def store(self, jpeg: bytes) -> None:
        """Write the sealed picture durably; call before the row is saved."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._path.open("xb") as file:
            file.write(seal(jpeg, where=self._where))
            file.flush()
            os.fsync(file.fileno())

    def content(self) -> bytes:
        """Return the JPEG; raise FileNotFoundError or Unreadable."""
        return unseal(self._path.read_bytes(), where=self._where)

    def discard(self) -> None:
        """Remove the sealed file; nothing happens when it is gone."""
        self._path.unlink(missing_ok=True)

"""What a coordinator can change: one row."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models.fields import SealedTextField
from rapidresponse.bell import bell

SHORT_CODES = 999
LONG_CODES = 8_999


def default_names() -> dict[str, str]:
    return {
        "en": "Koreatown Rapid Response Network",
        "es": "Red de Respuesta de Koreatown",
        "ko": "코리아타운 긴급대응망",
    }


def default_short_names() -> dict[str, str]:
    return {"en": "Ktown RRN", "es": "Red Ktown", "ko": "K타운대응망"}


def default_languages() -> list[str]:
    return ["en", "es", "ko"]


class NetworkQuerySet(models.QuerySet["Network"]):
    def current(self) -> "Network":
        """Return the one network this installation serves, made with defaults at first use."""
        network, _made = self.get_or_create(pk=Network.ONLY)
        return network


class Network(models.Model):
    """The neighbourhood network: its names, its sender and its limits."""

    ONLY = 1

    class EvidenceRule(models.TextChoices):
        DEFAULT = "default", _("Trained person, two reporters, or reporter and checked photo")
        TRAINED_ONLY = "trained_only", _("A trained person on site")

    names = models.JSONField(default=default_names)
    short_names = models.JSONField(default=default_short_names)
    languages = models.JSONField(default=default_languages)
    hotline = models.CharField(max_length=40, default="(213) 555-0199")
    time_zone = models.CharField(max_length=60, default="America/Los_Angeles")
    centre_lat = models.FloatField(default=34.0618)
    centre_lon = models.FloatField(default=-118.3002)
    code_prefix = models.CharField(max_length=3, default="K")
    codes_given = models.PositiveIntegerField(default=0)
    long_codes_given = models.PositiveIntegerField(default=0)
    segments_per_second = models.FloatField(default=12)
    price_per_segment = models.DecimalField(max_digits=7, decimal_places=5, default="0.00830")
    evidence_rule = models.CharField(
        max_length=20, choices=EvidenceRule, default=EvidenceRule.DEFAULT
    )
    second_person_above = models.PositiveIntegerField(default=100)
    second_person_radius_m = models.PositiveIntegerField(default=1_500)
    wave_size = models.PositiveSmallIntegerField(default=10)
    wave_target = models.PositiveSmallIntegerField(default=2)
    wave_seconds = models.PositiveIntegerField(default=180)
    sending_stopped_at = models.DateTimeField(null=True, blank=True)
    sending_stopped_by = models.ForeignKey(
        "Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sending_stopped_why = SealedTextField(blank=True, default="")

    objects = NetworkQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="network_only_one")]

    def __str__(self) -> str:
        return self.name_in("en")

    def name_in(self, language: str) -> str:
        """Return the network's name in `language`, or in English."""
        return str(self.names.get(language) or self.names.get("en", ""))

    def short_name_in(self, language: str) -> str:
        """Return the first words of every text in `language`."""
        return str(self.short_names.get(language) or self.short_names.get("en", ""))

    def local(self, moment: datetime) -> datetime:
        """Return `moment` on the clocks of the neighbourhood."""
        return moment.astimezone(ZoneInfo(self.time_zone))

    @property
    def is_stopped(self) -> bool:
        """Whether the kill switch is on."""
        return self.sending_stopped_at is not None

    def stop_sending(self, *, by: models.Model | None, why: str = "") -> None:
        """Turn the kill switch on: no text leaves until a person turns it off."""
        self._switch(sending_stopped_at=timezone.now(), sending_stopped_by=by, why=why)

    def resume_sending(self) -> None:
        """Turn the kill switch off."""
        self._switch(sending_stopped_at=None, sending_stopped_by=None, why="")

    def _switch(self, *, why: str, **columns: object) -> None:
        for name, value in {**columns, "sending_stopped_why": why}.items():
            setattr(self, name, value)
        self.save(update_fields=[*columns, "sending_stopped_why"])
        bell.ring()
        self.refresh_from_db()

    def next_code(self) -> str:
        """Return the next short name of an incident, such as K-042.

        Three digits going round; the caller asks for a long one when a short one was used
        within a day.
        """
        return f"{self.code_prefix}-{self._count('codes_given') % SHORT_CODES + 1:03d}"

    def next_long_code(self) -> str:
        """Return the next four-digit short name, such as K-1042."""
        return f"{self.code_prefix}-{self._count('long_codes_given') % LONG_CODES + 1_001}"

    def _count(self, column: str) -> int:
        Network.objects.filter(pk=self.pk).update(**{column: models.F(column) + 1})
        return int(Network.objects.values_list(column, flat=True).get(pk=self.pk)) - 1

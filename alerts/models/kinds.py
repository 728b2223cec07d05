"""The kinds of alert: who may get one, who may release it, which words, how long it lives."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    CHECK = "check", _("Check")
    ALERT = "alert", _("Alert")
    UPDATE = "update", _("Update")
    ENOUGH = "enough", _("Enough people")
    ALL_CLEAR = "all_clear", _("All clear")
    STAND_DOWN = "stand_down", _("Stand down")
    CORRECTION = "correction", _("Correction")
    DRILL = "drill", _("Drill")


@dataclass(frozen=True, slots=True)
class KindRule:
    """One line of the table of kinds."""

    life: timedelta
    priority: int
    """Smaller leaves first; below 10 overtakes everything queued."""
    cap: str
    """Message type of the Common Alerting Protocol 1.2: Alert, Update or Cancel."""
    follows: bool
    """Goes to those who got the alert it references, not to an audience of its own."""
    takes_words: bool = False
    """May carry up to WORDS_MOST typed characters."""
    needs_verification: bool = True
    is_resent: bool = False
    """An unknown text is sent again rather than given up: missing it is worse than twice."""


WORDS_MOST = 60
CHECK_MOST = 8

RULES: dict[str, KindRule] = {
    Kind.STAND_DOWN: KindRule(timedelta(hours=2), 1, "Cancel", follows=True, is_resent=True),
    Kind.CORRECTION: KindRule(timedelta(hours=24), 2, "Cancel", follows=True, is_resent=True),
    Kind.ALL_CLEAR: KindRule(timedelta(hours=2), 3, "Cancel", follows=True, is_resent=True),
    Kind.UPDATE: KindRule(timedelta(minutes=45), 4, "Update", follows=True, takes_words=True),
    Kind.ENOUGH: KindRule(timedelta(minutes=20), 5, "Update", follows=True),
    Kind.CHECK: KindRule(
        timedelta(minutes=20),
        10,
        "Alert",
        follows=False,
        needs_verification=False,
        is_resent=True,
    ),
    Kind.ALERT: KindRule(
        timedelta(minutes=45), 11, "Alert", follows=False, takes_words=True, is_resent=True
    ),
    Kind.DRILL: KindRule(
        timedelta(minutes=45), 30, "Alert", follows=False, needs_verification=False
    ),
}
PAGE_PRIORITY = 15
MESSAGE_PRIORITY = 20

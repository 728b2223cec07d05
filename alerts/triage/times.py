"""How the desk says times."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

MINUTE = 60
HOUR = 3600
DAY = 86_400


def ago(moment: datetime) -> str:
    """Say how long ago `moment` was, in the shortest words: now, 11 min, 3 h, 2 d."""
    seconds = (timezone.now() - moment).total_seconds()
    if seconds < MINUTE:
        return _("now")
    if seconds < HOUR:
        return _("%(count)s min") % {"count": int(seconds // MINUTE)}
    if seconds < DAY:
        return _("%(count)s h") % {"count": int(seconds // HOUR)}
    return _("%(count)s d") % {"count": int(seconds // DAY)}

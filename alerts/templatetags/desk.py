"""How the desk's templates say times and hide numbers."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts.models import Network, Report
from alerts.triage import threads

register = template.Library()

MINUTE = 60
HOUR = 3600
DAY = 86_400


@register.filter
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


@register.filter
def time_left(moment: datetime, now: datetime) -> str:
    """Say how much time is left until `moment`, such as 4:12."""
    seconds = max(0, int((moment - now).total_seconds()))
    return f"{seconds // MINUTE}:{seconds % MINUTE:02d}"


@register.filter
def clock(moment: datetime, network: Network) -> str:
    """Return the time of day on the neighbourhood's clocks."""
    return f"{network.local(moment):%H:%M}"


@register.filter
def day_and_clock(moment: datetime, network: Network) -> str:
    """Return the day and time on the neighbourhood's clocks."""
    return f"{network.local(moment):%Y-%m-%d %H:%M}"


@register.filter
def percent(share: float) -> str:
    """Return a share of one as a whole percentage."""
    return f"{round(100 * share)} %"


@register.filter
def masked(report: Report) -> str:
    """Return what may be shown of a reporter's number."""
    return threads.masked(report)

"""How the desk's templates say times and hide numbers."""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.template.context import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from alerts.models import Network, Report
from alerts.triage import threads
from alerts.triage.board import Row
from alerts.triage.times import MINUTE, ago
from alerts.triage.views.queue import line_for

register = template.Library()
register.filter(ago)


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


@register.simple_tag(takes_context=True)
def lines(context: Context, rows: Iterable[Row]) -> SafeString:
    """Return the lines of `rows` for the reader `me`, who looks at the incident `here`."""
    me, here = context["me"], context.get("here") or ""
    return format_html_join("", "{}", ((line_for(row, me=me, here=here),) for row in rows))

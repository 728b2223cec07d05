"""How pages about alerts say durations."""

from math import ceil

from django import template
from django.utils.translation import gettext as _

register = template.Library()

MINUTE = 60


@register.filter
def duration(seconds: float) -> str:
    """Say a number of seconds: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = ceil(seconds)
    minutes, rest = divmod(whole, MINUTE)
    if minutes == 0:
        return _("%(seconds)d s") % {"seconds": rest}
    hours, minutes = divmod(minutes, MINUTE)
    if hours == 0:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}

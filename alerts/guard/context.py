"""What every page may show: the network in the reader's language, and staff's way around."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from alerts.guard.enrolment import is_enrolled
from alerts.models import Network, Person, Shift, User


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the staff's navigation."""

    name: str
    url: str
    is_here: bool


# Doors that are not built are absent, never empty pages.
DOORS = (
    ("desk", gettext_lazy("Desk"), "read"),
    ("inbox", gettext_lazy("Inbox"), "read"),
    ("alerts", gettext_lazy("Alerts"), "read"),
    ("shifts", gettext_lazy("Shifts"), "read"),
    ("people", gettext_lazy("People"), "coordinate"),
)


def network(request: HttpRequest) -> dict[str, object]:
    """Return what base.html shows; asks the database only for what a page uses.

    `network` and its names; and where somebody is signed in with a second factor: `staff` (their
    Person), `doors` of the navigation, `on_shift` (names and ends of shifts) and
    `stopped_at_local` (when the kill switch was pressed).
    """
    # It stands for a Network everywhere, but asks for it only when it is looked at.
    here = cast(Network, SimpleLazyObject(Network.objects.current))
    return {
        "network": here,
        "network_name": SimpleLazyObject(lambda: here.name_in(language())),
        "network_short_name": SimpleLazyObject(lambda: here.short_name_in(language())),
        "staff": SimpleLazyObject(lambda: staff_of(request)),
        "doors": SimpleLazyObject(lambda: list(doors(request))),
        "on_shift": SimpleLazyObject(lambda: on_shift(here)),
        "stopped_at_local": SimpleLazyObject(lambda: clock(here, here.sending_stopped_at)),
    }


def language() -> str:
    """Return the reader's language as the models spell it."""
    return (get_language() or "en").split("-")[0]


def staff_of(request: HttpRequest) -> Person | None:
    """Return who is signed in with a second factor, if anybody."""
    user = getattr(request, "user", None)
    if isinstance(user, User) and user.person.is_active and is_enrolled(request):
        return user.person
    return None


def doors(request: HttpRequest) -> Iterator[Door]:
    """Yield the staff doors this person may open."""
    person = staff_of(request)
    longest = ""
    found = []
    for name, label, right in DOORS:
        url = address_of(name)
        if url and person is not None and person.may(right):
            found.append((str(label), url))
            if request.path.startswith(url) and len(url) > len(longest):
                longest = url
    for words, url in found:
        yield Door(words, url, is_here=url == longest)


def address_of(name: str) -> str:
    """Return the address of a page, "" where it does not exist."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def on_shift(network: Network) -> str:
    """Return who looks after the desk and until when, such as "Ana, Grace until 14:00"."""
    names: dict[str, list[str]] = {}
    for shift in Shift.objects.on_at(timezone.now()).select_related("person").order_by("ends_at"):
        names.setdefault(clock(network, shift.ends_at), []).append(shift.person.name)
    return "; ".join(
        _("%(name)s until %(time)s") % {"name": ", ".join(people), "time": time}
        for time, people in names.items()
    )


def clock(network: Network, moment: datetime | None) -> str:
    """Return the time of `moment` on the neighbourhood's clocks."""
    return date_format(network.local(moment), "H:i") if moment else ""

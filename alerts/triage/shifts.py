"""The roster: who looks after the desk when, swaps, and the note one shift leaves the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from alerts.models import HandOver, Network, Person, Shift

DAYS = 7
LONGEST = timedelta(hours=16)
LONGEST_NOTE = 2_000


class CannotTakeShift(Exception):
    """The shift is over, too long, or overlaps another of the same person."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the roster, on the neighbourhood's clocks."""

    date: date
    shifts: list[Shift]


def week(now: datetime, *, network: Network) -> list[Day]:
    """Return the shifts of the coming seven days: one query."""
    zone = ZoneInfo(network.time_zone)
    first = now.astimezone(zone).date()
    begin = datetime.combine(first, time.min, zone)
    rows: Sequence[Shift] = list(
        Shift.objects.filter(ends_at__gt=begin, starts_at__lt=begin + timedelta(days=DAYS))
        .select_related("person")
        .order_by("starts_at")
    )
    days = [first + timedelta(days=step) for step in range(DAYS)]
    return [
        Day(day, [one for one in rows if one.starts_at.astimezone(zone).date() == day])
        for day in days
    ]


def add(person: Person, *, day: date, begins: time, ends: time, network: Network) -> Shift:
    """Put `person` on the roster; an end before the beginning is on the next day.

    Raise CannotTakeShift.
    """
    zone = ZoneInfo(network.time_zone)
    starts_at = datetime.combine(day, begins, zone)
    ends_at = datetime.combine(day + timedelta(days=ends <= begins), ends, zone)
    if ends_at - starts_at > LONGEST:
        raise CannotTakeShift
    with transaction.atomic():
        _one_at_a_time(person)
        if person.shifts.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
            raise CannotTakeShift
        return Shift.objects.create(person=person, starts_at=starts_at, ends_at=ends_at)


def swap(shift: Shift, *, to: Person, now: datetime) -> None:
    """Give a shift that is not over to somebody else; raise CannotTakeShift."""
    with transaction.atomic():
        _one_at_a_time(to)
        busy = to.shifts.filter(starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at)
        if busy.exists():
            raise CannotTakeShift
        if not Shift.objects.filter(pk=shift.pk, ends_at__gt=now).update(person=to):
            raise CannotTakeShift


def leave_note(body: str, *, by: Person | None) -> HandOver:
    """Leave a note for the next shift."""
    return HandOver.objects.create(by=by, body=body.strip()[:LONGEST_NOTE])


def _one_at_a_time(person: Person) -> None:
    Person.objects.select_for_update().get(pk=person.pk)

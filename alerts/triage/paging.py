"""Calling people to the desk: who is asked when, and never more often than they can bear."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from alerts.dispatch.messages import queue_message
from alerts.dispatch.pager import other_ways, page_otherwise
from alerts.models import Event, Incident, Lease, Message, Network, Person, Shift
from alerts.triage.wording import write

REST = timedelta(minutes=2)
"""At most one page in this time to one person; what came meanwhile is merged into the next."""
LIFE = timedelta(minutes=10)
SOON = timedelta(hours=12)
"""Whose shift begins within this time may be called before it."""
MOST_AT_ONCE = 200

Who = Literal["on_shift", "next", "coordinators"]
STEPS: tuple[tuple[timedelta, Who], ...] = (
    (timedelta(0), "on_shift"),
    (timedelta(minutes=3), "next"),
    (timedelta(minutes=6), "coordinators"),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident nobody looks after, and the step of calling people that is due."""

    incident: Incident
    who: Who


def page(now: datetime) -> int:
    """Call those who are due to be called; return how many pages were written.

    Everything is computed from rows, so a restart forgets nothing, and of two sweeps at once
    one finds that the person was called a moment ago. While no text leaves, people are called
    otherwise too, and what is due waits until that is possible.
    """
    due = list(waiting(now))
    if not due:
        return 0
    otherwise = bool(other_ways()) and Network.objects.current().is_stopped
    if otherwise and not _call_otherwise():
        return 0
    return sum(
        _call(who, [one.incident for one in due if one.who == who], now=now, otherwise=otherwise)
        for _after, who in STEPS
    )


def _call_otherwise() -> bool:
    """Call by what needs no carrier, at most once in REST; say whether that was taken."""
    rested = Lease.take("page_otherwise", holder=str(uuid4()), seconds=REST.total_seconds())
    return rested and page_otherwise()


def waiting(now: datetime) -> Iterable[Waiting]:
    """Yield the unclaimed incidents for which a step of calling people is due: two queries."""
    incidents = list(_not_called_for(now)[:MOST_AT_ONCE])
    past = Event.objects.filter(
        incident__in=incidents, what__in=(Event.What.PAGED, Event.What.REOPENED)
    )
    events: dict[object, list[tuple[str, datetime]]] = defaultdict(list)
    for key, what, at in past.order_by("at").values_list("incident", "what", "at"):
        events[key].append((what, at))
    for incident in incidents:
        who = _due(incident, events[incident.pk], now=now)
        if who:
            yield Waiting(incident, who)


def _not_called_for(now: datetime) -> QuerySet[Incident]:
    """Unclaimed incidents for which a step is left, or may be after they were reopened.

    Else those for which everybody was called already would hide what came after them.
    """
    events = Count("events", filter=Q(events__what=Event.What.PAGED))
    opened = Count("events", filter=Q(events__what=Event.What.REOPENED))
    unclaimed = Incident.objects.unclaimed(now=now).filter(set_aside_at=None, is_drill=False)
    counted = unclaimed.annotate(calls=events, opened=opened)
    return counted.filter(calls__lt=len(STEPS) * (1 + F("opened")))


def _due(incident: Incident, events: list[tuple[str, datetime]], *, now: datetime) -> Who | None:
    """Return whom the next step calls if it is due; checking again begins anew."""
    opened = [at for what, at in events if what == Event.What.REOPENED]
    since = opened[-1] if opened else incident.reported_at
    calls = sum(what == Event.What.PAGED and at >= since for what, at in events)
    if calls >= len(STEPS):
        return None
    after, who = STEPS[calls]
    return who if now - since >= after else None


def people(who: Who, now: datetime) -> list[Person]:
    """Return whom a step calls: those on shift again when nobody is next, else coordinators."""
    found: list[Person] = []
    if who == "on_shift":
        found = on_shift(now)
    if who == "next":
        found = next_on_shift(now) or on_shift(now)
    return found or coordinators()


def is_anybody_on_shift(now: datetime) -> bool:
    """Say whether the roster names anybody now, with a number to be called at or without."""
    return Shift.objects.on_at(now).exists()


def on_shift(now: datetime) -> list[Person]:
    """Return everybody who looks after the desk now."""
    return _reachable(Person.objects.filter(shifts__in=Shift.objects.on_at(now)))


def next_on_shift(now: datetime) -> list[Person]:
    """Return who takes over next."""
    coming = Shift.objects.filter(
        starts_at__gt=now, starts_at__lte=now + SOON, person__is_active=True
    ).exclude(person__in=Shift.objects.on_at(now).values("person"))
    first = coming.order_by("starts_at").first()
    return _reachable(Person.objects.filter(pk=first.person_id)) if first else []


def coordinators() -> list[Person]:
    """Return every active coordinator who has a number."""
    return _reachable(Person.objects.filter(role=Person.Role.COORDINATOR))


def _reachable(people: QuerySet[Person]) -> list[Person]:
    active = people.filter(is_active=True, number__isnull=False).distinct()
    return [person for person in active if person.number]


def _call(who: Who, incidents: Sequence[Incident], *, now: datetime, otherwise: bool) -> int:
    """Write to whom this step calls; it is done when somebody was called, by whichever way."""
    if not incidents:
        return 0
    with transaction.atomic():
        called = [person for person in people(who, now) if _may_call(person, now)]
        for person in called:
            _write(person, who, count=len(incidents))
        if called or otherwise:
            for incident in incidents:
                Event.objects.note(incident, Event.What.PAGED, detail=who)
    return len(called)


def _may_call(person: Person, now: datetime) -> bool:
    """Take this person's turn to be called; False when somebody called them a moment ago."""
    rested = Q(last_paged_at=None) | Q(last_paged_at__lte=now - REST)
    return bool(Person.objects.filter(rested, pk=person.pk).update(last_paged_at=now))


def _write(person: Person, who: Who, *, count: int) -> None:
    name = "page_coordinator" if who == "coordinators" else "page"
    queue_message(
        purpose=Message.Purpose.PAGE,
        number=str(person.number),
        language=person.language,
        body=write(name, person.language, count=count),
        life=LIFE,
    )

"""One text sent about many corners, one number reporting everywhere: ranked lower, never refused.

A flood is written by few hands. What they share is a shape, the words that are left of a text
without its place and its numbers, or a number. Real people are many, and each writes once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from alerts.models import Heartbeat, Report, Responder
from alerts.triage.importance import COPIES, weigh_many

Row = TypeVar("Row")
NAME = "copies"
"""Of the heartbeat that remembers how far we looked."""
WINDOW = timedelta(hours=1)
TOGETHER = 50
"""Marked and weighed in one transaction: so many incidents new reports may have to wait for."""
OVERLAP = timedelta(seconds=15)
"""A transaction may commit this much later than the moment it wrote on its row."""
MOST_CORNERS = 3
"""One number that reports more incidents than this in an hour is not looking, but sending."""
MOST_AT_ONCE = 2_000
MOST_MARKED = 400
"""In one look: the sweep has other things to do, and is missed when it is silent."""


def mark_copies(now: datetime) -> int:
    """Mark what came in copies since the last look as doubtful; return how many reports.

    Runs in the sweep and not at the door, so that a flood costs the door nothing. Safe to run
    twice and beside itself: marking is one conditional UPDATE.
    """
    fresh = Report.objects.filter(received_at__gt=_looked_until(now), is_doubtful=False)
    rows = fresh.values_list("shape_index", "number_index").distinct()[:MOST_AT_ONCE]
    shapes = {shape for shape, _number in rows if shape}
    numbers = {number for _shape, number in rows if number}
    marked = _mark(_copied(shapes, now)) + _mark(_everywhere(numbers, now))
    if marked < MOST_MARKED:
        # Else there is more: the next look begins where this one did.
        Heartbeat.objects.beat(NAME, marked=marked)
    return marked


def _looked_until(now: datetime) -> datetime:
    age = Heartbeat.objects.age_of(NAME, now=now)
    age = WINDOW if age is None else max(age, timedelta(0))
    return max(now - WINDOW, now - age - OVERLAP)


def _copied(shapes: Iterable[str], now: datetime) -> QuerySet[Report]:
    """Reports of this hour whose shape came at least COPIES times."""
    alike = Report.objects.filter(shape_index__in=shapes, received_at__gt=now - WINDOW)
    often = alike.values("shape_index").annotate(times=Count("pk")).filter(times__gte=COPIES)
    return alike.filter(shape_index__in=[row["shape_index"] for row in often])


def _everywhere(numbers: Iterable[str], now: datetime) -> QuerySet[Report]:
    """Reports of this hour by a number that named too many corners; responders are trusted."""
    responder = Responder.objects.filter(
        number_index=OuterRef("number_index"), status=Responder.Status.ACTIVE
    )
    theirs = Report.objects.filter(
        ~Exists(responder), number_index__in=numbers, received_at__gt=now - WINDOW
    )
    busy = (
        theirs.values("number_index")
        .annotate(corners=Count("incident", distinct=True))
        .filter(corners__gt=MOST_CORNERS)
    )
    return theirs.filter(number_index__in=[row["number_index"] for row in busy])


def _mark(reports: QuerySet[Report]) -> int:
    fresh = reports.filter(is_doubtful=False).order_by("received_at")
    rows = list(fresh.values_list("pk", "incident")[:MOST_MARKED])
    marked = 0
    for some in batched(rows, TOGETHER):
        with transaction.atomic():
            mine = Report.objects.filter(pk__in=[pk for pk, _incident in some])
            marked += mine.update(is_doubtful=True)
            weigh_many({incident for _pk, incident in some if incident})
    return marked


def batched(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """Yield `rows` in pieces of at most `size`."""
    for first in range(0, len(rows), size):
        yield rows[first : first + size]

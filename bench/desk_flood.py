"""A flood of false reports with true ones among them, inside Django."""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from alerts.models import Incident, Report
from alerts.models.keys import index_of
from alerts.triage.board import board
from alerts.triage.copies import mark_copies
from alerts.triage.gathering import gather
from bench.desk_pages import Page, ask, signed_in
from bench.desk_scene import wipe

REAL, LINES = 20, 25
A_SECOND = 50

LIES = (
    "URGENT huge raid happening everyone must run and hide right now",
    "they are arresting children inside the church send everybody quickly",
    "ICE has rifles, shooting people, please everybody come and fight them",
    "la migra se lleva a todos los vecinos vengan armados ahora mismo todos",
)
TRUTHS = (
    "2 agents in green vests stopping a man at the bus stop",
    "hay como cinco de la migra tocando puertas en el edificio azul",
    "요원들이 가게 앞에서 사람을 붙잡고 있어요",
    "white suburban with federal plates parked across from the laundry",
    "se llevaron a dos jardineros, estan todos llorando",
    "they're asking everybody for papers at the car wash",
)
Make = Callable[[random.Random], Iterator[Report]]


@dataclass(frozen=True, slots=True)
class Flood:
    """How the desk looks after one."""

    found: int
    """How many true reports stand in the first LINES lines."""
    report_ms: float
    waiting: int
    shown: int
    hidden: int


def flood(mix: Make, *, fakes: int, seed: int) -> Flood:
    """Let `fakes` false and REAL true reports come in; copies are marked as the sweep does."""
    wipe()
    dice = random.Random(seed)
    false = list(itertools.islice(mix(dice), fakes))
    true = list(honest(dice))
    rows = [*false, *true]
    dice.shuffle(rows)
    begun = time.perf_counter()
    for number, report in enumerate(rows):
        report.received_at = timezone.now()
        with transaction.atomic():
            gather(report)
        if number % (2 * A_SECOND) == 0:
            mark_copies(timezone.now())
    took = (time.perf_counter() - begun) * 1_000 / len(rows)
    mark_copies(timezone.now())
    queue = board(now=timezone.now())
    lines = {row.incident.pk for row in queue.needs[:LINES]}
    found = Report.objects.filter(pk__in=[one.pk for one in true], incident__in=lines)
    return Flood(found.count(), took, queue.needs_total, len(queue.needs), queue.hidden)


def page_under(flooded: Flood, times: int) -> Page:
    """Ask for the queue after a flood; raise RuntimeError where its counts are wrong."""
    page = ask(signed_in("flooded"), "/desk/queue/", times)
    waiting = Incident.objects.unclaimed(now=timezone.now()).filter(set_aside_at=None).count()
    if waiting != flooded.shown + flooded.hidden:
        raise RuntimeError(f"{waiting} wait, {flooded.shown} + {flooded.hidden} are said to")
    if flooded.hidden and f"{flooded.hidden} more" not in page.html:
        raise RuntimeError("the page does not say how many more wait")
    return page


def corner(row: int) -> dict[str, object]:
    """Return the place columns of crossing number `row` of a made-up grid, 250 m apart."""
    return {
        "lat": 34.00 + (row % 60) * 0.0023,
        "lon": -118.40 + (row // 60) * 0.0028,
        "place_label": f"{row} St & Row Ave",
        "place_confidence": 0.95,
        "place_precision_m": 20,
    }


def honest(dice: random.Random) -> Iterator[Report]:
    for row in range(REAL):
        words = f"{TRUTHS[row % len(TRUTHS)]} {dice.choice(TRUTHS)}".split()
        text = " ".join(dice.sample(words, 6))
        yield _text(text, f"+1556{3_000_000 + row}", corner(row * 61))


def copied(dice: random.Random) -> Iterator[Report]:
    """200 numbers, a few texts, many corners."""
    for row in itertools.count():
        place = corner(dice.randrange(1_500))
        yield _text(
            f"{dice.choice(LIES)} {place['place_label']}", f"+1555{2_000_000 + row % 200}", place
        )


def posted(dice: random.Random) -> Iterator[Report]:
    """One-time posts by the web form, each in words of its own, every box ticked or not."""
    for row in itertools.count():
        words = f"{dice.choice(LIES)} {dice.choice(TRUTHS)} {row}".split()
        yield Report(
            channel=Report.Channel.WEB,
            text=" ".join(dice.sample(words, 8)),
            saw_it=dice.choice(["yes", ""]),
            still_going=dice.choice(["yes", ""]),
            **corner(dice.randrange(1_500)),
        )


def mixed(dice: random.Random) -> Iterator[Report]:
    """Half copies, half plausible posts a few steps from the true ones."""
    posts = posted(dice)
    for row, copy in enumerate(copied(dice)):
        yield copy
        post, near = next(posts), corner((row % REAL) * 61)
        post.lat, post.lon = float(str(near["lat"])) + 0.0011, float(str(near["lon"]))
        post.place_label = str(near["place_label"])
        yield post


def _text(text: str, number: str, place: dict[str, object]) -> Report:
    return Report(
        channel=Report.Channel.SMS,
        text=text,
        number=number,
        number_index=index_of("phone", number),
        **place,
    )

"""A made-up day at the desk: 1,000 reports of 120 events, one in twenty a hostile copy."""

import itertools
import random
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

REPORTS = 1_000
EVENTS = 120
COPIES = 0.05
NAMELESS = 0.03
"""Share of reports that name no place at all."""
LASTS = timedelta(minutes=25)
MORNING = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
DAY = timedelta(hours=10)
NEAR_M = 3_000
LIE = "URGENTE la migra se lleva a los ninos vengan todos a pelear"

SIGHTINGS = (
    "ICE agents at {a} and {b}",
    "{n} vans, men in vests, {a}/{b}",
    "they're taking a man at {b} & {a}!!",
    "unmarked suvs {a} @ {b} now",
    "hay agentes de la migra en la {a} y {b}",
    "la migra en {b} con {a}, {n} camionetas",
    "esquina de {a} y {b}, paran a la gente",
    "veo {n} agentes con chaleco en {a} y {b}",
    "{a} {b} 사거리에 요원 {n}명",
    "{b}와 {a} 코너에서 사람을 잡고 있어요",
)
NO_PLACE = ("la migra esta aqui", "they are taking people, hurry", "요원들이 왔어요")


@dataclass(frozen=True, slots=True)
class Said:
    """One report of the day, with the event it is about."""

    at: datetime
    text: str
    number: str
    event: int


def day(crossings: list[tuple[str, str]], *, seed: int) -> list[Said]:
    """Return the day's reports in the order they come in; `crossings` are pairs of names."""
    dice = random.Random(seed)
    corners = dice.sample(crossings, EVENTS)
    begins = [MORNING + DAY * dice.random() for _event in range(EVENTS)]
    numbers = phone_numbers()
    said = [
        _report(event, corners[event], begins[event], next(numbers), dice)
        for event in _events(dice)
    ]
    return sorted(said, key=lambda one: one.at)


def _events(dice: random.Random) -> Iterator[int]:
    """Yield an event for each report: every event once, the rest with a heavy tail."""
    yield from range(EVENTS)
    weights = [1 / (1 + rank) ** 0.7 for rank in range(EVENTS)]
    yield from dice.choices(range(EVENTS), weights, k=REPORTS - EVENTS)


def _report(
    event: int, corner: tuple[str, str], begin: datetime, number: str, dice: random.Random
) -> Said:
    a, b = corner
    at = begin + LASTS * dice.random()
    chance = dice.random()
    if chance < COPIES:
        text = f"{LIE} {a} y {b}"
    elif chance < COPIES + NAMELESS:
        text = dice.choice(NO_PLACE)
    else:
        text = dice.choice(SIGHTINGS).format(a=a, b=b, n=dice.randint(2, 9))
    return Said(at, text, number, event)


def phone_numbers() -> Iterator[str]:
    """Yield numbers nobody has: the unassigned area code 555, for measuring only."""
    for number in itertools.count(2_000_000):
        yield f"+1555{number}"


def pairs(events: list[int], incidents: list[Hashable]) -> tuple[float, float]:
    """Return precision and recall over the pairs of reports that were put together."""
    together, truly = _pairs_of(incidents), _pairs_of(events)
    both = _pairs_of(zip(events, incidents, strict=True))
    return both / max(1, together), both / max(1, truly)


def _pairs_of(groups: Iterable[Hashable]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(groups).values())

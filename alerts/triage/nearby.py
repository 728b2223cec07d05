"""How many responders are near: counts per cell, read once for every page of this process."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

import h3

from alerts.models import Incident, Responder, Zone

KEPT_SECONDS = 30

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Known:
    """Who is reachable where, as it was read at `read_at` (monotonic)."""

    read_at: float = float("-inf")
    cells: dict[int, frozenset[UUID]] = field(default_factory=dict)
    near: dict[int, int] = field(default_factory=dict)
    """How many there are in and around the cells somebody asked about."""


_known = Known()


def responders_near(incident: Incident) -> int:
    """Count the reachable responders with a zone in the incident's cell or one beside it."""
    cell = incident.cell
    if cell is None:
        return 0
    known = _fresh()
    if cell not in known.near:
        around = h3.grid_disk(h3.int_to_str(cell), 1)
        people = [known.cells.get(h3.str_to_int(each), frozenset()) for each in around]
        known.near[cell] = len(frozenset().union(*people))
    return known.near[cell]


def counts_by_cell() -> dict[int, int]:
    """Return how many reachable responders chose each cell."""
    return {cell: len(people) for cell, people in _fresh().cells.items()}


def forget() -> None:
    """Read again at the next question."""
    global _known
    _known = Known()


def _fresh() -> Known:
    global _known
    known = _known
    if time.monotonic() - known.read_at < KEPT_SECONDS:
        return known
    # One reader is enough: the others wait for its answer rather than ask the same.
    with _lock:
        if _known is known:
            _known = Known(time.monotonic(), _read())
        return _known


def _read() -> dict[int, frozenset[UUID]]:
    cells: dict[int, set[UUID]] = defaultdict(set)
    reachable = Responder.objects.reachable().values("pk")
    for cell, responder in Zone.objects.filter(responder__in=reachable).values_list(
        "cell", "responder"
    ):
        cells[cell].add(responder)
    return {cell: frozenset(people) for cell, people in cells.items()}

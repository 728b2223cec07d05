"""How many responders are near: counts per cell, read once for every page of this process."""

import threading
import time
from collections import defaultdict
from uuid import UUID

import h3

from alerts.models import Incident, Responder, Zone

KEPT_SECONDS = 30

_lock = threading.Lock()
_NEVER: tuple[float, dict[int, frozenset[UUID]]] = (float("-inf"), {})
_known = _NEVER


def responders_near(incident: Incident) -> int:
    """Count the reachable responders with a zone in the incident's cell or one beside it."""
    if incident.cell is None:
        return 0
    cells = _by_cell()
    around = h3.grid_disk(h3.int_to_str(incident.cell), 1)
    near = [cells.get(h3.str_to_int(cell), frozenset()) for cell in around]
    return len(frozenset().union(*near))


def counts_by_cell() -> dict[int, int]:
    """Return how many reachable responders chose each cell."""
    return {cell: len(people) for cell, people in _by_cell().items()}


def forget() -> None:
    """Read again at the next question."""
    global _known
    _known = _NEVER


def _by_cell() -> dict[int, frozenset[UUID]]:
    global _known
    read_at, cells = _known
    if time.monotonic() - read_at < KEPT_SECONDS:
        return cells
    # One reader is enough: the others wait for its answer rather than ask the same.
    with _lock:
        if _known[0] == read_at:
            _known = (time.monotonic(), _read())
        return _known[1]


def _read() -> dict[int, frozenset[UUID]]:
    cells: dict[int, set[UUID]] = defaultdict(set)
    reachable = Responder.objects.reachable().values("pk")
    for cell, responder in Zone.objects.filter(responder__in=reachable).values_list(
        "cell", "responder"
    ):
        cells[cell].add(responder)
    return {cell: frozenset(people) for cell, people in cells.items()}

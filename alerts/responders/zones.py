"""Where responders want to be asked: named areas and places become H3 cells."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import h3

from alerts.models import Area, AreaCell, Responder, Zone
from alerts.models.places import cell_at

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AreaCount:
    """How many active responders want to be asked in an area."""

    area: str
    people: int


def cells_of_areas(areas: Iterable[Area]) -> set[int]:
    """Return the cells of these areas."""
    rows = AreaCell.objects.filter(area__in=list(areas)).values_list("cell", flat=True)
    return set(rows)


def cells_around(lat: float, lon: float) -> set[int]:
    """Return the cell at a point and its six neighbours: about 1.5 km around."""
    middle = h3.int_to_str(cell_at(lat, lon))
    return {h3.str_to_int(cell) for cell in h3.grid_disk(middle, 1)}


def people_per_area() -> list[AreaCount]:
    """Count active responders in each of our areas, most first; one person may be in several.

    Three plain queries, joined here: areas overlap and a zone knows no area.
    """
    areas_at = defaultdict(set)
    ours = AreaCell.objects.filter(area__is_ours=True)
    for cell, name in ours.values_list("cell", "area__name"):
        areas_at[cell].add(name)
    people: dict[str, set[object]] = defaultdict(set)
    zones = Zone.objects.filter(responder__status=Responder.Status.ACTIVE, cell__in=areas_at)
    for cell, responder in zones.values_list("cell", "responder_id"):
        for name in areas_at[cell]:
            people[name].add(responder)
    counts = [AreaCount(name, len(who)) for name, who in people.items()]
    return sorted(counts, key=lambda count: (-count.people, count.area))


def mend_zones() -> int:
    """Let zones repeat what their owners' rows say; return how many did not, normally none."""
    mended = Zone.objects.mend()
    if mended:
        log.warning("%d zones said something else than their owners; mended", mended)
    return mended

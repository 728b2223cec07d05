"""From what somebody wrote to a point, or to the one question that would settle it."""

import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Value

from alerts.models import Area, Place
from alerts.models.places import cell_at
from alerts.places import Candidate, Hint, UnusableIndex, choices, resolve
from alerts.triage.placing import nearest

log = logging.getLogger(__name__)

POINT_PRECISION_M = 50
POINT_CONFIDENCE = 0.8


@dataclass(frozen=True, slots=True)
class Where:
    """What a report says about its place."""

    found: Candidate | None = None
    choices: list[Candidate] = field(default_factory=list)
    """What it could mean when nothing was found, best first; at most three."""


def where_is(
    text: str,
    *,
    place_text: str = "",
    lat: float | None = None,
    lon: float | None = None,
    before: str = "",
) -> Where:
    """Return the place that a report names; never raises for anything somebody typed.

    `place_text` is what stands in the field "where"; `lat` and `lon` (WGS84) are where the
    phone is or the map was touched; `before` is what the same person wrote just before.
    A place in words wins over the phone's: people report from around the corner, or from home.
    """
    point = (lat, lon) if is_on_earth(lat, lon) else (None, None)
    hint = Hint(lat=point[0], lon=point[1], before=before)
    weak: list[Candidate] = []
    for words in wordings(text, place_text):
        candidates = places_in(words, hint)
        if candidates and candidates[0].is_confident:
            return Where(candidates[0])
        weak = weak or candidates
    if point[0] is not None and point[1] is not None:
        return Where(at_point(point[0], point[1], place_text))
    return Where(choices=choices(weak))


def places_in(text: str, hint: Hint | None = None) -> list[Candidate]:
    """Return what `text` may mean as a place, best first; nothing when we have no gazetteer.

    A broken index file must not cost us the report: the desk can still place it by hand.
    """
    try:
        return resolve(text, hint)
    except (UnusableIndex, OSError):
        log.exception("the gazetteer cannot be read")
        return []


def wordings(text: str, place_text: str) -> Iterator[str]:
    """Return what to resolve, in turn: the field "where", then both together, or the text."""
    if place_text:
        yield place_text
        yield f"{place_text}. {text}"
    if text:
        yield text


def is_on_earth(lat: float | None, lon: float | None) -> bool:
    """Say whether these are WGS84 degrees."""
    if lat is None or lon is None:
        return False
    return math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180


def at_point(lat: float, lon: float, said: str) -> Candidate:
    """Return the place of a point on the map, named by what was `said` or what lies near."""
    near = None if said else nearest(lat, lon)
    return Candidate(
        lat=lat,
        lon=lon,
        label=said or (near.name if near else f"{lat:.5f}, {lon:.5f}"),
        kind="point",
        precision_m=POINT_PRECISION_M,
        confidence=POINT_CONFIDENCE,
        words=said,
        why=("coordinates",),
    )


def on_our_map(candidate: Candidate) -> dict[str, Any]:
    """Return the columns `place_id` and `is_outside` of a report at `candidate`: one query.

    Outside is what lies in none of our areas; without any area nothing is.
    """
    ours = Area.objects.filter(is_ours=True)
    here = ours.filter(cells__cell=cell_at(candidate.lat, candidate.lon))
    place = Place.objects.filter(key=candidate.place_key)
    found = dict(
        place.values_list(Value("place"), "pk").union(
            ours.values_list(Value("ours"), Value(0)).distinct(),
            here.values_list(Value("here"), Value(0)).distinct(),
        )
    )
    return {"place_id": found.get("place"), "is_outside": "ours" in found and "here" not in found}

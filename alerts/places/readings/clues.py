"""Which of several places the other words of a text speak for."""

from collections.abc import Sequence

from alerts.places.geo import Point, to_line
from alerts.places.mention import Mention
from alerts.places.readings.reading import Scene

BESIDE_M = 230
"""A place this close to a street stands on it, as far as people say so."""
NEAR_DEGREES = 0.025
"""Some 2.5 km: a street is straight enough between points that far apart."""


def is_beside(scene: Scene, point: Point, street: Mention) -> bool:
    """Say whether a point lies on or next to a named street."""
    return to_track(scene, point, street.target) <= BESIDE_M


def to_track(scene: Scene, point: Point, base: int) -> float:
    """Return how many metres a point lies off the known course of a street."""
    lat, lon = point
    # Compared in degrees: a street of a large map has hundreds of points.
    track = [
        p
        for p in scene.gazetteer.track(base)
        if abs(p[0] - lat) < NEAR_DEGREES and abs(p[1] - lon) < NEAR_DEGREES
    ]
    return to_line(point, track)


def support(scene: Scene, point: Point, start: int, end: int) -> float:
    """Return how many other names of the text speak for a point, less those against it.

    Tokens `start` to `end` (exclusive) are the name itself and no clue.
    """
    total = 0.0
    for street in _others(scene.names.streets, start, end):
        if any(a.start <= street.start and street.end <= a.end for a in scene.names.areas):
            # "Cypress" of "Cypress Park" speaks as the neighbourhood below.
            continue
        if street.how == "exact" and (not street.is_common or street.typed):
            total += 1.0 if is_beside(scene, point, street) else -0.25
        elif is_beside(scene, point, street):
            total += 0.6 * street.score
    for area in _others(scene.names.areas, start, end):
        total += 0.5 if scene.gazetteer.is_in_area(point, area.target) else -0.05
    return total


def _others(mentions: Sequence[Mention], start: int, end: int) -> list[Mention]:
    """Return the mentions outside a span, one per target and longest first."""
    kept: dict[int, Mention] = {}
    for mention in mentions:
        if mention.end <= start or mention.start >= end:
            known = kept.get(mention.target)
            if known is None or mention.score > known.score:
                kept[mention.target] = mention
    return list(kept.values())

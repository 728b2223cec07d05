"""Distances on the small patch of earth that a city is."""

import math
from collections.abc import Iterable, Sequence

Point = tuple[float, float]
"""Latitude and longitude, WGS84 degrees."""

METRES_PER_DEGREE = 111_195.0
"""Of a great circle on a sphere of 6,371 km."""


def metres(a: Point, b: Point) -> float:
    """Return the distance between two points in metres (flat, good to 1 % below 100 km)."""
    dy = (a[0] - b[0]) * METRES_PER_DEGREE
    dx = (a[1] - b[1]) * METRES_PER_DEGREE * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot(dx, dy)


def middle(points: Sequence[Point]) -> Point:
    """Return the mean of some points."""
    return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)


def to_line(point: Point, line: Sequence[Point]) -> float:
    """Return how many metres `point` lies off a line of points; infinity for an empty line."""
    if len(line) == 1:
        return metres(point, line[0])
    return min(
        (to_segment(point, a, b) for a, b in zip(line, line[1:], strict=False)), default=math.inf
    )


def to_segment(point: Point, a: Point, b: Point) -> float:
    """Return how many metres `point` lies off the straight line from `a` to `b`."""
    wide = METRES_PER_DEGREE * math.cos(math.radians(point[0]))
    ax, ay = (a[1] - point[1]) * wide, (a[0] - point[0]) * METRES_PER_DEGREE
    bx, by = (b[1] - point[1]) * wide, (b[0] - point[0]) * METRES_PER_DEGREE
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = 0.0 if not length else min(1.0, max(0.0, -(ax * dx + ay * dy) / length))
    return math.hypot(ax + share * dx, ay + share * dy)


def along(line: Sequence[Point], share: float) -> Point:
    """Return the point at `share` (0 to 1) of a line's length."""
    lengths = [metres(a, b) for a, b in zip(line, line[1:], strict=False)]
    wanted = sum(lengths) * min(1.0, max(0.0, share))
    for (a, b), length in zip(zip(line, line[1:], strict=False), lengths, strict=True):
        if wanted <= length and length:
            part = wanted / length
            return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
        wanted -= length
    return line[-1]


def is_in_rings(point: Point, rings: Iterable[Sequence[Sequence[float]]]) -> bool:
    """Say whether a point lies inside GeoJSON rings ([lon, lat] pairs), holes left out."""
    lat, lon = point
    inside = False
    for ring in rings:
        before = ring[-1]
        for corner in ring:
            if (corner[1] > lat) != (before[1] > lat):
                slope = (before[0] - corner[0]) / (before[1] - corner[1])
                if lon < corner[0] + slope * (lat - corner[1]):
                    inside = not inside
            before = corner
    return inside

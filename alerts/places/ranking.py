"""Weigh readings against each other: what agrees, what competes, what is far away."""

from collections.abc import Sequence

from alerts.places.candidate import Candidate
from alerts.places.geo import metres
from alerts.places.mentions import Mention
from alerts.places.readings.reading import Reading, Scene

SAME_PLACE_M = 200
REPAIR_REACH = 0.18
RIVAL_SHARE = 0.85
"""A reading elsewhere with this share of the best one's score makes the answer doubtful."""
DOUBTFUL = 0.5
"""Confidence of an answer with a rival: below the bar."""
FLOOR = 0.28
"""Readings less likely than this are noise, not worth a question."""
MOST_CANDIDATES = 6


def rank(readings: list[Reading], scene: Scene, clean: str) -> list[Candidate]:
    """Return the readings as candidates, best first, with a confidence each."""
    for reading in readings:
        _weigh_distance(reading, scene)
        _weigh_areas(reading, scene)
    readings = [r for r in readings if r.score >= FLOOR]
    readings.sort(key=_order)
    groups = _gather(readings)
    _weigh_overlaps(groups)
    groups.sort(key=lambda group: _order(group[0]))
    _weigh_rivals(groups)
    groups.sort(key=lambda group: _order(group[0]))
    return [_candidate(group[0], scene, clean) for group in groups[:MOST_CANDIDATES]]


def _order(reading: Reading) -> tuple[float, int, str, str]:
    return -round(reading.score, 4), reading.start, reading.label, reading.key


def _weigh_distance(reading: Reading, scene: Scene) -> None:
    share = metres(reading.point, scene.home) / scene.reach_m
    if "spelling" in reading.why or "sound" in reading.why:
        # Of two repairs of one word the nearer place is the likelier one.
        reading.score *= 1.0 - REPAIR_REACH * min(1.0, share)
    if share <= 0.5:
        return
    reading.score *= max(0.6, 1.0 - 0.12 * (share - 0.5))
    if share > 1.5:
        reading.why.append("far")


def _weigh_areas(reading: Reading, scene: Scene) -> None:
    """A neighbourhood named beside a place speaks for the places in it."""
    if reading.kind == "area":
        return
    areas = [a for a in scene.names.areas if a.end <= reading.start or a.start >= reading.end]
    if not areas:
        return
    if any(scene.gazetteer.is_in_area(reading.point, area.target) for area in areas):
        reading.score = min(0.99, reading.score * 1.04)
        reading.why.append("in-area")
    elif all(_is_far_from(reading, area, scene) for area in areas if area.score == 1.0):
        reading.score *= 0.75


def _is_far_from(reading: Reading, area: Mention, scene: Scene) -> bool:
    facts = scene.gazetteer.area(area.target)
    centre = float(str(facts["lat"])), float(str(facts["lon"]))
    return metres(reading.point, centre) > 1.3 * float(str(facts["precision_m"]))


def _gather(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Put readings of one spot together, the best of each spot first."""
    groups: list[list[Reading]] = []
    for reading in readings:
        for group in groups:
            is_area = "area" in (reading.kind, group[0].kind)
            if not is_area and metres(reading.point, group[0].point) <= SAME_PLACE_M:
                group.append(reading)
                break
        else:
            groups.append([reading])
    for group in groups:
        _put_widest_first(group)
        best = group[0]
        if any(
            r.end <= best.start or r.start >= best.end or r.kind != best.kind for r in group[1:]
        ):
            best.score = min(0.99, best.score * 1.05)
            if "agrees" not in best.why:
                best.why.append("agrees")
        for other in group[1:]:
            if other.kind == best.kind and other.start < best.end and best.start < other.end:
                best.start, best.end = min(best.start, other.start), max(best.end, other.end)
    return groups


def _put_widest_first(group: list[Reading]) -> None:
    """Of about equal readings of a spot take the one that explains most words."""
    close = [reading for reading in group if reading.score >= 0.93 * group[0].score]
    widest = max(close, key=_width)
    if _width(widest) > _width(group[0]):
        group.remove(widest)
        group.insert(0, widest)


def _weigh_overlaps(groups: list[list[Reading]]) -> None:
    """A reading of words that a surer, longer reading takes for itself loses most of its worth."""
    for group in groups:
        mine = group[0]
        for other in groups:
            best = other[0]
            if best is mine:
                continue
            if (
                mine.kind == "area"
                and best.kind != "area"
                and best.score > 0.55
                and _overlap(mine, best)
            ):
                mine.score *= 0.5
                break
            if best.score < 0.9 * mine.score:
                continue
            if best.start <= mine.start and mine.end <= best.end and _width(best) > _width(mine):
                mine.score *= 0.5
                break


def _overlap(one: Reading, two: Reading) -> bool:
    return one.start < two.end and two.start < one.end


def _width(reading: Reading) -> int:
    return reading.end - reading.start


def _weigh_rivals(groups: list[list[Reading]]) -> None:
    alive = [g[0] for g in groups if not g[0].is_negated and g[0].kind != "area"]
    if any(reading.is_negated for reading in (group[0] for group in groups)) and alive:
        for group in groups:
            if group[0].is_negated:
                group[0].score *= 0.3
                group[0].why.append("negated")
    ranked = sorted((group[0] for group in groups), key=_order)
    if len(ranked) < 2:
        return
    best, second = ranked[0], ranked[1]
    apart = metres(best.point, second.point)
    limit = max(SAME_PLACE_M, best.precision_m if best.kind == "area" else 0)
    is_rival = second.score >= RIVAL_SHARE * best.score and apart > limit
    if is_rival and "area" not in (best.kind, second.kind):
        best.score = min(best.score, DOUBTFUL)
        second.score = min(second.score, DOUBTFUL - 0.01)
        best.why.append("rivals")
        second.why.append("rivals")


def _candidate(reading: Reading, scene: Scene, clean: str) -> Candidate:
    start = scene.tokens[max(0, reading.start)].start
    end = scene.tokens[min(len(scene.tokens), reading.end) - 1].end
    return Candidate(
        lat=round(reading.point[0], 6),
        lon=round(reading.point[1], 6),
        label=reading.label,
        kind=reading.kind,
        precision_m=reading.precision_m,
        confidence=round(max(0.0, min(0.99, reading.score)), 3),
        words=clean[start:end],
        why=tuple(dict.fromkeys(reading.why)),
        place_key=reading.key,
    )

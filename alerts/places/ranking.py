"""Weigh readings against each other: what agrees, what competes, what is far away."""

from collections.abc import Sequence

from alerts.places.candidate import CONFIDENT, Candidate
from alerts.places.geo import metres
from alerts.places.mention import Mention
from alerts.places.readings.reading import Reading, Scene

SAME_PLACE_M = 200
SAME_CORNER_M = 50
SAME_WORDS_M = 320
SURE_AREA = 0.6
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
    areas = _sure_areas(readings, scene)
    for reading in readings:
        _weigh_distance(reading, scene)
        _weigh_areas(reading, areas, scene)
    _put_areas_behind(readings)
    readings = sorted((r for r in readings if r.score >= FLOOR), key=_order)
    groups = _gather(readings)
    _weigh_negation(groups)
    _weigh_overlaps(groups)
    groups.sort(key=lambda group: _order(group[0]))
    _weigh_rivals([group[0] for group in groups])
    return [_candidate(group[0], scene, clean) for group in groups[:MOST_CANDIDATES]]


def _sure_areas(readings: Sequence[Reading], scene: Scene) -> list[Mention]:
    """Return the neighbourhoods that the text means as such, not as streets."""
    sure = {(r.start, r.end) for r in readings if r.kind == "area" and r.score >= SURE_AREA}
    return [area for area in scene.names.areas if (area.start, area.end) in sure]


def _put_areas_behind(readings: Sequence[Reading]) -> None:
    """A neighbourhood beside a place that is sure enough only says where that is."""
    finer = [r.score for r in readings if r.kind != "area" and not r.is_negated]
    if max(finer, default=0.0) >= CONFIDENT:
        for reading in readings:
            if reading.kind == "area":
                reading.score *= 0.5


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


def _weigh_areas(reading: Reading, areas: Sequence[Mention], scene: Scene) -> None:
    """A neighbourhood named beside a place speaks for the places in it."""
    if reading.kind == "area":
        return
    areas = [a for a in areas if a.end <= reading.start or a.start >= reading.end]
    if not areas:
        return
    if any(scene.gazetteer.is_in_area(reading.point, area.target) for area in areas):
        reading.score = min(0.99, reading.score * 1.04)
        reading.why.append("in-area")
    elif all(_is_far_from(reading, area, scene) for area in areas):
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
            if _is_same_place(reading, group[0]):
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
    return groups


def _is_same_place(one: Reading, two: Reading) -> bool:
    if "area" in (one.kind, two.kind) or one.is_negated != two.is_negated:
        return False
    # The next corner along a street may be closer than a landmark on this one.
    reach = SAME_CORNER_M if one.kind == two.kind == "crossing" else SAME_PLACE_M
    if (one.start, one.end) == (two.start, two.end):
        # Two records of what the same words name.
        reach = SAME_WORDS_M
    return metres(one.point, two.point) <= reach


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
            if best is mine or best.is_negated:
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


def _weigh_negation(groups: list[list[Reading]]) -> None:
    """Where the text says "not there but here", what it denies falls behind."""
    firsts = [group[0] for group in groups]
    if not any(not r.is_negated and r.kind != "area" for r in firsts):
        return
    for reading in firsts:
        if reading.is_negated:
            reading.score *= 0.3
            reading.why.append("negated")


def _weigh_rivals(ranked: Sequence[Reading]) -> None:
    """Put every reading below the bar where another place is about as likely."""
    if len(ranked) < 2:
        return
    best = ranked[0]
    bar = RIVAL_SHARE * best.score
    rivals = [
        r
        for r in ranked[1:]
        if r.score >= bar
        and metres(best.point, r.point) > _reach(best, r)
        and "area" not in (best.kind, r.kind)
    ]
    if rivals:
        for place, reading in enumerate(ranked):
            reading.score = min(reading.score, DOUBTFUL - 0.01 * place)
        for reading in (best, *rivals):
            reading.why.append("rivals")


def _reach(one: Reading, two: Reading) -> float:
    """Return how far apart two readings may be and still mean one place."""
    if one.kind == two.kind == "crossing":
        return SAME_PLACE_M
    return max(SAME_PLACE_M, one.precision_m + 50, two.precision_m + 50)


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

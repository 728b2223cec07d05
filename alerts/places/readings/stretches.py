"""A street between two others: "Vermont btwn 6th and 7th", "entre la 8 y San Marino"."""

from collections.abc import Iterator

from alerts.places.geo import metres, middle
from alerts.places.lexicon import cues
from alerts.places.mention import Mention
from alerts.places.readings.crossings import link_between
from alerts.places.readings.reading import Reading, Scene, spelling_reasons

LONGEST_M = 1_600
"""Two cross streets farther apart than this do not mark one place."""
_REACH = 9


def find_stretches(scene: Scene) -> Iterator[Reading]:
    """Yield the middles of stretches of street that the text marks by two cross streets."""
    streets = scene.names.streets
    if not any(_opens(token.key) for token in scene.tokens):
        return
    for number, first in enumerate(streets):
        for second in streets[number + 1 :]:
            if first.end > second.start or second.start - first.end > _REACH:
                continue
            if _is_pair(scene, first, second):
                for street in streets:
                    if street.end <= first.start or street.start >= second.end:
                        yield from _read(scene, street, first, second)


def _opens(key: str) -> bool:
    return key in cues.BETWEEN or key in {"from", "de", "desde"} or "사이" in key


def _is_pair(scene: Scene, first: Mention, second: Mention) -> bool:
    """Say whether two names are the two ends of a stretch."""
    gap = scene.keys(min(first.right, second.start), max(second.left, first.end))
    ends = "사이" in second.tail or scene.keys(second.right, second.right + 1)[:1] == ["사이"]
    before = scene.keys(first.left - 2, first.left)
    opened = any(key in cues.BETWEEN for key in before)
    if opened or ends:
        return _only_joints(gap)
    is_stretch = any(key in {"to", "hasta", "thru", "until"} for key in gap)
    return is_stretch and before[-1:] in (["from"], ["de"], ["desde"]) and _only_joints(gap)


def _only_joints(gap: list[str]) -> bool:
    return all(key in cues.UNTIL or key in cues.SKIPPED or key in cues.MEETS for key in gap)


def _read(scene: Scene, street: Mention, first: Mention, second: Mention) -> Iterator[Reading]:
    gazetteer = scene.gazetteer
    if street.target in (first.target, second.target):
        return
    ends = [
        (metres(one.point, two.point), one, two)
        for one in gazetteer.crossings(street.target, first.target)
        for two in gazetteer.crossings(street.target, second.target)
    ]
    if not ends:
        return
    length, one, two = min(ends)
    if not 20 < length < LONGEST_M:
        return
    score = 0.97 * street.score * first.score * second.score
    if street.start > first.start and link_between(scene, second, street).kind == "apart":
        score *= 0.9
    name = f"{gazetteer.street(street.target)} {one.type_a}".strip()
    crosses = [
        f"{gazetteer.street(m.target)} {x.type_b}".strip() for m, x in ((first, one), (second, two))
    ]
    yield Reading(
        middle([one.point, two.point]),
        f"{name} between {crosses[0]} and {crosses[1]}",
        "crossing",
        max(30, round(length / 2)),
        score,
        min(street.left, first.left),
        max(street.right, second.right),
        ["between", *spelling_reasons(street, first, second)],
    )

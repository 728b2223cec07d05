"""Only one street is named: offer its corners, sure of none."""

from collections.abc import Iterator

from alerts.places.geo import metres
from alerts.places.lexicon import cues
from alerts.places.mention import Mention
from alerts.places.readings.reading import Reading, Scene

SCORE = 0.3
_PLACING = frozenset(
    "on at along near by off down up from en la el las por sobre de del around driving cruising "
    "in @ across".split()
)
_MOST = 4


def find_one_street(scene: Scene) -> Iterator[Reading]:
    """Yield the best known corners of a street that is named without another."""
    for street in scene.names.streets:
        if street.how == "exact" and _is_placing(scene, street):
            yield from _corners(scene, street)


def _is_placing(scene: Scene, street: Mention) -> bool:
    if street.typed or (street.tail and not street.is_common):
        return True
    if street.is_common and scene.tokens[street.start].shape != "ordinal":
        return False
    before = scene.keys(street.start - 1, street.start)
    return (bool(before) and before[0] in _PLACING | cues.ARTICLE) or len(scene.tokens) <= 4


def _corners(scene: Scene, street: Mention) -> Iterator[Reading]:
    gazetteer = scene.gazetteer
    near = sorted(
        gazetteer.crossings_of(street.target),
        key=lambda item: (-(item[1].weight // 20), metres(item[1].point, scene.home), item[0]),
    )
    for other, crossing in near[:_MOST]:
        one = f"{gazetteer.street(street.target)} {crossing.type_a}".strip()
        two = f"{gazetteer.street(other)} {crossing.type_b}".strip()
        yield Reading(
            crossing.point,
            f"{one} & {two}",
            "crossing",
            crossing.precision_m,
            SCORE * street.score,
            street.left,
            street.right,
            ["street-only"],
            gazetteer.crossing_key(crossing),
        )

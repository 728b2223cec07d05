"""Two streets that meet: "6th & Vermont", "la sexta con Vermont", "버몬트랑 6가"."""

from collections.abc import Iterator
from typing import NamedTuple

from alerts.places.geo import metres
from alerts.places.index.gazetteer import Crossing
from alerts.places.lexicon import cues
from alerts.places.mentions import Mention
from alerts.places.readings.reading import Reading, Scene, spelling_reasons

SAME_CORNER_M = 250
"""Records of one pair of streets this close are one crossing with an offset."""
FARTHEST_WORDS = 14
_BREAKS = frozenset(".!?;\n")


class Link(NamedTuple):
    """How the words between two names tie them together."""

    kind: str
    """connector, near, adjacent, apart or either."""
    strength: float


def find_crossings(scene: Scene) -> Iterator[Reading]:
    """Yield every pair of named streets that meet somewhere."""
    streets = scene.names.streets
    for number, first in enumerate(streets):
        for second in streets[number + 1 :]:
            if first.end <= second.start and scene.gazetteer.crosses(first.target, second.target):
                yield from _read(scene, first, second)


def _read(scene: Scene, first: Mention, second: Mention) -> Iterator[Reading]:
    link = link_between(scene, first, second)
    strength = link.strength * _plainness(first, second, link)
    if strength <= 0:
        return
    options = scene.gazetteer.crossings(first.target, second.target)
    for crossing in _one_per_corner(options, scene):
        fit, type_reasons = _type_fit(crossing, first, second)
        why = ["crossing", _LINK_REASONS[link.kind], *type_reasons, *spelling_reasons(first, second)]
        if first.is_common or second.is_common:
            why.append("common-word")
        if link.kind == "either":
            why.append("either-or")
        yield Reading(
            crossing.point, label_of(scene, first, second, crossing), "crossing",
            crossing.precision_m, first.score * second.score * strength * fit,
            first.left, second.right, why, scene.gazetteer.crossing_key(crossing),
        )  # fmt: skip


_LINK_REASONS = {
    "connector": "connector", "near": "connector", "adjacent": "adjacent", "apart": "apart",
    "either": "either-or",
}  # fmt: skip


def label_of(scene: Scene, first: Mention, second: Mention, crossing: Crossing) -> str:
    """Name a crossing in the order of the text: "6th St & Vermont Ave"."""
    one = f"{scene.gazetteer.street(first.target)} {crossing.type_a}".strip()
    two = f"{scene.gazetteer.street(second.target)} {crossing.type_b}".strip()
    return f"{one} & {two}"


def _one_per_corner(options: list[Crossing], scene: Scene) -> list[Crossing]:
    """Keep the best record of each corner, the likeliest corner first."""
    ranked = sorted(
        options, key=lambda x: (-x.weight, metres(x.point, scene.home), x.number)
    )
    kept: list[Crossing] = []
    for crossing in ranked:
        if all(metres(crossing.point, other.point) > SAME_CORNER_M for other in kept):
            kept.append(crossing)
    return kept[:4]


def _type_fit(crossing: Crossing, first: Mention, second: Mention) -> tuple[float, list[str]]:
    fit, why = 1.0, []
    for said, known in ((first.type, crossing.type_a), (second.type, crossing.type_b)):
        if said and known and said != known:
            fit *= 0.82
            why.append("type-differs")
        elif said and said == known:
            fit *= 1.02
            why.append("typed")
    return fit, why[:1]


def link_between(scene: Scene, first: Mention, second: Mention) -> Link:
    """Say how the words between two names tie them."""
    gap = scene.keys(min(first.right, second.start), max(second.left, first.end))
    if any(word in first.tail for word in cues.KOREAN_MEETS):
        return Link("connector", 0.98)
    if any(key in cues.EITHER for key in gap) and all(
        key in cues.EITHER or key in cues.SKIPPED for key in gap
    ):
        return Link("either", 0.5)
    rest = [key for key in gap if key not in cues.SKIPPED]
    if not rest:
        return _side_by_side(scene, first, second)
    if all(key in cues.MEETS for key in rest):
        return Link("connector", 0.98)
    if len(rest) == 1 and rest[0] in {",", "-"}:
        return Link("near", 0.88)
    if all(key in cues.NEAR or key in cues.MEETS for key in rest) and not _BREAKS & set(rest):
        return Link("near", 0.92)
    breaks = sum(key in _BREAKS for key in rest)
    if len(rest) > FARTHEST_WORDS or breaks > 1:
        return Link("apart", 0.3 if len(rest) <= 2 * FARTHEST_WORDS else 0.0)
    return Link("apart", 0.76 - 0.03 * len(rest) - 0.1 * breaks)


def _side_by_side(scene: Scene, first: Mention, second: Mention) -> Link:
    around = scene.keys(first.left - 3, first.left) + scene.keys(second.right, second.right + 2)
    if any(key in cues.CORNER for key in around) or any(
        word in second.tail for word in cues.KOREAN_MEETS
    ):
        return Link("adjacent", 0.95)
    hangul = "hangul" in (scene.tokens[first.end - 1].shape, scene.tokens[second.start].shape)
    return Link("adjacent", 0.9 if hangul or first.typed or second.typed else 0.78)


def _plainness(first: Mention, second: Mention, link: Link) -> float:
    """Return how likely both names are meant as streets, 0 for none."""
    share = 1.0
    numbers = sum(m.how == "number" for m in (first, second))
    if numbers:
        share *= {"connector": 0.97, "near": 0.75}.get(link.kind, 0.0 if link.kind == "apart" else 0.6)
    plain = [m for m in (first, second) if m.is_common and not m.typed]
    if plain:
        share *= {"connector": 0.95, "near": 0.8}.get(link.kind, 0.55)
    if len(plain) == 2 or (plain and numbers):
        share *= 0.8
    return share

"""Two streets that meet: "6th & Vermont", "la sexta con Vermont", "버몬트랑 6가"."""

from collections.abc import Iterator
from typing import NamedTuple

from alerts.places.geo import metres
from alerts.places.index.gazetteer import Crossing
from alerts.places.lexicon import cues
from alerts.places.mention import Mention
from alerts.places.readings.reading import Reading, Scene, spelling_reasons

EITHER = 0.5
"""Confidence of a corner that the text gives as one of two."""
SAME_CORNER_M = 320
"""Records of one pair of streets this close are one crossing with an offset."""
NAMESAKE_M = 5_000
"""Two streets that meet twice are asked about only if the second corner is about as near."""
LESSER_SOURCE = 8
TAKEN = 0.08
"""By how much another pair must be surer to keep a name for itself."""
MINOR_STREET = 0.63
"""A bare name means its main street; a small one of that name only if nothing speaks against."""
FARTHEST_WORDS = 14
_BREAKS = frozenset(".!?;\n")


Fit = tuple[float, list[str], Crossing]
"""How well the street types fit a crossing, the reasons, and the crossing."""


class Link(NamedTuple):
    """How the words between two names tie them together."""

    kind: str
    """connector, near, adjacent, apart or either."""
    strength: float


def find_crossings(scene: Scene) -> Iterator[Reading]:
    """Yield every pair of named streets that meet somewhere."""
    streets = scene.names.streets
    doubtful = _either(scene)
    found: list[tuple[Reading, Mention, Mention]] = []
    for number, first in enumerate(streets):
        for second in streets[number + 1 :]:
            if first.end <= second.start and scene.gazetteer.crosses(first.target, second.target):
                for reading in _read(scene, first, second):
                    if first in doubtful or second in doubtful:
                        reading.score = min(EITHER, reading.score)
                        reading.why.append("either-or")
                    found.append((reading, first, second))
    yield from _each_name_once(found)


def _each_name_once(found: list[tuple[Reading, Mention, Mention]]) -> Iterator[Reading]:
    """Yield the readings; a name that is half of a surer pair counts little in another."""
    best: dict[int, float] = {}
    for reading, *pair in found:
        for street in pair:
            best[street.start] = max(best.get(street.start, 0.0), reading.score)
    for reading, *pair in found:
        is_taken = any(best[street.start] > reading.score + TAKEN for street in pair)
        if is_taken and "either-or" not in reading.why:
            reading.score *= 0.5
        yield reading


def _either(scene: Scene) -> set[Mention]:
    """Return the streets of which the text says one or the other: "8th or 9th and Western"."""
    streets = scene.names.streets
    found: set[Mention] = set()
    if not any(token.key in cues.EITHER for token in scene.tokens):
        return found
    for number, first in enumerate(streets):
        for second in streets[number + 1 :]:
            if (
                first.end <= second.start
                and second.start - first.end <= 4
                and link_between(scene, first, second).kind == "either"
            ):
                found |= {first, second}
    return found


def _read(scene: Scene, first: Mention, second: Mention) -> Iterator[Reading]:
    link = link_between(scene, first, second)
    strength = link.strength * _plainness(first, second, link) * _not_an_area(scene, first, second)
    if strength <= 0:
        return
    fits = [
        (*_type_fit(scene, crossing, first, second), crossing)
        for crossing in scene.gazetteer.crossings(first.target, second.target)
    ]
    for fit, type_reasons, crossing in _one_per_corner(fits, scene):
        why = [
            "crossing",
            _LINK_REASONS[link.kind],
            *type_reasons,
            *spelling_reasons(first, second),
        ]
        if first.is_common or second.is_common:
            why.append("common-word")
        yield Reading(
            crossing.point,
            label_of(scene, first, second, crossing),
            "crossing",
            crossing.precision_m,
            first.score * second.score * strength * fit,
            first.left,
            second.right,
            why,
            scene.gazetteer.crossing_key(crossing),
        )


_LINK_REASONS = {
    "connector": "connector",
    "near": "connector",
    "adjacent": "adjacent",
    "apart": "apart",
    "either": "either-or",
}


def label_of(scene: Scene, first: Mention, second: Mention, crossing: Crossing) -> str:
    """Name a crossing in the order of the text: "6th St & Vermont Ave"."""
    one = f"{scene.gazetteer.street(first.target)} {crossing.type_a}".strip()
    two = f"{scene.gazetteer.street(second.target)} {crossing.type_b}".strip()
    return f"{one} & {two}"


def _one_per_corner(fits: list[Fit], scene: Scene) -> list[Fit]:
    """Keep the best record of each corner, the likeliest corner first, none much farther away."""
    best_fit = max(fit for fit, _, _ in fits)
    fits = [item for item in fits if item[0] >= 0.9 * best_fit]
    away = {x.number: metres(x.point, scene.home) for _, _, x in fits}
    nearest = min(away.values())
    fits.sort(key=lambda item: (-item[2].weight // 8, away[item[2].number], item[2].number))
    # A record of a lesser source beside a better one is more often a mistake than a corner.
    bar = fits[0][2].weight - LESSER_SOURCE
    kept: list[Fit] = []
    for item in fits:
        crossing = item[2]
        if crossing.weight < bar or away[crossing.number] > nearest + NAMESAKE_M:
            continue
        if all(metres(crossing.point, other.point) > SAME_CORNER_M for _, _, other in kept):
            kept.append(item)
    return kept[:4]


def _not_an_area(scene: Scene, first: Mention, second: Mention) -> float:
    """Return a half for "pico-union": side by side the two names are a neighbourhood's."""
    gap = scene.keys(first.end, second.start)
    if any(key not in {"-"} for key in gap):
        return 1.0
    is_area = any(
        area.start <= first.start and second.end <= area.end and area.score == 1.0
        for area in scene.names.areas
    )
    return 0.5 if is_area else 1.0


def _type_fit(
    scene: Scene, crossing: Crossing, first: Mention, second: Mention
) -> tuple[float, list[str]]:
    fit, why = 1.0, []
    for street, known in ((first, crossing.type_a), (second, crossing.type_b)):
        said = street.type
        is_bare = not said and known and not scene.gazetteer.is_numbered(street.target)
        if is_bare and scene.gazetteer.is_minor(street.target, known):
            fit *= MINOR_STREET
        if said and known and said != known:
            # A freeway is never a slip of the pen for a street.
            fit *= 0.4 if said == "Fwy" else 0.82
            why.append("type-differs")
        elif said and said == known:
            fit *= 1.02
            why.append("typed")
    return fit, why[:1]


def link_between(scene: Scene, first: Mention, second: Mention) -> Link:
    """Say how the words between two names tie them."""
    gap = scene.keys(min(first.right, second.start), max(second.left, first.end))
    if any(word in first.tail for word in cues.KOREAN_AND):
        return Link("connector", 0.98)
    if any(key in cues.EITHER for key in gap) and all(
        key in cues.EITHER or key in cues.SKIPPED for key in gap
    ):
        return Link("either", 0.5)
    rest = [key for key in gap if key not in cues.SKIPPED]
    if any(key in cues.MEETS for key in rest):
        # A line or an abbreviation may end before "and": "8va. y Vermont".
        rest = [key for key in rest if key not in {"\n", "."}]
    if not rest:
        return _side_by_side(scene, first, second)
    if all(key in cues.MEETS for key in rest):
        return Link("connector", 0.98)
    if len(rest) == 1 and rest[0] in {",", "-"}:
        return Link("near", 0.88)
    if all(key in cues.NEAR or key in cues.MEETS for key in rest) and not _BREAKS & set(rest):
        return Link("near", 0.95 if any(key in cues.BESIDE for key in rest) else 0.92)
    breaks = sum(key in _BREAKS for key in rest)
    if len(rest) > FARTHEST_WORDS or breaks > 1:
        return Link("apart", 0.3 if len(rest) <= 2 * FARTHEST_WORDS else 0.0)
    return Link("apart", 0.7 - 0.04 * len(rest) - 0.1 * breaks)


def _side_by_side(scene: Scene, first: Mention, second: Mention) -> Link:
    around = scene.keys(first.left - 3, first.left) + scene.keys(second.right, second.right + 2)
    if any(key in cues.CORNER for key in around) or any(
        word in second.tail for word in cues.KOREAN_CORNER
    ):
        return Link("adjacent", 0.95)
    hangul = "hangul" in (scene.tokens[first.end - 1].shape, scene.tokens[second.start].shape)
    return Link("adjacent", 0.9 if hangul or first.typed or second.typed else 0.78)


def _plainness(first: Mention, second: Mention, link: Link) -> float:
    """Return how likely both names are meant as streets, 0 for none."""
    share = 1.0
    numbers = sum(m.how == "number" for m in (first, second))
    if numbers:
        near = 0.9 if link.strength > 0.94 else 0.75
        other = 0.6 if link.strength > 0.9 else 0.0
        share *= {"connector": 0.97, "near": near}.get(link.kind, other)
    plain = [m for m in (first, second) if m.is_common and not m.typed]
    if plain and link.strength < 0.95:
        share *= {"near": 0.8}.get(link.kind, 0.55)
    elif plain:
        share *= 0.95
    if len(plain) == 2 or (plain and numbers):
        share *= 0.8
    return share

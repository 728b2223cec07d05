"""Only a neighbourhood is named: "ice in ktown today"."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from alerts.places.geo import metres
from alerts.places.index.tables import LANDMARK
from alerts.places.lexicon import cues
from alerts.places.lexicon.kinds import ALL_KIND_WORDS
from alerts.places.mention import Mention
from alerts.places.readings.reading import Reading, Scene, spelling_reasons

_SCORE = 0.8


def find_areas(scene: Scene) -> Iterator[Reading]:
    """Yield the neighbourhoods a text names, one reading for all that share a name."""
    spans: dict[tuple[int, int], list[Mention]] = defaultdict(list)
    for mention in scene.names.areas:
        if mention.score >= 0.88 and not _is_inside_longer(scene, mention):
            spans[mention.start, mention.end].append(mention)
    for mentions in spans.values():
        yield _reading(scene, mentions)


def _is_inside_longer(scene: Scene, mention: Mention) -> bool:
    others = [
        *scene.names.areas,
        *(m for m in scene.names.landmarks if m.score == 1.0 and m.standing < 3),
    ]
    width = mention.end - mention.start
    return any(
        other.start <= mention.start
        and mention.end <= other.end
        and other.end - other.start > width
        for other in others
        if other.kind == LANDMARK or other.score >= mention.score
    )


def _reading(scene: Scene, mentions: list[Mention]) -> Reading:
    areas = [scene.gazetteer.area(mention.target) for mention in mentions]
    groups = [area for area in areas if str(area["key"]).startswith("A-group")]
    facts = _joined(groups or areas)
    mention = max(mentions, key=lambda m: m.score)
    score = _SCORE * mention.score * _plainness(scene, mention)
    return Reading(
        (facts["lat"], facts["lon"]),
        facts["name"],
        "area",
        facts["precision_m"],
        score,
        mention.start,
        mention.end,
        ["area", *spelling_reasons(mention)],
        facts["key"],
    )


def _joined(areas: list[Any]) -> dict[str, Any]:
    """Return one area, or the circle around several of the same name."""
    if len(areas) == 1:
        return dict(areas[0])
    lat = sum(area["lat"] for area in areas) / len(areas)
    lon = sum(area["lon"] for area in areas) / len(areas)
    reach = max(metres((lat, lon), (a["lat"], a["lon"])) + a["precision_m"] for a in areas)
    return {**areas[0], "lat": lat, "lon": lon, "precision_m": round(reach), "key": ""}


def _plainness(scene: Scene, mention: Mention) -> float:
    """A name that is a street's too, or an everyday word, needs "in" or "area" beside it."""
    before = scene.keys(mention.start - 1, mention.start)
    after = scene.keys(mention.end, mention.end + 1)
    if _meets_a_street(scene, mention):
        return 0.4
    if any(word in ALL_KIND_WORDS for word in (*before, *after)):
        # "USC medical center", "Highland Park library": the name of something else.
        return 0.4
    if mention.how != "exact" and not (before and before[0] in cues.IN_AREA):
        return 0.4
    if mention.tail.startswith("역"):
        return 0.4
    if any(word in cues.HOME_OF for word in scene.keys(mention.start - 3, mention.start)):
        return 0.4
    is_one_word = mention.end - mention.start == 1
    is_street = any(_is_same(s, mention) and s.how == "exact" for s in scene.names.streets)
    if after and after[0] in cues.AREA_WORDS:
        return 1.0
    if before and before[0] in cues.IN_AREA:
        # "en Pico" may be the street, "in Hollywood" is not.
        return 0.6 if before[0] == "en" and is_street and is_one_word else 1.0
    if is_street:
        is_on = bool(before) and before[0] in {"on", "at", "@", "la", "sobre"}
        return 0.4 if is_on or is_one_word else 0.9
    return 0.4 if mention.is_common and is_one_word else 1.0


def _is_same(one: Mention, two: Mention) -> bool:
    return one.start == two.start and one.end == two.end


def _meets_a_street(scene: Scene, mention: Mention) -> bool:
    """Say whether the words make the name one of two streets: "hollywood & vine"."""
    meets = cues.MEETS - {"at", "@", "n", "e", "i"}
    return any(
        (street.left == mention.end + 1 and scene.keys(mention.end, mention.end + 1)[0] in meets)
        or (
            street.right == mention.start - 1
            and scene.keys(street.right, mention.start)[0] in meets
        )
        for street in scene.names.streets
    )

"""Freeway exits: "101 off ramp at Alvarado", "la salida de Western en la 10"."""

import re
from collections.abc import Iterator

from alerts.places.geo import metres
from alerts.places.index.gazetteer import Landmark
from alerts.places.index.tables import STREET
from alerts.places.lexicon import cues
from alerts.places.mention import Mention
from alerts.places.readings.reading import Reading, Scene, spelling_reasons

NAMED_FREEWAYS = {
    "hollywood": "101",
    "ventura": "101",
    "santa monica": "10",
    "harbor": "110",
    "pasadena": "110",
    "golden state": "5",
    "san diego": "405",
    "long beach": "710",
    "pomona": "60",
    "glendale": "2",
}
UNNAMED = 0.5
"""Confidence of an exit whose freeway is not named."""
_LABEL_NUMBER = re.compile(r"\d+")


def find_ramps(scene: Scene) -> Iterator[Reading]:
    """Yield exits for a freeway and a street named in one text."""
    road = _freeway(scene)
    if road is None:
        yield from _unnamed(scene)
        return
    number, start, end, score = road
    for street in scene.names.streets:
        if street.how == "number" or (street.start < end and street.end > start):
            continue
        if abs(street.start - end) > 9 and abs(start - street.end) > 9:
            continue
        yield from _exits(
            scene, number, street, min(start, street.left), max(end, street.right), score
        )


def _unnamed(scene: Scene) -> Iterator[Reading]:
    """Yield the exits at a street beside the word "exit", sure of none."""
    for street in scene.names.streets:
        around = scene.keys(street.left - 3, street.left) + scene.keys(
            street.right, street.right + 2
        )
        if street.how == "exact" and any(key in cues.EXIT for key in around):
            for ramp in _ramps_on(scene, street):
                yield Reading(
                    ramp.point,
                    ramp.label,
                    "ramp",
                    max(150, ramp.precision_m),
                    UNNAMED,
                    street.left,
                    street.right,
                    ["ramp"],
                    ramp.key,
                )


def _freeway(scene: Scene) -> tuple[str, int, int, float] | None:
    """Return the freeway's number, its tokens and how sure it is that one is meant."""
    tokens = scene.tokens
    has_exit = any(token.key in cues.EXIT for token in tokens)
    for at, token in enumerate(tokens):
        before, after = scene.keys(at - 2, at), scene.keys(at + 1, at + 2)
        number = token.key if token.key in cues.FREEWAY_NUMBERS else ""
        if token.shape == "code" and re.fullmatch(r"(?:i|us|sr|ca)\d+", token.key):
            return token.key.lstrip("iusrca"), at, at + 1, 0.95
        if not number:
            continue
        marked = any(k in cues.FREEWAY for k in (*before, *after)) or any(
            key.startswith(("번프리웨이", "번고속", "프리웨이", "번")) for key in after
        )
        if marked:
            return number, at, at + 1, 0.96
        if (
            has_exit
            and before[-1:]
            and before[-1] in {"the", "la", "el", "del", "nb", "sb", "eb", "wb"}
        ):
            return number, at, at + 1, 0.95
        if has_exit and not any(key in cues.COUNTED for key in after):
            return number, at, at + 1, 0.9
        if before[-1:] in (["the"], ["la"], ["nb"], ["sb"], ["eb"], ["wb"]) and int(number) >= 100:
            return number, at, at + 1, 0.85
        if before[-1:] == ["the"] or any(key in cues.BOUND for key in after):
            return number, at, at + 1, 0.7
        if int(number) >= 100 and _has_exit_beside(scene, number, at):
            is_tied = any(key in cues.MEETS for key in after)
            return number, at, at + 1, 0.8 if is_tied else 0.65
    return _named_freeway(scene)


def _has_exit_beside(scene: Scene, number: str, at: int) -> bool:
    """Say whether a street at which freeway `number` has an exit stands next to the number."""
    return any(
        abs(street.left - at) <= 3 and is_exit(scene, number, street)
        for street in scene.names.streets
        if street.how == "exact"
    )


def _named_freeway(scene: Scene) -> tuple[str, int, int, float] | None:
    keys = [token.key for token in scene.tokens]
    for at, key in enumerate(keys):
        if key in cues.FREEWAY and at:
            for words in (2, 1):
                number = NAMED_FREEWAYS.get(" ".join(keys[max(0, at - words) : at]))
                if number:
                    return number, at - words, at + 1, 0.95
    return None


def _exits(
    scene: Scene, number: str, street: Mention, start: int, end: int, score: float
) -> Iterator[Reading]:
    """Yield the exits of a freeway at a street: named ones, else where the two cross."""
    found = [
        ramp for ramp in _ramps_on(scene, street) if number in _LABEL_NUMBER.findall(ramp.label)
    ]
    for ramp in found:
        yield Reading(
            ramp.point,
            ramp.label,
            "ramp",
            max(150, ramp.precision_m),
            score * street.score,
            start,
            end,
            ["ramp", *spelling_reasons(street)],
            ramp.key,
        )
    if found:
        return
    for base in _freeway_bases(scene, number):
        for crossing in scene.gazetteer.crossings(base, street.target):
            if metres(crossing.point, scene.home) < 3 * scene.reach_m:
                name = f"{scene.gazetteer.street(street.target)} {crossing.type_b}".strip()
                yield Reading(
                    crossing.point,
                    f"Freeway {number} at {name}",
                    "ramp",
                    max(200, crossing.precision_m),
                    0.95 * score * street.score,
                    start,
                    end,
                    ["ramp", *spelling_reasons(street)],
                    scene.gazetteer.crossing_key(crossing),
                )


def is_exit(scene: Scene, number: str, street: Mention) -> bool:
    """Say whether freeway `number` has an exit at a street: "101 Vermont" may mean that."""
    if number not in cues.FREEWAY_NUMBERS:
        return False
    return any(number in _LABEL_NUMBER.findall(r.label) for r in _ramps_on(scene, street))


def _ramps_on(scene: Scene, street: Mention) -> list[Landmark]:
    """Return the ramps filed under a street's name."""
    base = scene.gazetteer.street(street.target)
    return [ramp for ramp in scene.gazetteer.ramps if f" {base} " in f"{ramp.label} "]


def _freeway_bases(scene: Scene, number: str) -> list[int]:
    names = [name for name, road in NAMED_FREEWAYS.items() if road == number]
    keys = [f"{name.replace(' ', '')}fwy" for name in names]
    keys += [f"i{number}", f"us{number}", f"interstate{number}"]
    return [
        name.target for key in keys for name in scene.gazetteer.named(key) if name.kind == STREET
    ]

"""A house number or a block: "928 S Western", "2700 block of W 8th", "Western #928"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from alerts.places.geo import Point, along, metres
from alerts.places.index.gazetteer import Range
from alerts.places.lexicon import cues
from alerts.places.mention import Mention
from alerts.places.names import DIRECTIONS, TYPES
from alerts.places.readings.ramps import is_exit
from alerts.places.readings.reading import Reading, Scene, spelling_reasons

NEAREST_NUMBERS = 60
"""How far beside the known house numbers a number may lie and still be placed."""
LONGEST_GAP_M = 300
BLOCK_PRECISION_M = 80
_WILDCARD = re.compile(r"(\d{1,3})(x{2})|(\d{3,5})s")
_BETWEEN_NUMBER_AND_STREET = (
    cues.BLOCK
    | frozenset(DIRECTIONS)
    | frozenset("of de del la el the . , hundred # calle".split())
)
_BETWEEN_BLOCK_AND_STREET = _BETWEEN_NUMBER_AND_STREET | {"on", "en", "por", "sobre"}
_BETWEEN_STREET_AND_NUMBER = cues.NUMBER_WORDS | cues.BLOCK | frozenset(". , al a la el en".split())


class House(NamedTuple):
    """A house number at tokens `start` to `end` (exclusive)."""

    start: int
    end: int
    number: int
    is_block: bool


def find_addresses(scene: Scene) -> Iterator[Reading]:
    """Yield the places of house numbers that stand beside a street."""
    for house in _houses(scene):
        for street in scene.names.streets:
            if street.how != "number" and _belongs(scene, house, street):
                yield from _read(scene, house, street)


def _houses(scene: Scene) -> Iterator[House]:
    tokens = scene.tokens
    for at, token in enumerate(tokens):
        number, end, is_block = token.number, at + 1, False
        if token.shape == "code":
            found = _WILDCARD.fullmatch(token.key)
            if not found:
                continue
            number, is_block = int(found[1]) * 100 if found[1] else int(found[3]), True
        elif token.shape != "number":
            continue
        elif at + 2 < len(tokens) and tokens[at + 1].key == "," and tokens[at + 2].glued:
            if tokens[at + 2].shape == "number" and tokens[at + 2].end - tokens[at + 2].start == 3:
                number, end = number * 1000 + tokens[at + 2].number, at + 3
        elif at + 1 < len(tokens) and tokens[at + 1].key == "hundred":
            number, is_block = number * 100, True
        nearby = scene.keys(at - 1, at) + scene.keys(end, end + 2)
        is_block = is_block or any(key in cues.BLOCK for key in nearby)
        if 1 <= number < 30_000:
            yield House(at, end, number, is_block)


def _belongs(scene: Scene, house: House, street: Mention) -> bool:
    """Say whether a number and a street stand together as an address."""
    if house.end <= street.start:
        gap = scene.keys(house.end, street.start)
        allowed = _BETWEEN_BLOCK_AND_STREET if house.is_block else _BETWEEN_NUMBER_AND_STREET
        return len(gap) <= 5 and all(key in allowed for key in gap)
    if street.end <= house.start and house.number >= 100:
        gap = scene.keys(street.end, house.start)
        gap = [key for key in gap if key not in DIRECTIONS and key not in TYPES]
        after = scene.keys(house.end, house.end + 1)
        if after and (after[0] in cues.COUNTED or after[0] in TYPES):
            return False
        return all(key in _BETWEEN_STREET_AND_NUMBER for key in gap) and not _starts_address(
            scene, house
        )
    return False


def _starts_address(scene: Scene, house: House) -> bool:
    """A number before another street belongs to that one."""
    return any(
        house.end <= street.start and scene.keys(house.end, street.left) == []
        for street in scene.names.streets
    )


def _read(scene: Scene, house: House, street: Mention) -> Iterator[Reading]:
    number = house.number // 100 * 100 + 50 if house.is_block else house.number
    score = 0.97 * street.score
    pieces = _pieces(scene, street, number, 0)
    why = ["block" if house.is_block else "address", *spelling_reasons(street)]
    if not pieces:
        pieces, score = _pieces(scene, street, number, NEAREST_NUMBERS), score * 0.86
        why.append("range-gap")
    if len(str(house.number)) < 3 and not street.typed:
        score *= 0.6
    if not street.typed and is_exit(scene, str(house.number), street):
        score *= 0.6
    for piece, point in _between(scene, pieces, number) or _apart(scene, pieces, number):
        name = scene.gazetteer.street(street.target)
        full = " ".join(filter(None, (piece.direction, name, piece.type)))
        label = (
            f"{house.number // 100 * 100} block of {full}"
            if house.is_block
            else f"{house.number} {full}"
        )
        differs = street.type and piece.type and street.type != piece.type
        yield Reading(
            point,
            label,
            "address",
            BLOCK_PRECISION_M if house.is_block else 30,
            score * (0.85 if differs else 1.0),
            min(house.start, street.left),
            max(house.end, street.right),
            why + (["type-differs"] if differs else []),
            scene.gazetteer.range_key(piece),
        )


def _pieces(scene: Scene, street: Mention, number: int, slack: int) -> list[tuple[int, Range]]:
    """Return the ranges that hold a number, the right side of the street first."""
    found = []
    for piece in scene.gazetteer.ranges(street.target):
        if street.direction and piece.direction and street.direction != piece.direction:
            continue
        off = max(piece.low - number, number - piece.high, 0)
        if off <= slack:
            side = piece.is_even != (number % 2 == 0)
            found.append((off * 2 + side, piece))
    return sorted(found, key=lambda item: (item[0], item[1].number))


def _between(
    scene: Scene, pieces: list[tuple[int, Range]], number: int
) -> list[tuple[Range, Point]]:
    """Return the place of a number between two known ones that are near each other."""
    below = max((p for _, p in pieces if p.high < number), key=lambda p: p.high, default=None)
    above = min((p for _, p in pieces if p.low > number), key=lambda p: p.low, default=None)
    if below is None or above is None:
        return []
    ends = scene.gazetteer.range_line(below)[-1], scene.gazetteer.range_line(above)[0]
    if metres(*ends) > LONGEST_GAP_M:
        return []
    return [(below, along(ends, (number - below.high) / (above.low - below.high)))]


def _apart(
    scene: Scene, pieces: list[tuple[int, Range]], number: int
) -> Iterator[tuple[Range, Point]]:
    """Yield one piece per place: both sides of a street are one, north and south are two."""
    seen: list[Point] = []
    for _, piece in pieces:
        span = piece.high - piece.low
        line = scene.gazetteer.range_line(piece)
        point = along(line, (number - piece.low) / span if span else 0.5)
        if all(metres(point, other) > 150 for other in seen):
            seen.append(point)
            yield piece, point

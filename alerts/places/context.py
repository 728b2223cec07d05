"""What the words around a name do to it: times, people, "not there any more", other towns."""

import re
from collections.abc import Sequence

from alerts.places.lexicon import cues
from alerts.places.lexicon.words import brands, elsewhere
from alerts.places.names import TYPES, spelt_out
from alerts.places.normal import Token

_URL = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+\S*"
    r"|\b[a-z0-9-]+\.(?:com|org|net|gov|ly|me)\b\S*"
)
_PHONE = re.compile(
    r"(?<![\d#])(?:\+?1[\s.-]?)?(?:\(\d{3}\)|\d{3})[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)|\+\d[\d\s().-]{8,}\d"
)
_HOURS = "una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce"
_TIMES = (
    # 10:36 am, 8 p.m., 8 o'clock, time: 0815
    r"\b\d{1,2}[:.]\d{2}\s*(?:[ap]\.?m\b\.?)?",
    r"\b\d{1,2}\s*(?:[ap]\.m\.|[ap]m\b)",
    r"\b\d{1,2}\s*o'?clock\b",
    r"\btime:?\s*\d{3,4}\b",
    # las 8 y media de la tarde; son las ocho (not: la 8 con Vermont)
    r"\b(?:a |son |desde |hasta |como a )?las \d{1,2}(?: y (?:media|cuarto|pico))? "
    r"(?:de la (?:manana|tarde|noche)|en punto)",
    r"\b(?:son|eran|a|desde|hasta|antes de|despues de) las "
    rf"(?:\d{{1,2}}|{_HOURS})\b(?!\s+(?:con|esquina|esq)\b)",
    # 오후 3시 30분
    r"(?:오전|오후)?\s*\d{1,2}시(?:\s*\d{1,2}분|반)?",
    # 11/23/2026, 2026-11-23
    r"\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b",
    r"\b(?:19|20)\d{2}-\d{2}-\d{2}\b",
)
_TIME = re.compile("|".join(_TIMES))
_PLATE_OR_PRICE = re.compile(r"\b[0-9][a-z]{3}\d{3}\b|\b\d{1,3}\s?%|\$\s?\d[\d,.]*")


def scrub(folded: str) -> str:
    """Blank out links, phone numbers, clock times, dates, plates and prices (same length)."""
    for pattern in (_URL, _PHONE, _TIME, _PLATE_OR_PRICE):
        folded = pattern.sub(lambda match: " " * len(match.group()), folded)
    return folded


def spoiled(tokens: Sequence[Token]) -> set[int]:
    """Return the tokens that name no place here: brands, ranks in time, dates."""
    found: set[int] = set()
    keys = [token.key for token in tokens]
    phrases = brands()
    for at, token in enumerate(tokens):
        for phrase in phrases.get(token.key, ()):
            if tuple(keys[at : at + len(phrase)]) == phrase:
                found.update(range(at, at + len(phrase)))
        if _is_rank(keys, at, token):
            found.add(at)
    return found


_RANKS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth primera segunda tercera "
    "cuarta quinta sexta septima octava novena decima primer tercer".split()
)


def _is_rank(keys: Sequence[str], at: int, token: Token) -> bool:
    if token.shape not in ("ordinal", "number") and token.key not in _RANKS:
        return False
    after = keys[at + 1] if at + 1 < len(keys) else ""
    before = keys[at - 1] if at else ""
    if before in cues.MONTHS - {"may"} or (
        after == "of" and at + 2 < len(keys) and keys[at + 2] in cues.MONTHS
    ):
        return True
    if after == "de" and at + 2 < len(keys) and keys[at + 2] in cues.MONTHS:
        return True
    if token.shape == "number":
        return after in {"번째", "학년"} or before in {
            "hace",
            "tengo",
            "room",
            "apt",
            "unit",
            "suite",
            "line",
            "bus",
        }
    return after in cues.ORDINAL_SPOILERS_AFTER - {"of", "de"} and before != "&"


_PERSON_PHRASES = (
    ("name", "is"),
    ("names", "is"),
    ("se", "llama"),
    ("nombre", "es"),
    ("called",),
    ("named",),
    ("이름은",),
    ("이름이",),
)


def is_person(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Say whether the words before or after a name make it a person's."""
    keys = [token.key for token in tokens]
    before = [key for key in keys[max(0, start - 3) : start] if key not in {".", ",", ":"}]
    if before and before[-1] in cues.PERSON_BEFORE:
        return True
    for phrase in _PERSON_PHRASES:
        if tuple(before[-len(phrase) :]) == phrase:
            return True
    after = keys[end] if end < len(keys) else ""
    if after in cues.KOREAN_PERSON_ENDS or after in cues.NOT_PLACE_AFTER:
        return True
    placed = bool(before) and (before[-1] in cues.MEETS or before[-1] in cues.NEAR)
    return after in cues.SPEAKS and not placed


def is_negated(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Say whether the text says of this name: not there, not there any more."""
    keys = [token.key for token in tokens]
    if _is_left_behind(keys, start):
        return True
    back = start - 1
    steps = 0
    while back >= 0 and steps < 4:
        key = keys[back]
        if key in cues.NOT_BEFORE:
            return True
        if key not in _BETWEEN_NOT_AND_NAME:
            break
        back -= 1
        steps += 1
    following = [key for key in keys[end : end + 3] if key not in {",", "("}]
    if following[:1] and (following[0] in {"anymore"} or following[:2] == ["any", "more"]):
        return True
    tail = keys[end] if end < len(keys) else ""
    return any(tail.startswith(word) for word in cues.KOREAN_NOT) or any(
        tokens[end - 1].key.endswith(word) for word in cues.KOREAN_NOT
    )


def _is_left_behind(keys: Sequence[str], start: int) -> bool:
    """Say whether a name follows "moved from"."""
    return any(
        keys[at] in {"from", "de", "del", "desde"}
        and (keys[at - 1] in cues.MOVED or keys[at - 1] in cues.NOT_BEFORE)
        for at in range(max(1, start - 2), min(len(keys), start + 1))
    )


_BETWEEN_NOT_AND_NAME = frozenset(
    "at on in the by near a la el las en de por es era fue esta estan estaban that thats longer "
    "it its was mas there corner esquina from around over".split()
)


def is_moved_to(tokens: Sequence[Token], start: int) -> bool:
    """Say whether the text says that they moved to this name."""
    for token in reversed(tokens[max(0, start - 5) : start]):
        if token.key in cues.MOVED:
            return True
        if token.key in {".", "!", "?", "\n"}:
            return False
    return False


def other_towns(tokens: Sequence[Token], ours: set[int], streets: set[int]) -> list[str]:
    """Return the towns the text names that are not ours.

    `ours` are the tokens that belong to a name of ours which a town's name must not claim,
    `streets` the tokens at which names of streets begin.
    """
    keys = [token.key for token in tokens]
    known = elsewhere()
    found: list[str] = []
    for start, token in enumerate(tokens):
        if token.shape not in ("word", "hangul"):
            continue
        for end in range(min(len(keys), start + 3), start, -1):
            town = known.get("".join(spelt_out(key) for key in keys[start:end]))
            if town is None and token.shape == "hangul":
                town = next((known[s] for s in _heads(token.key) if s in known), None)
            if town is None or any(at in ours for at in range(start, end)):
                continue
            after = keys[end] if end < len(keys) else ""
            if after in TYPES or after in cues.STATION_WORDS:
                continue
            if not town.is_street_too or _is_in(keys, start, end, streets):
                found.append(town.name)
                break
    return found


def _heads(word: str) -> list[str]:
    return [word[:length] for length in range(len(word), 1, -1)]


def _is_in(keys: Sequence[str], start: int, end: int, streets: set[int]) -> bool:
    before = keys[start - 1] if start else ""
    after = keys[end] if end < len(keys) else ""
    if after in cues.MEETS - {"at", "@", "n", "e"} and end + 1 in streets:
        return False
    return before in {"in", "en"} or after in {"city", "county", "california", "ca", "ciudad"}

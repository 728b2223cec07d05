"""Find the names in a text: streets, landmarks, neighbourhoods."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from alerts.places.index.build import AREA, LANDMARK, STREET
from alerts.places.index.gazetteer import Name
from alerts.places.index.naming import CORE
from alerts.places.lexicon import cues
from alerts.places.lexicon.words import common
from alerts.places.matching import Match, Matcher
from alerts.places.names import DIRECTIONS, TYPES, spelt_out
from alerts.places.normal import Token, ordinal
from alerts.places.numbers import COUNT_WORDS, KOREAN_STREET_ENDS, number_words
from alerts.places.sounds import hangul_sound

LONGEST_NAME = 6
"""Tokens of a name that are looked up together."""
LONGEST_REPAIR = 4
MOST_REPAIRS = 48
"""Spans of one text whose spelling may be repaired; keeps a long text quick."""
MOST_STREETS = 60

_TAIL = re.compile(f"(?:{'|'.join(sorted(cues.KOREAN_TAIL, key=len, reverse=True))})+")
_CARDINAL_SCORE, _DIGIT_SCORE = 0.86, 0.9


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `start` to `end` (exclusive) name something."""

    start: int
    end: int
    kind: int
    """STREET, LANDMARK or AREA."""
    target: int
    standing: int
    score: float
    how: str
    """exact, spelling, sound, or number: a bare figure or counting word."""
    is_common: bool = False
    """The name is an everyday word too."""
    tail: str = ""
    """Korean particles that hang on it."""
    left: int = -1
    right: int = -1
    """The tokens with direction, type and "calle" taken along."""
    type: str = ""
    direction: str = ""
    typed: bool = False
    """A street type, a direction or "calle" stands by."""


@dataclass(slots=True)
class Names:
    """Everything a text names."""

    streets: list[Mention]
    landmarks: list[Mention]
    areas: list[Mention]


def find_names(tokens: Sequence[Token], matcher: Matcher, *, boldly: bool = False) -> Names:
    """Return the names in `tokens`. `boldly` also repairs everyday words and exact names."""
    found = list(_exact(tokens, matcher)) + list(_numbers(tokens, matcher))
    found += _repaired(tokens, matcher, found, boldly=boldly)
    streets = [_with_type(m, tokens) for m in _without_echoes(found) if m.kind == STREET]
    streets.sort(key=lambda m: (-m.score, m.start, -m.end, m.target))
    return Names(
        streets=sorted(streets[:MOST_STREETS], key=lambda m: (m.start, m.end, -m.score, m.target)),
        landmarks=[m for m in found if m.kind == LANDMARK],
        areas=[m for m in found if m.kind == AREA],
    )


def _without_echoes(found: list[Mention]) -> list[Mention]:
    """Drop repairs that overlap an exact mention of the same street."""
    sure = [m for m in found if m.how == "exact"]
    return [
        m
        for m in found
        if m.how == "exact"
        or not any(
            s.target == m.target and s.kind == m.kind and s.start < m.end and m.start < s.end
            for s in sure
        )
    ]


@cache
def stems(word: str) -> tuple[tuple[str, str], ...]:
    """Return the ways to cut a Hangul word into a name and particles, longest name first."""
    cuts = [(word, "")]
    for at in range(len(word) - 1, 0, -1):
        if _TAIL.fullmatch(word[at:]):
            cuts.append((word[:at], word[at:]))
    return tuple(cuts)


def _spans(
    tokens: Sequence[Token], start: int, longest: int, *, inside: str = "-'"
) -> Iterator[tuple[int, str, str]]:
    """Yield end, key and Korean tail of the spans that may be one name, shortest first.

    `inside` are the marks that may stand in a name.
    """
    prefix = ""
    taken = 0
    for at in range(start, len(tokens)):
        token = tokens[at]
        if token.shape == "mark":
            if at == start or not _is_inside_name(tokens, at, inside):
                return
            continue
        taken += 1
        if taken > longest:
            return
        word = spelt_out(token.key) if token.shape == "word" else token.key
        if token.shape == "hangul":
            for stem, tail in stems(word):
                yield at + 1, prefix + stem, tail
        else:
            yield at + 1, prefix + word, ""
        prefix += word


def _is_inside_name(tokens: Sequence[Token], at: int, inside: str) -> bool:
    mark = tokens[at].key
    if mark in inside:
        return at + 1 < len(tokens)
    if mark == ".":
        return tokens[at].glued and len(tokens[at - 1].key) <= 3 and tokens[at - 1].shape == "word"
    return mark == "&" and len(tokens[at - 1].key) == 1


def _exact(tokens: Sequence[Token], matcher: Matcher) -> Iterator[Mention]:
    for start, token in enumerate(tokens):
        if token.shape == "mark":
            continue
        # Stations are written "Wilshire/Western".
        for end, key, tail in _spans(tokens, start, LONGEST_NAME, inside="-'/()"):
            for match in matcher.exact(key):
                is_street = match.name.kind == STREET
                if is_street and (tail.startswith("역") or _is_no_street(tokens, start, end)):
                    continue
                yield _mention(start, end, match, tail, is_common=key in common())


def _is_no_street(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Say whether a span only looks like a street: "E", "10", the "cars on" of Carson."""
    if end - start == 1:
        token = tokens[start]
        return token.shape == "number" or (len(token.key) == 1 and token.shape != "hangul")
    return any(token.key in _NEVER_INSIDE for token in tokens[start:end])


def _mention(start: int, end: int, match: Match, tail: str, *, is_common: bool) -> Mention:
    name = match.name
    return Mention(
        start, end, name.kind, name.target, name.standing, match.score, match.how, is_common, tail
    )


def _numbers(tokens: Sequence[Token], matcher: Matcher) -> Iterator[Mention]:
    """Bare figures and counting words that may be numbered streets."""
    for start, token in enumerate(tokens):
        number, end, tail, score = token.number, start + 1, "", _DIGIT_SCORE
        if token.shape == "word" and token.key in COUNT_WORDS:
            number, score = COUNT_WORDS[token.key], _CARDINAL_SCORE
        elif token.shape != "number":
            continue
        if not 0 < number < 300 or _is_count(tokens, start + 1):
            continue
        if end < len(tokens) and tokens[end].glued and tokens[end].shape == "hangul":
            cut = _korean_street(tokens[end].key)
            if cut is None:
                continue
            tail, end, score = cut, end + 1, 1.0
        elif end < len(tokens) and _korean_street(tokens[end].key) is not None:
            tail, end, score = _korean_street(tokens[end].key) or "", end + 1, 1.0
        if start and tokens[start - 1].key == "the" and token.key in cues.FREEWAY_NUMBERS:
            # "the 10" is a freeway; the street is "10th".
            score *= 0.4
        if start and TYPES.get(tokens[start - 1].key) == "Ave":
            # "Avenue 26" is not 26th Street.
            for match in matcher.exact(f"avenue{number}"):
                yield _mention(start - 1, end, match, tail, is_common=False)
            continue
        how = "exact" if score == 1.0 else "number"
        for match in matcher.exact(ordinal(number)):
            if match.name.kind == STREET:
                yield _mention(
                    start, end, match._replace(score=score, how=how), tail, is_common=False
                )


def _is_count(tokens: Sequence[Token], after: int) -> bool:
    """A figure before "vans", "agentes", "명" counts them."""
    return after < len(tokens) and tokens[after].key in cues.COUNTED


def _korean_street(word: str) -> str | None:
    """Return what hangs on "가" in "가하고", None if the word is no street ending."""
    for stem, tail in stems(word):
        if stem in KOREAN_STREET_ENDS or TYPES.get(stem):
            return tail
    return None


def _repaired(
    tokens: Sequence[Token], matcher: Matcher, known: list[Mention], *, boldly: bool
) -> list[Mention]:
    """Repair the spelling of words that are neither names nor everyday words."""
    covered = {at for m in known if m.standing != CORE for at in range(m.start, m.end)}
    found: list[Mention] = []
    left = MOST_REPAIRS
    for start, token in enumerate(tokens):
        if token.shape not in ("word", "hangul"):
            continue
        for end, key, tail in _spans(tokens, start, LONGEST_REPAIR):
            if left <= 0 or not _may_repair(tokens, start, end, key, covered, boldly=boldly):
                continue
            left -= 1
            for match in matcher.similar(key):
                share = _doubt(tokens, start, end, match, boldly=boldly)
                if share:
                    repaired = match._replace(score=match.score * share)
                    found.append(_mention(start, end, repaired, tail, is_common=key in common()))
    return found


def _doubt(tokens: Sequence[Token], start: int, end: int, match: Match, *, boldly: bool) -> float:
    """Return what a repair is worth: little if it swallows an article or needs a kind word."""
    name = match.name
    if name.standing == CORE and match.score < 0.9:
        return 0.0
    first, last = tokens[start], tokens[end - 1]
    if last.shape == "number" and not name.text.endswith(last.key):
        return 0.0
    if (
        end - start > 1
        and not boldly
        and (
            (_is_everyday(first) and not name.text.startswith(spelt_out(first.key)))
            or (_is_everyday(last) and not name.text.endswith(spelt_out(last.key)))
        )
    ):
        return 0.0
    if match.how == "sound" and name.kind == STREET and match.score < 0.88 and _is_number(name):
        return 0.0
    is_heard = match.how == "sound" and tokens[start].shape == "hangul" and name.text.isascii()
    if is_heard and name.kind != STREET and len(hangul_sound(tokens[start].key)) < 4:
        return 0.0
    return 1.0


def _is_number(name: Name) -> bool:
    """Say whether a look-up key is a number in words: "sexta"."""
    return name.text in number_words()


def _may_repair(
    tokens: Sequence[Token], start: int, end: int, key: str, covered: set[int], *, boldly: bool
) -> bool:
    inside = tokens[start:end]
    words = [token.key for token in inside if token.shape != "mark"]
    if len(words) == 1:
        return boldly or (start not in covered and not _is_everyday(inside[0]))
    if any(token.shape not in ("word", "hangul", "mark") for token in inside[:-1]):
        return False
    if inside[-1].shape not in ("word", "hangul", "number"):
        return False
    if any(word in _NEVER_INSIDE or word in TYPES for word in words[words[0] == "st" :]) or len(
        key
    ) < 6 - 2 * (not key.isascii()):
        return False
    fresh = [
        not _is_everyday(t) and start + i not in covered
        for i, t in enumerate(inside)
        if t.shape != "mark"
    ]
    return fresh[0] or fresh[-1]


def _is_everyday(token: Token) -> bool:
    if token.shape == "hangul":
        if _TAIL.fullmatch(token.key):
            return True
        return any(stem in common() for stem, _ in stems(token.key))
    return token.key in common()


_NEVER_INSIDE = (
    cues.MEETS
    | cues.BETWEEN
    | cues.EITHER
    | frozenset("at in on of the is it a an to so no".split())
) - {"n", "e"}


def _with_type(mention: Mention, tokens: Sequence[Token]) -> Mention:
    """Take the direction and street type beside a street name along."""
    left, right, kind, direction, typed = mention.start, mention.end, "", "", False
    if right < len(tokens) and not mention.tail:
        kind, right = _type_at(tokens, right)
        typed = bool(kind)
    if right < len(tokens) and tokens[right].key in DIRECTIONS and not _is_meeting(tokens, right):
        direction, right = DIRECTIONS[tokens[right].key], right + 1
    if left and tokens[left - 1].key == "." and left > 1 and tokens[left - 2].key in DIRECTIONS:
        left -= 1
    if left and tokens[left - 1].key in DIRECTIONS and not _is_meeting(tokens, left - 1):
        direction, left, typed = direction or DIRECTIONS[tokens[left - 1].key], left - 1, True
    while left and tokens[left - 1].key in _BEFORE_STREET:
        if tokens[left - 1].key not in cues.ARTICLE:
            typed = True
        left -= 1
    return replace(
        mention,
        left=left,
        right=right,
        type=kind,
        direction=direction,
        typed=typed or bool(direction),
    )


_BEFORE_STREET = frozenset("la el los las the calle avenida ave bulevar de del".split())


def _type_at(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """Return the street type at `at` and the token after it."""
    token = tokens[at]
    kind = TYPES.get(token.key, "")
    if not kind and token.shape == "hangul":
        kind = next((TYPES[stem] for stem, _ in stems(token.key) if stem in TYPES), "")
    if not kind or token.key in _NO_TYPE_AFTER:
        return "", at
    if token.key == "st" and at + 1 < len(tokens) and tokens[at + 1].key in _SAINTS:
        return "", at
    after = at + 1
    if after < len(tokens) and tokens[after].key == "." and tokens[after].glued:
        after += 1
    return kind, after


_SAINTS = frozenset(
    "andrews andrew basil louis james paul george charles vincent marys johns".split()
)
_NO_TYPE_AFTER = frozenset("calle avenida way".split())


def _is_meeting(tokens: Sequence[Token], at: int) -> bool:
    """A lone n or e with a name on each side means "and": "6th n vermont", "6th e union"."""
    if tokens[at].key not in {"n", "e", "y"} or not 0 < at < len(tokens) - 1:
        return False
    before = tokens[at - 1]
    return before.shape not in ("mark", "number") and before.key not in cues.BLOCK | {"of", "de"}

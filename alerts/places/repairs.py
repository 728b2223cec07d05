"""Names that are misspelt or written by ear."""

from collections.abc import Sequence

from alerts.places.index.gazetteer import Name
from alerts.places.index.naming import CORE
from alerts.places.index.tables import STREET
from alerts.places.lexicon.words import common
from alerts.places.matching import Match, Matcher
from alerts.places.mention import Mention, mention_of
from alerts.places.names import TYPES, spelt_out
from alerts.places.normal import Token
from alerts.places.numbers import number_words
from alerts.places.sounds import hangul_sound
from alerts.places.spans import NEVER_INSIDE, is_everyday, spans

LONGEST_REPAIR = 4
MOST_REPAIRS = 48
"""Spans of one text whose spelling may be repaired; keeps a long text quick."""


def find_repairs(
    tokens: Sequence[Token], matcher: Matcher, known: list[Mention], *, boldly: bool
) -> list[Mention]:
    """Repair the spelling of words that are neither names nor everyday words."""
    covered = {at for m in known if m.standing != CORE for at in range(m.start, m.end)}
    found: list[Mention] = []
    left = MOST_REPAIRS
    for start, token in enumerate(tokens):
        if token.shape not in ("word", "hangul"):
            continue
        for end, key, tail in spans(tokens, start, LONGEST_REPAIR):
            if left <= 0 or not _may_repair(tokens, start, end, key, covered, boldly=boldly):
                continue
            left -= 1
            for match in matcher.similar(key):
                share = _doubt(tokens, start, end, match, boldly=boldly)
                if share:
                    repaired = match._replace(score=match.score * share)
                    found.append(mention_of(start, end, repaired, tail, is_common=key in common()))
    return found


def _doubt(tokens: Sequence[Token], start: int, end: int, match: Match, *, boldly: bool) -> float:
    """Return what a repair is worth: little if it swallows an article or needs a kind word."""
    name = match.name
    is_hangul = tokens[start].shape == "hangul"
    if name.standing == CORE and match.score < (0.7 if is_hangul else 0.9):
        return 0.0
    first, last = tokens[start], tokens[end - 1]
    if last.shape == "number" and not name.text.endswith(last.key):
        return 0.0
    if (
        end - start > 1
        and not boldly
        and (
            (is_everyday(first) and not name.text.startswith(spelt_out(first.key)))
            or (is_everyday(last) and not name.text.endswith(spelt_out(last.key)))
        )
    ):
        return 0.0
    if match.how == "sound" and name.kind == STREET and match.score < 0.88 and _is_number(name):
        return 0.0
    is_heard = match.how == "sound" and is_hangul and name.text.isascii()
    is_bare = name.kind != STREET and name.standing != CORE
    if is_heard and is_bare and len(hangul_sound(tokens[start].key)) < 4:
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
        return boldly or (start not in covered and not is_everyday(inside[0]))
    if any(token.shape not in ("word", "hangul", "mark") for token in inside[:-1]):
        return False
    if inside[-1].shape not in ("word", "hangul", "number"):
        return False
    if any(word in NEVER_INSIDE or word in TYPES for word in words[words[0] == "st" :]) or len(
        key
    ) < 6 - 2 * (not key.isascii()):
        return False
    fresh = [
        not is_everyday(t) and start + i not in covered
        for i, t in enumerate(inside)
        if t.shape != "mark"
    ]
    return fresh[0] or fresh[-1]

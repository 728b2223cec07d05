"""Spans of tokens that may be one name."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from alerts.places.lexicon import cues
from alerts.places.lexicon.words import common
from alerts.places.names import spelt_out
from alerts.places.normal import Token

TAIL = re.compile(f"(?:{'|'.join(sorted(cues.KOREAN_TAIL, key=len, reverse=True))})+")
"""Korean particles and such, one after another."""

NEVER_INSIDE = (
    cues.MEETS
    | cues.BETWEEN
    | cues.EITHER
    | frozenset("at in on of the is it a an to so no".split())
) - {"n", "e"}
"""Words that are never inside a street's name."""


@cache
def stems(word: str) -> tuple[tuple[str, str], ...]:
    """Return the ways to cut a Hangul word into a name and particles, longest name first."""
    cuts = [(word, "")]
    for at in range(len(word) - 1, 0, -1):
        if TAIL.fullmatch(word[at:]):
            cuts.append((word[:at], word[at:]))
    return tuple(cuts)


def spans(
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


def is_everyday(token: Token) -> bool:
    """Say whether a token is an everyday word, so that it is not repaired into a name."""
    if token.shape == "hangul":
        if TAIL.fullmatch(token.key):
            return True
        return any(stem in common() for stem, _ in stems(token.key))
    return token.key in common()

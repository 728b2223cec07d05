"""Find the names in a text: streets, landmarks, neighbourhoods."""

from collections.abc import Iterator, Sequence

from alerts.places.index.tables import AREA, LANDMARK, STREET
from alerts.places.lexicon.words import common
from alerts.places.matching import Matcher
from alerts.places.mention import Mention, Names, mention_of
from alerts.places.normal import Token
from alerts.places.numbered import find_numbers
from alerts.places.repairs import find_repairs
from alerts.places.spans import NEVER_INSIDE, spans
from alerts.places.street_types import with_type

LONGEST_NAME = 6
"""Tokens of a name that are looked up together."""
MOST_STREETS = 60


def find_names(tokens: Sequence[Token], matcher: Matcher, *, boldly: bool = False) -> Names:
    """Return the names in `tokens`. `boldly` also repairs everyday words and exact names."""
    found = list(_exact(tokens, matcher)) + list(find_numbers(tokens, matcher))
    found += find_repairs(tokens, matcher, found, boldly=boldly)
    streets = [with_type(m, tokens) for m in _without_echoes(found) if m.kind == STREET]
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


def _exact(tokens: Sequence[Token], matcher: Matcher) -> Iterator[Mention]:
    for start, token in enumerate(tokens):
        if token.shape == "mark":
            continue
        # Stations are written "Wilshire/Western".
        for end, key, tail in spans(tokens, start, LONGEST_NAME, inside="-'/()"):
            for match in matcher.exact(key):
                is_street = match.name.kind == STREET
                if is_street and (tail.startswith("역") or _is_no_street(tokens, start, end)):
                    continue
                yield mention_of(start, end, match, tail, is_common=key in common())


def _is_no_street(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Say whether a span only looks like a street: "E", "10", the "cars on" of Carson."""
    if end - start == 1:
        token = tokens[start]
        return token.shape == "number" or (len(token.key) == 1 and token.shape != "hangul")
    return any(token.key in NEVER_INSIDE for token in tokens[start:end])

"""Bare figures and counting words that may be numbered streets: "la 8 y Vermont"."""

from collections.abc import Iterator, Sequence

from alerts.places.index.tables import STREET
from alerts.places.lexicon import cues
from alerts.places.matching import Matcher
from alerts.places.mention import Mention, mention_of
from alerts.places.names import TYPES
from alerts.places.normal import Token, ordinal
from alerts.places.numbers import COUNT_WORDS, KOREAN_STREET_ENDS
from alerts.places.spans import stems

CARDINAL_SCORE, DIGIT_SCORE = 0.86, 0.9


def find_numbers(tokens: Sequence[Token], matcher: Matcher) -> Iterator[Mention]:
    """Yield the numbered streets that figures and counting words may mean."""
    for start, token in enumerate(tokens):
        number, end, tail, score = token.number, start + 1, "", DIGIT_SCORE
        if token.shape == "word" and token.key in COUNT_WORDS:
            number, score = COUNT_WORDS[token.key], CARDINAL_SCORE
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
        if _is_freeway(tokens, start):
            # "the 10" and "10 west" are a freeway; the street is "10th".
            score *= 0.4
        if start and TYPES.get(tokens[start - 1].key) == "Ave":
            # "Avenue 26" is not 26th Street.
            for match in matcher.exact(f"avenue{number}"):
                yield mention_of(start - 1, end, match, tail, is_common=False)
            continue
        how = "exact" if score == 1.0 else "number"
        for match in matcher.exact(ordinal(number)):
            if match.name.kind == STREET:
                yield mention_of(
                    start, end, match._replace(score=score, how=how), tail, is_common=False
                )


def _is_count(tokens: Sequence[Token], after: int) -> bool:
    """A figure before "vans", "agentes", "명" counts them."""
    return after < len(tokens) and tokens[after].key in cues.COUNTED


def _is_freeway(tokens: Sequence[Token], at: int) -> bool:
    if tokens[at].key not in cues.FREEWAY_NUMBERS:
        return False
    after = tokens[at + 1].key if at + 1 < len(tokens) else ""
    return (at > 0 and tokens[at - 1].key == "the") or after in cues.BOUND | cues.FREEWAY


def _korean_street(word: str) -> str | None:
    """Return what hangs on "가" in "가하고", None if the word is no street ending."""
    for stem, tail in stems(word):
        if stem in KOREAN_STREET_ENDS or TYPES.get(stem):
            return tail
    return None

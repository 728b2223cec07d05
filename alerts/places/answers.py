"""Understand the neighbour's answer to "which one?"."""

from collections.abc import Sequence
from dataclasses import replace

from alerts.places.candidate import Candidate
from alerts.places.normal import clean, fold, tokenise

_PLACES_IN_LINE = {
    1: frozenset(
        "1 1st one first uno una primero primera primer 일 하나 첫번째 첫째 일번 a".split()
    ),
    2: frozenset("2 2nd two second dos segundo segunda 이 둘 두번째 둘째 이번 b".split()),
    3: frozenset("3 3rd three third tres tercero tercera 삼 셋 세번째 셋째 삼번 c".split()),
}
_FILLER = frozenset(
    "the la el los number num numero no option opcion is its it's es one # . ) ( , ! "
    "번 번이요 번입니다 요".split()
)
PICKED = 0.9
"""Confidence of a place that the person who reported it chose."""


def pick(choices: Sequence[Candidate], reply: str) -> Candidate | None:
    """Return the choice that `reply` names by number or by words, None if that is not clear.

    A number stands for the choice at that place in the numbered question.
    """
    keys = [token.key for token in tokenise(fold(clean(reply)))]
    words = [key for key in keys if key not in _FILLER] or keys
    found = _by_number(choices, words) or _by_words(choices, words)
    if found is None:
        return None
    return replace(found, confidence=max(PICKED, found.confidence), why=(*found.why, "picked"))


def _by_number(choices: Sequence[Candidate], words: Sequence[str]) -> Candidate | None:
    if len(words) != 1:
        return None
    for place, spellings in _PLACES_IN_LINE.items():
        if words[0] in spellings and place <= len(choices):
            return choices[place - 1]
    return None


def _by_words(choices: Sequence[Candidate], words: Sequence[str]) -> Candidate | None:
    """Return the only choice whose label has a word of the reply that no other choice has."""
    labels = [{token.key for token in tokenise(fold(choice.label))} for choice in choices]
    named = [
        choice
        for at, choice in enumerate(choices)
        if any(
            word in labels[at]
            and all(word not in other for n, other in enumerate(labels) if n != at)
            for word in words
        )
    ]
    return named[0] if len(named) == 1 else None

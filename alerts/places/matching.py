"""Find the names that a misspelt word may stand for, each with how sure that is."""

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from alerts.places.index.gazetteer import Gazetteer, Name
from alerts.places.index.spelling import as_heard, deletions, sound_keys
from alerts.places.sounds import (
    hangul_letters,
    jamo,
    korean_letters,
)

MOST_MATCHES = 6
SHORTEST_SKELETON = 3
"""Consonants a Latin word needs to be looked up by sound; Hangul needs one less."""
SHORTEST, LONGEST = 4, 30
"""Letters a word needs before its spelling is repaired; Hangul counts single letters."""


class Match(NamedTuple):
    """A name that a word stands for."""

    name: Name
    score: float
    """1 for the exact name, below for repairs."""
    how: str
    """exact, spelling or sound."""


class Matcher:
    """Looks words up in one gazetteer and remembers recent answers."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Use `gazetteer` for all look-ups."""
        self.gazetteer = gazetteer
        self.exact = lru_cache(maxsize=8192)(self._exact)
        self.similar = lru_cache(maxsize=8192)(self._similar)

    def _exact(self, key: str) -> tuple[Match, ...]:
        """Return the names spelt exactly so."""
        return tuple(Match(name, 1.0, "exact") for name in self.gazetteer.named(key))

    def _similar(self, key: str) -> tuple[Match, ...]:
        """Return the names that `key` may be a misspelling of, best first."""
        spelt = jamo(key)
        if not SHORTEST <= len(spelt) <= LONGEST:
            return ()
        found: dict[str, tuple[float, str]] = {}
        for text in self.gazetteer.near_spellings(deletions(spelt)):
            score = _spelling_score(spelt, jamo(text))
            if score and text != key:
                found[text] = (score, "spelling")
        skeleton = _heard(key)
        # Its first letter says which ear it was heard with.
        if len(skeleton) - 1 >= SHORTEST_SKELETON - (not key.isascii()):
            lengths = range(len(key) * 2 // 3, 3 * len(spelt))
            for text in self.gazetteer.near_sounds(skeleton, lengths):
                score = _sound_score(key, text)
                if score > found.get(text, (0.0, ""))[0] and text != key:
                    found[text] = (score, "sound")
        best = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_MATCHES]
        return tuple(
            Match(name, score, how)
            for text, (score, how) in best
            for name in self.gazetteer.named(text)[:8]
        )


def _heard(key: str) -> str:
    """Return the sound key to ask for: Latin words sound Latin, Hangul is heard either way."""
    return next(iter(sound_keys(key)), "")


def _spelling_score(key: str, text: str) -> float:
    """Return how likely `key` is a typing error of `text`, 0 if it is not."""
    most = 1 if min(len(key), len(text)) < 8 else 2
    errors = OSA.distance(key, text, score_cutoff=most)
    if errors > most:
        return 0.0
    score = 1.0 - errors * (0.45 / max(4, len(text)) + 0.03)
    if key[0] != text[0]:
        score -= 0.1
    if errors == 1 and sorted(key) == sorted(text):
        score += 0.02
    return score if len(text) > 4 else score - 0.08


def _sound_score(key: str, text: str) -> float:
    """Return how likely `key` is `text` written by ear. Both have the same sound key."""
    if key.isascii():
        likeness = _likeness(key, text) if text.isascii() else 0.0
        return 0.62 + 0.34 * likeness if likeness >= 0.5 else 0.0
    if text.isascii():
        letters = hangul_letters(key)
        likeness = max(_likeness(letters, korean_letters(heard)) for heard in as_heard(text))
        return 0.56 + 0.36 * likeness if likeness >= 0.5 else 0.0
    likeness = _likeness(jamo(key), jamo(text))
    return 0.6 + 0.36 * likeness if likeness >= 0.6 else 0.0


def _likeness(one: str, two: str) -> float:
    return 1.0 - OSA.distance(one, two) / max(len(one), len(two), 1)

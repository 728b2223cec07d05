"""Find the names that a misspelt word may stand for, each with how sure that is."""

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from alerts.places.index.build import as_heard, deletions, sound_keys
from alerts.places.index.gazetteer import Gazetteer, Name
from alerts.places.sounds import (
    hangul_letters,
    hangul_sound,
    jamo,
    korean_ear,
    korean_letters,
    sound,
)

MOST_MATCHES = 6
SHORTEST = 4
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
        self.similar = lru_cache(maxsize=8192)(self._similar)

    def exact(self, key: str) -> tuple[Match, ...]:
        """Return the names spelt exactly so."""
        return tuple(Match(name, 1.0, "exact") for name in self.gazetteer.named(key))

    def _similar(self, key: str) -> tuple[Match, ...]:
        """Return the names that `key` may be a misspelling of, best first."""
        spelt = jamo(key)
        if not SHORTEST <= len(spelt) <= 30:
            return ()
        found: dict[str, tuple[float, str]] = {}
        for number in self.gazetteer.near_spellings(deletions(spelt)):
            text = self.gazetteer.text(number)
            score = _spelling_score(spelt, jamo(text))
            if score and text != key:
                found[text] = (score, "spelling")
        for number in self.gazetteer.near_sounds(_heard(key)):
            text = self.gazetteer.text(number)
            score = _sound_score(key, text)
            if score > found.get(text, (0.0, ""))[0] and text != key:
                found[text] = (score, "sound")
        best = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_MATCHES]
        return tuple(
            Match(name, score, how)
            for text, (score, how) in best
            for name in self.gazetteer.named(text)[:8]
        )


def _heard(key: str) -> tuple[str, ...]:
    """Return the sound keys to ask for: Latin words sound Latin, Hangul is heard both ways."""
    return sound_keys(key)[:1]


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
    """Return how likely `key` is `text` written by ear."""
    if key.isascii() != text.isascii():
        return _korean_score(key, text)
    if not key.isascii():
        return _hangul_score(key, text)
    skeleton = sound(key)
    if skeleton != sound(text) or len(skeleton) < 3:
        return 0.0
    likeness = _likeness(key, text)
    return 0.62 + 0.34 * likeness if likeness >= 0.5 else 0.0


def _korean_score(key: str, text: str) -> float:
    hangul, latin = (key, text) if text.isascii() else (text, key)
    if not latin.isascii() or hangul.isascii():
        return 0.0
    skeleton, letters = hangul_sound(hangul), hangul_letters(hangul)
    if len(skeleton) < 2 or len(hangul) < 2:
        return 0.0
    likeness = max(
        (
            _likeness(letters, korean_letters(heard))
            for heard in as_heard(latin)
            if korean_ear(heard) == skeleton
        ),
        default=0.0,
    )
    return 0.56 + 0.36 * likeness if likeness >= 0.5 else 0.0


def _likeness(one: str, two: str) -> float:
    return 1.0 - OSA.distance(one, two) / max(len(one), len(two), 1)


def _hangul_score(key: str, text: str) -> float:
    if hangul_sound(key) != hangul_sound(text) or len(key) < 2:
        return 0.0
    likeness = _likeness(jamo(key), jamo(text))
    return 0.6 + 0.36 * likeness if likeness >= 0.6 else 0.0

"""Keys that are equal for names that sound alike to English, Spanish and Korean ears."""

import re
import unicodedata
from functools import lru_cache

# One pass from left to right, the first alternative that fits: (pattern, sound key letter).
_LATIN = (
    (r"^(?:wh|gu(?=[aeiou])|hu(?=[aei])|w|u(?=[aeo]))", "W"),
    (r"^(?:j|h|x(?=[aeiou])|g(?=[ei])|y(?=[aeo]))", "J"),
    (r"^(?:kn|gn|pn)", "N"),
    (r"gh(?=t)|gh$", ""),
    (r"ng(?![aeiouy])", "N"),
    (r"tio|sio|cio", "Xa"),
    (r"sch|sh|tch|ch", "X"),
    (r"ph|f", "B"),
    (r"th|t", "T"),
    (r"ck|qu|q|k|c(?![eiy])", "K"),
    (r"[csz]", "S"),
    (r"[vb]", "B"),
    (r"x", "KS"),
    (r"gue", "Ga"),
    (r"j|g(?=[ei])", "J"),
    (r"[hw]", ""),
    (r"[aeiouy]+", "a"),
)
_KOREAN_EAR = (
    (r"(?<=[a-z]{3})e$", ""),
    (r"(?<=[aeiou])r(?![aeiouyr])", ""),
    (r"ght", "T"),
    (r"ng(?![aeiouy])", "N"),
    (r"ds", "S"),
    (r"tch|sch|sh|ch|j|z|s|dg|g(?=[ei])|c(?=[eiy])", "S"),
    (r"th|[td]", "T"),
    (r"ph|[fvbp]", "P"),
    (r"x", "KS"),
    (r"ck|qu|[ckgq]", "K"),
    (r"[lr]", "L"),
    (r"m", "M"),
    (r"n", "N"),
    (r"[hw]", ""),
    (r"y", "i"),
)
_LEADS = [
    "K",
    "K",
    "N",
    "T",
    "T",
    "L",
    "M",
    "P",
    "P",
    "S",
    "S",
    "",
    "S",
    "S",
    "S",
    "K",
    "T",
    "P",
    "",
]
_TAILS = (
    ["", "K", "K", "K", "N", "N", "N", "T", "L", "L", "L", "L", "L", "L", "L", "L", "M", "P", "P"]
    + ["T", "T", "N", "T", "T", "K", "T", "P", "T"]
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")


class _Ear:
    """Rewrites a word in one pass."""

    def __init__(self, rules: tuple[tuple[str, str], ...]) -> None:
        self._rules = re.compile("|".join(f"({pattern})" for pattern, _ in rules))
        self._puts = [put for _, put in rules]

    def __call__(self, word: str) -> str:
        heard = self._rules.sub(lambda match: self._puts[(match.lastindex or 1) - 1], word)
        return _DOUBLED.sub(r"\1", heard)


_latin_ear, _korean_ear = _Ear(_LATIN), _Ear(_KOREAN_EAR)
_VOWEL = str.maketrans("", "", "aeiou")


@lru_cache(maxsize=8192)
def sound(word: str) -> str:
    """Return the consonant skeleton of a folded Latin word: "normandy" and "normandie" agree.

    A first vowel is kept as "a"; b and v, s and z, c and k, first j and h, w and gu- agree,
    the ways in which Spanish speakers write English street names by ear.
    """
    key = _latin_ear(word)
    return (key[:1] + _DOUBLED.sub(r"\1", key[1:].replace("a", ""))).upper()


@lru_cache(maxsize=8192)
def korean_ear(word: str) -> str:
    """Return the skeleton of a folded Latin word as Korean spelling keeps it.

    Korean writes no r before a consonant, l and r alike, f, v, b and p nearly alike.
    """
    return _DOUBLED.sub(r"\1", _korean_ear(word).translate(_VOWEL))


@lru_cache(maxsize=8192)
def hangul_sound(word: str) -> str:
    """Return the skeleton of a Hangul word in the letters of `korean_ear`."""
    key: list[str] = []
    for char in word:
        code = ord(char) - 0xAC00
        if 0 <= code < 11172:
            key += (_LEADS[code // 588], _TAILS[code % 28])
    return _DOUBLED.sub(r"\1", "".join(key))


_VOWELS = "a e a e eo e eo e o a e e o u eo e i u - i i".replace("-", "").split(" ")


@lru_cache(maxsize=8192)
def hangul_letters(word: str) -> str:
    """Return a Hangul word in the letters of `korean_letters`, vowels roughly too."""
    key: list[str] = []
    for char in word:
        code = ord(char) - 0xAC00
        if 0 <= code < 11172:
            key += (_LEADS[code // 588], _VOWELS[code % 588 // 28], _TAILS[code % 28])
    return _DOUBLED.sub(r"\1", "".join(key))


@lru_cache(maxsize=8192)
def korean_letters(word: str) -> str:
    """Return a folded Latin word as Korean spells it, vowels kept."""
    return _korean_ear(word)


def jamo(word: str) -> str:
    """Return Hangul as its single letters, so that one wrong letter is one wrong letter."""
    return unicodedata.normalize("NFD", word)

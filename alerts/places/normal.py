"""Make a text plain: one alphabet, one case, no invisible characters, cut into tokens."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

MOST_CHARACTERS = 2_000
"""Longer texts are read at their start and at their end."""
TAIL_CHARACTERS = 500

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
# Letters that look like Latin ones; the gazetteer has no Cyrillic or Greek names.
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеіѕјорсухԁԛԝһɡΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανικρτυх’‘ʼ`´＇–—−‐‑“”",
    "ABESIJKMHOPCTYXaeisjopcyxdqwhgABEZHIKMNOPTYXoavikptux''''''-----\"\"",
)
_TOKEN = re.compile(
    r"(?P<word>[0-9a-z]+(?:'[a-z]+)*)|(?P<hangul>[가-힣]+)|(?P<mark>[^\s0-9a-z가-힣])|(?P<line>\n)"
)
_ALNUM = re.compile(r"(\d+)([a-z]*)")
_MARKS = frozenset("\n!\"#&'()*+,-./:;=?@[\\]_{|}~·×…¿¡")
"""Marks that may say something; emoji and the rest only part words."""
Shape = Literal["word", "number", "ordinal", "code", "hangul", "mark"]
_ORDINAL_END = frozenset(
    "st nd rd th ht sr dr nth ra ro da do ta to ma mo va vo na no a o er era ava avo tha".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or mark of a text, folded to plain lower-case letters."""

    key: str
    start: int
    end: int
    shape: Shape
    glued: bool
    """No space stands before it."""
    number: int = -1
    """Value of a number or ordinal, else -1."""


def clean(text: str) -> str:
    """Return `text` composed, without invisible characters and look-alike letters, and cut."""
    if len(text) > MOST_CHARACTERS + TAIL_CHARACTERS:
        text = f"{text[:MOST_CHARACTERS]}\n{text[-TAIL_CHARACTERS:]}"
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_LOOKALIKES)
    text = _INVISIBLE.sub("", text).replace("\r\n", "\n")
    return "".join(_plain(char) for char in text)


def _plain(char: str) -> str:
    if char == "\n" or char.isprintable():
        return char
    return "\n" if char in "\r\u2028\u2029" else " "


def fold(text: str) -> str:
    """Return `text` in lower case without accents, character by character (same length)."""
    if text.isascii():
        return text.lower()
    return "".join(_fold_char(char) for char in text)


def _fold_char(char: str) -> str:
    if char.isascii():
        return char.lower()
    if "가" <= char <= "힣":
        return char
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base[0] if base else " "


def tokenise(folded: str) -> list[Token]:
    """Cut a folded text into tokens; "8가하고" gives "8" and "가하고", "6th" one ordinal."""
    tokens: list[Token] = []
    last_end = -1
    for match in _TOKEN.finditer(folded):
        kind, start, end = match.lastgroup, match.start(), match.end()
        glued = start == last_end
        last_end = end
        if kind == "word":
            tokens.append(_word(match.group(), start, end, glued))
        elif kind == "hangul":
            tokens.append(Token(match.group(), start, end, "hangul", glued))
        elif match.group() in _MARKS:
            tokens.append(Token(match.group(), start, end, "mark", glued))
    return tokens


def _word(raw: str, start: int, end: int, glued: bool) -> Token:
    key = raw.replace("'", "")
    if key.isalpha():
        return Token(key, start, end, "word", glued)
    if len(key) > 9:
        return Token(key, start, end, "code", glued)
    found = _ALNUM.fullmatch(key)
    if found and not found[2]:
        return Token(key, start, end, "number", glued, int(key))
    if found and found[2] in _ORDINAL_END and len(found[1]) <= 3:
        return Token(ordinal(int(found[1])), start, end, "ordinal", glued, int(found[1]))
    return Token(key, start, end, "code", glued)


def ordinal(number: int) -> str:
    """Return 6 as "6th", the way street names write it."""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"

"""How many segments a text takes, and how to spell it so that it takes few.

A carrier charges and paces segments: 160 characters of the GSM 7-bit alphabet or 70 UTF-16 code
units, 153 or 67 when a text is split, because each part then carries a header (3GPP TS 23.038
and 23.040). One character outside the alphabet turns the whole text into UTF-16.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
"""Two units each: an escape and the character."""

SPELLINGS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u3000\t", " "),
        "…": "...",
        "•": "-",
        "×": "x",
        "º": "o",
        "ª": "a",
    }
)

Encoding = Literal["GSM-7", "UCS-2"]
ROOM: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
"""Units in a text of one segment, and in each segment of a longer one."""


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs."""

    encoding: Encoding
    units: int
    segments: int


def count(text: str) -> Segments:
    """Return encoding, units and segments of `text`."""
    encoding, units = _measure(text)
    return Segments(encoding, units, sum(1 for _part in _parts(text, encoding, units)))


def split(text: str) -> list[str]:
    """Return the parts a carrier cuts `text` into; no character is ever cut in two."""
    return list(_parts(text, *_measure(text)))


def to_gsm(text: str) -> str:
    """Spell `text` with the cheap alphabet as far as its reader loses nothing.

    Quotes, dashes and spaces become plain, accents the alphabet lacks are dropped (á becomes a,
    é stays), invisible control characters go. Korean and other scripts stay as they are.
    """
    plain = unicodedata.normalize("NFC", text).translate(SPELLINGS)
    return "".join(_spell(character) for character in plain)


def _spell(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    if unicodedata.category(character) in {"Cc", "Cf"}:
        return ""
    marks = unicodedata.normalize("NFKD", character)
    letters = "".join(mark for mark in marks if not unicodedata.combining(mark))
    return letters if letters and set(letters) <= BASIC else character


def _measure(text: str) -> tuple[Encoding, int]:
    characters = set(text)
    encoding: Encoding = "GSM-7" if characters <= BASIC | EXTENDED else "UCS-2"
    return encoding, sum(_width(character, encoding) for character in text)


def _width(character: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return 2 if character in EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1


def _parts(text: str, encoding: Encoding, units: int) -> Iterator[str]:
    alone, each = ROOM[encoding]
    if units <= alone:
        yield text
        return
    part, used = "", 0
    for character in text:
        width = _width(character, encoding)
        if used + width > each:
            yield part
            part, used = "", 0
        part += character
        used += width
    yield part

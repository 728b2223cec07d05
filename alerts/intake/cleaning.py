"""What people type, made fit to store and to show."""

import unicodedata

LONGEST = 4_000
"""Characters of one report; a text has at most 1,600."""

KEPT_CONTROLS = "\n\t"


def clean(text: str, *, most: int = LONGEST) -> str:
    """Return at most `most` characters of `text` without what a page or a database trips over.

    Taken out: NUL and other control characters, lone surrogates, and the marks that turn the
    reading direction: no language of ours needs them, and they can make the desk read a
    sentence backwards. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in text if is_readable(character)).strip()[:most]


def is_readable(character: str) -> bool:
    """Say whether a character may stay in what somebody typed."""
    category = unicodedata.category(character)
    if category in {"Cc", "Cs"}:
        return character in KEPT_CONTROLS
    return unicodedata.bidirectional(character) not in TURNING


# U+200E, U+200F and U+061C have the classes of letters; the others have classes of their own.
TURNING = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})

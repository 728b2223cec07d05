"""What people type, made fit to store and to show."""

import re

LONGEST = 4_000
"""Characters of one report; a text has at most 1,600."""

# NUL and other control characters but newline and tab, lone surrogates, and the marks that turn
# the reading direction: no language of ours needs those, and they can make the desk read a
# sentence backwards. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
UNREADABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
NEWLINE = re.compile(r"\r\n?")


def clean(text: str, *, most: int = LONGEST) -> str:
    """Return at most `most` characters of `text`, without what a page or a database trips over."""
    return UNREADABLE.sub("", NEWLINE.sub("\n", text)).strip()[:most]

"""Which words of a report say something about its event."""

import re
import unicodedata

SHORTEST_WORD = 3
COMMON = frozenset(
    "the and ice los las que una por con del esta están estan migra agents agentes police policia"
    " there here near cars vans people raid redada they them are".split()
)


def telling_words(text: str) -> set[str]:
    """Return the words of a text that say something about its event."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    found = re.findall(r"[^\W_]+", folded)
    return {
        word
        for word in found
        if (len(word) >= SHORTEST_WORD or not word.isascii() or word.isdigit())
        and word not in COMMON
    }

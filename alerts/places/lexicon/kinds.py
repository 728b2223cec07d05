"""Words that say what sort of place is meant: "escuela", "church", "역"."""

from alerts.places.lexicon.sections import sections

_SECTIONS = sections("kinds.txt")

FILLER = frozenset(_SECTIONS["filler"])
"""Words that carry nothing in the core of a landmark's name."""

KIND_WORDS = {name: frozenset(words) for name, words in _SECTIONS.items() if name != "filler"}
"""By category of a landmark. A landmark's name without these words is its core."""

CATEGORY_OF = {
    "rail_station": "station",
    "transit": "station",
    "supermarket": "market",
    "place_of_worship": "church",
    "university": "school",
    "college": "school",
    "kindergarten": "school",
    "clinic": "hospital",
    "motel": "hotel",
    "community": "government",
}
"""Finer categories and the one whose words they share."""

ALL_KIND_WORDS = frozenset().union(*KIND_WORDS.values())


def family(category: str) -> str:
    """Return the category whose words are used for `category`."""
    return CATEGORY_OF.get(category, category)

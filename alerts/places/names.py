"""Take street names apart: "W 6th St" is direction W, base 6th, type St."""

import re
from typing import NamedTuple

from alerts.places.lexicon.sections import sections
from alerts.places.normal import clean, fold, ordinal, tokenise

_SECTIONS = sections("types.txt")
_TYPES_IN_FRONT = frozenset(_SECTIONS["in front"])

DIRECTIONS = {form: full for full in "NSEW" for form in _SECTIONS[full]}
"""Every way to write a direction, and its letter."""

TYPES = {
    form: full
    for full, forms in _SECTIONS.items()
    if full not in {*"NSEW", "in front"}
    for form in forms
}
"""Every way to write a street type, and the form that names of ours use."""

_PRE_DIRECTIONS = frozenset("n s e w north south east west".split())
_SHORT = {
    "saint": "st",
    "santo": "st",
    "sta": "santa",
    "mount": "mt",
    "ft": "fort",
    "intl": "international",
    "int'l": "international",
    "hosp": "hospital",
    "ctr": "center",
    "centre": "center",
    "elem": "elementary",
    "univ": "university",
    "natl": "national",
    "bldg": "building",
    "mkt": "market",
    "pk": "park",
    "hts": "heights",
    "jr": "junior",
    "sr": "senior",
    "dept": "department",
    "theatre": "theater",
    "schools": "school",
}
"""Words that are written in several ways, and the one form they are filed under."""


class StreetName(NamedTuple):
    """A street's name in its parts; `base` is for showing, `key` for finding."""

    direction: str
    base: str
    type: str

    @property
    def key(self) -> str:
        """Look-up key of the base, "Calle Hidalgo" as Hidalgo."""
        return street_key(self.base)

    @property
    def full(self) -> str:
        """Base and type, the way people say it."""
        return f"{self.base} {self.type}".strip()


def street_key(base: str) -> str:
    """Return the look-up key of a street's base name without a type in front."""
    head, _, rest = base.partition(" ")
    return name_key(rest if rest and fold(head).rstrip(".") in _TYPES_IN_FRONT else base)


def name_key(name: str) -> str:
    """Return the look-up key of a name: "St. Andrews" and "Saint Andrews" agree."""
    tokens = tokenise(fold(clean(name)))
    return "".join(spelt_out(token.key) for token in tokens if token.shape != "mark")


def spelt_out(key: str) -> str:
    """Return the one form of a word that has several: saint -> st, intl -> international."""
    return _SHORT.get(key, key)


def split_street(name: str) -> StreetName:
    """Take "W 6th St" apart. "Avenue 26", "West Blvd" and "Broadway" keep their base."""
    words = re.sub(r"[.,]", " ", name).split()
    folded = [fold(word) for word in words]
    direction = ""
    if len(words) > 1 and folded[0] in _PRE_DIRECTIONS:
        rest_is_type = len(words) == 2 and folded[1] in TYPES
        if not rest_is_type:
            direction, words, folded = DIRECTIONS[folded[0]], words[1:], folded[1:]
    if len(words) == 2 and TYPES.get(folded[0]) == "Ave" and folded[1].isdigit():
        return StreetName(direction, f"Avenue {folded[1]}", "")
    if len(words) > 1 and TYPES.get(folded[-1]) == "Fwy":
        # A freeway is not a street of the same name with another type.
        return StreetName("", f"{_base(words[:-1])} Fwy", "")
    if len(words) > 1 and folded[-1] in TYPES:
        return StreetName(direction, _base(words[:-1]), TYPES[folded[-1]])
    return StreetName(direction, _base(words), "")


def _base(words: list[str]) -> str:
    name = " ".join(words)
    tokens = tokenise(fold(name))
    if len(tokens) == 1 and tokens[0].shape == "ordinal":
        return ordinal(tokens[0].number)
    return name

"""Take street names apart: "W 6th St" is direction W, base 6th, type St."""

import re
from typing import NamedTuple

from alerts.places.normal import clean, fold, ordinal, tokenise

TYPES = {
    form: full
    for full, forms in {
        "St": "st street str stret streer calle 스트리트",
        "Ave": "ave av avenue avenida aven avenu avd avda ave 애비뉴 에비뉴 애브뉴",
        "Blvd": "blvd bl boulevard bd bvd blv bulevar boulvard blvrd bulevard 블러바드 블루버드 불러바드 대로",
        "Dr": "dr drive drv 드라이브",
        "Pl": "pl place 플레이스",
        "Ct": "ct court 코트",
        "Rd": "rd road 로드",
        "Way": "wy way 웨이",
        "Ter": "ter terrace terr",
        "Hwy": "hwy highway hiway",
        "Ln": "ln lane",
        "Cir": "cir circle",
        "Pkwy": "pkwy parkway",
        "Fwy": "fwy freeway frwy fy",
        "Trl": "trl trail",
        "Sq": "sq square",
        "Aly": "aly alley",
    }.items()
    for form in forms.split()
}
DIRECTIONS = {
    "n": "N", "s": "S", "e": "E", "w": "W", "north": "N", "south": "S", "east": "E", "west": "W",
    "norte": "N", "sur": "S", "este": "E", "oeste": "W", "no": "N", "so": "S",
    "노스": "N", "사우스": "S", "이스트": "E", "웨스트": "W",
}  # fmt: skip
_TYPES_IN_FRONT = frozenset(
    "calle avenida av avda calzada paseo callejon bulevar boulevard privada camino".split()
)
"""Spanish names have their type in front. It is shown with the name and not looked up."""
_PRE_DIRECTIONS = frozenset("n s e w north south east west".split())
_SHORT = {
    "saint": "st", "santo": "st", "sta": "santa", "mount": "mt", "ft": "fort", "intl": "international",
    "int'l": "international", "hosp": "hospital", "ctr": "center", "centre": "center", "elem": "elementary",
    "univ": "university", "natl": "national", "bldg": "building", "mkt": "market", "pk": "park",
    "hts": "heights", "jr": "junior", "sr": "senior", "dept": "department", "theatre": "theater",
    "schools": "school",
}  # fmt: skip


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

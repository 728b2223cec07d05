"""A place as a text names it: as short as a neighbour still understands."""

import re
import unicodedata

from alerts.dispatch.segments import to_gsm

SUFFIXES = frozenset(
    "st street ave avenue blvd boulevard rd road dr drive pl place ln lane".split()
)
_SUFFIX = re.compile(rf"(?<=\w) (?:{'|'.join(sorted(SUFFIXES))})\b\.?", re.IGNORECASE)
_LINK = re.compile(r"\s*(?:&|/|\band\b|\by\b)\s*", re.IGNORECASE)
_JOINING = frozenset({"and", "y", "at"})
_HOUSE = re.compile(r"^\d+ [A-Za-z]")
MOST = 48


def shorten(label: str, *, link: str) -> str:
    """Return `label` without what a crossing can lose, joined by `link`.

    "W 6th St & S Vermont Ave" becomes "W 6th & S Vermont"; an address keeps "St", because there
    may be an "Ave" of the same number.
    """
    plain = " ".join(to_gsm(label).split())
    is_crossing = len(_LINK.split(plain)) > 1 and not _HOUSE.match(plain)
    if is_crossing:
        plain = link.join(_LINK.split(_SUFFIX.sub("", plain)))
    return _cut(plain)


def same_place(typed: str, label: str) -> bool:
    """Say whether somebody typed the place `label`: letters and digits count, nothing else.

    "St" and its like may be left out, but not be another.
    """
    wanted = "".join(
        f"(?:{re.escape(word)})?" if word in SUFFIXES else re.escape(word) for word in _words(label)
    )
    return bool(_words(typed)) and re.fullmatch(wanted, "".join(_words(typed))) is not None


def _cut(text: str) -> str:
    if len(text) <= MOST:
        return text
    return text[: MOST + 1].rsplit(" ", 1)[0].rstrip(" ,&-")


def _words(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
    return [word for word in words if word not in _JOINING]

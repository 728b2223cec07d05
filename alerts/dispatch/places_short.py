"""A place as a text names it: as short as a neighbour still understands."""

import re
import unicodedata

from alerts.dispatch.segments import to_gsm

_SUFFIX = re.compile(
    r"(?<=\w) (?:St|Street|Ave|Avenue|Blvd|Boulevard|Rd|Road|Dr|Drive|Pl|Place|Ln|Lane)\b\.?",
    re.IGNORECASE,
)
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

    The short form that stands in the text is as good as the whole label.
    """
    wanted = {_key(label), _key(shorten(label, link=" & "))}
    return bool(_key(typed)) and _key(typed) in wanted


def _cut(text: str) -> str:
    if len(text) <= MOST:
        return text
    return text[: MOST + 1].rsplit(" ", 1)[0].rstrip(" ,&-")


def _key(text: str) -> str:
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return "".join(word for word in words if word not in _JOINING).replace("_", "")

"""Coordinates and map links in a text. Links are read, never fetched."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from alerts.places.candidate import Candidate
from alerts.places.geo import Point, metres

_LINK = re.compile(r"(?:https?://|www\.|geo:)\S+", re.IGNORECASE)
_MAP_HOSTS = re.compile(
    r"google\.[a-z.]+/maps|maps\.google|maps\.apple|openstreetmap\.org|osm\.org|waze\.com|bing\.com/maps"
    r"|here\.com|wego|maps\.me|mapy\.cz|yandex|map\.kakao|map\.naver|citymapper|what3words|^geo:",
    re.IGNORECASE,
)
_NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)"
_PLACE_PARAMETERS = (
    "q|query|ll|sll|daddr|saddr|destination|center|cp|loc|coordinate|near|latlng|location"
)
_IN_LINK = (
    re.compile(rf"!3d{_NUMBER}!4d{_NUMBER}"),
    re.compile(rf"[?&#](?:{_PLACE_PARAMETERS})=(?:loc:)?{_NUMBER}[,~ +]+{_NUMBER}", re.IGNORECASE),
    re.compile(rf"[?&]mlat={_NUMBER}&(?:amp;)?mlon={_NUMBER}"),
    re.compile(rf"#map=\d+(?:\.\d+)?/{_NUMBER}/{_NUMBER}"),
    re.compile(rf"@{_NUMBER},{_NUMBER}"),
    re.compile(rf"/(?:place|search|dir|map:?\d*)/(?:[^/]*/)?{_NUMBER},\+?{_NUMBER}"),
    re.compile(rf"^geo:{_NUMBER},{_NUMBER}", re.IGNORECASE),
)
_LON_LAT_LINK = re.compile(rf"[?&]x={_NUMBER}&y={_NUMBER}")
_DEGREES = r"[NSEW]?\s?[+-]?\d{1,3}\.\d{3,}\s?°?\s?[NSEW]?"
_PLAIN = re.compile(
    rf"(?<![\d.])({_DEGREES})\s*[,;/ ]\s*({_DEGREES})(?![\d.])",
    re.IGNORECASE,
)
_SIXTY = re.compile(
    r"([NSEW])?\s*(\d{1,3})\s*[°ºd]\s*(\d{1,2}(?:\.\d+)?)\s*['′m]?\s*"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|″|''|s))?\s*([NSEW])?",
    re.IGNORECASE,
)
_FAR_M = 200_000
"""Coordinates farther from home than this are somebody else's."""


def find_coordinates(clean: str, home: Point) -> list[Candidate]:
    """Return the points that a text gives in figures or map links, none out of range."""
    found: list[Candidate] = []
    for words, point, reason in (*_from_links(clean), *_from_text(_LINK.sub(" ", clean))):
        candidate = _candidate(words, point, reason, home)
        if candidate and all(metres(point_of(c), point_of(candidate)) > 30 for c in found):
            found.append(candidate)
    return found


def point_of(candidate: Candidate) -> Point:
    """Return a candidate's point."""
    return candidate.lat, candidate.lon


def without_links(clean: str) -> str:
    """Return the text with links blanked out (same length)."""
    return _LINK.sub(lambda match: " " * len(match.group()), clean)


def _from_links(clean: str) -> Iterator[tuple[str, Point, str]]:
    for match in _LINK.finditer(clean):
        link = unquote(match.group())
        if not _MAP_HOSTS.search(link):
            continue
        for pattern in _IN_LINK:
            found = pattern.search(link)
            if found:
                yield "", (float(found[1]), float(found[2])), "map-link"
                break
        else:
            swapped = _LON_LAT_LINK.search(link)
            if swapped:
                yield "", (float(swapped[2]), float(swapped[1])), "map-link"


def _from_text(clean: str) -> Iterator[tuple[str, Point, str]]:
    for match in _PLAIN.finditer(clean):
        one, two = _degrees(match[1]), _degrees(match[2])
        is_swapped = match[1].strip()[-1:].upper() in "EW" or match[1].strip()[:1].upper() in "EW"
        yield match.group().strip(), (two, one) if is_swapped else (one, two), "coordinates"
    parts = list(_SIXTY.finditer(clean))
    for one_match, two_match in zip(parts, parts[1:], strict=False):
        if two_match.start() - one_match.end() <= 4:
            one, axis_one = _sixty(one_match)
            two, axis_two = _sixty(two_match)
            words = clean[one_match.start() : two_match.end()].strip()
            if {axis_one, axis_two} == {"NS", "EW"}:
                yield words, (one, two) if axis_one == "NS" else (two, one), "coordinates"


def _degrees(text: str) -> float:
    value = float(re.sub(r"[^\d.+-]", "", text))
    return -abs(value) if re.search(r"[SW]", text, re.IGNORECASE) else value


def _sixty(match: re.Match[str]) -> tuple[float, str]:
    letter = (match[1] or match[5] or "").upper()
    value = float(match[2]) + float(match[3]) / 60 + float(match[4] or 0) / 3600
    axis = "NS" if letter in ("N", "S") else "EW" if letter else ""
    return (-value if letter in ("S", "W") else value), axis


def _candidate(words: str, point: Point, reason: str, home: Point) -> Candidate | None:
    """Take a point as written, else swapped, else with the minus sign people leave out."""
    lat, lon = point
    for fixed, why in (
        ((lat, lon), (reason,)),
        ((lon, lat), (reason, "swapped")),
        ((lat, -lon), (reason,)),
        ((lon, -lat), (reason, "swapped")),
        ((-lon, lat), (reason, "swapped")),
    ):
        if abs(fixed[0]) <= 90 and abs(fixed[1]) <= 180 and metres(fixed, home) < _FAR_M:
            label = f"{fixed[0]:.5f}, {fixed[1]:.5f}"
            return Candidate(
                round(fixed[0], 6), round(fixed[1], 6), label, "point", 30, 0.95, words, why
            )
    return None

"""What OpenStreetMap's tags mean for the gazetteer (https://wiki.openstreetmap.org/wiki/Map_features)."""

import re
from collections.abc import Mapping

STREETS = {
    "trunk": 60, "primary": 60, "secondary": 50, "tertiary": 40, "unclassified": 25,
    "residential": 20, "living_street": 20, "pedestrian": 15, "service": 5,
}  # fmt: skip
"""Kinds of street and how well known their corners are."""

_LANDMARKS: dict[str, dict[str, str]] = {
    "amenity": {
        "school": "school", "kindergarten": "school", "college": "school", "university": "school",
        "place_of_worship": "church", "hospital": "hospital", "clinic": "hospital",
        "library": "library", "police": "police", "courthouse": "government",
        "townhall": "government", "community_centre": "community", "marketplace": "market",
        "restaurant": "restaurant", "fast_food": "restaurant", "cafe": "restaurant",
        "fuel": "gas", "bank": "bank", "pharmacy": "pharmacy", "theatre": "theater",
        "cinema": "theater", "bus_station": "station", "car_wash": "car_wash",
        "social_facility": "community", "embassy": "consulate",
    },
    "leisure": {"park": "park", "playground": "park", "sports_centre": "park", "garden": "park"},
    "tourism": {"hotel": "hotel", "motel": "hotel", "museum": "museum"},
    "railway": {"station": "station", "halt": "station", "tram_stop": "station"},
    "office": {"government": "government", "diplomatic": "consulate"},
    "diplomatic": {"consulate": "consulate", "embassy": "consulate"},
}  # fmt: skip
_SHOPS = {
    "supermarket": "market",
    "convenience": "market",
    "mall": "mall",
    "doityourself": "home_improvement",
}
_OTHER_NAMES = (
    "alt_name",
    "old_name",
    "short_name",
    "official_name",
    "loc_name",
    "brand",
    "int_name",
)
AREA_REACH_M = {"suburb": 1_500, "quarter": 900, "neighbourhood": 700}
"""How far a neighbourhood that is only a point is taken to reach."""
_HOUSE = re.compile(r"\d{1,5}")


def category_of(tags: Mapping[str, str]) -> str:
    """Return the category of a landmark or station, empty for anything else."""
    for key, values in _LANDMARKS.items():
        found = values.get(tags.get(key, ""))
        if found:
            return found
    shop = tags.get("shop")
    return _SHOPS.get(shop, "shop") if shop and shop != "vacant" else ""


def other_names(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Return every further name, in all languages that are tagged."""
    found: dict[str, None] = {}
    for key, value in tags.items():
        if key in _OTHER_NAMES or key.startswith(("name:", "alt_name:")):
            for name in value.split(";"):
                if name.strip() and name.strip() != tags.get("name"):
                    found[name.strip()[:200]] = None
    return tuple(found)


def house_number(tags: Mapping[str, str]) -> int:
    """Return the first number of addr:housenumber, 0 without one."""
    found = _HOUSE.match(tags.get("addr:housenumber", ""))
    return int(found.group()) if found else 0

"""Where it is: what the resolver reads in the reports, what a person types, a pin on the map."""

from collections.abc import Iterable

from django.db import transaction

from alerts.models import Event, Incident, Network, Person, Place, Report
from alerts.places import Candidate, Hint, resolve
from alerts.places.geo import metres
from alerts.triage.gathering import PINNED
from alerts.triage.importance import weigh_again

MOST_CANDIDATES = 5
READ_FOR_PLACE = 5
NEAR_M = 250
PIN_PRECISION_M = 30
DEGREES_ABOUT = 0.004
"""A little over 250 m at the latitudes people live at."""


class NoSuchPlace(Exception):
    """Words that name no place, or a point off the earth."""


class SeveralPlaces(Exception):
    """Words that may mean more than one place."""


def hint() -> Hint:
    """Return where this network's reports come from."""
    network = Network.objects.current()
    return Hint(lat=network.centre_lat, lon=network.centre_lon)


def candidates_of(reports: Iterable[Report]) -> list[Candidate]:
    """Return what the reports may mean by their place, surest first, each label once."""
    here = hint()
    found: dict[str, Candidate] = {}
    for report in reports:
        for candidate in resolve(report.place_text or report.text, here):
            known = found.get(candidate.label)
            if known is None or known.confidence < candidate.confidence:
                found[candidate.label] = candidate
    return sorted(found.values(), key=lambda one: -one.confidence)[:MOST_CANDIDATES]


def candidates_for(text: str) -> list[Candidate]:
    """Return what typed words may mean, best first."""
    return resolve(text, hint())[:MOST_CANDIDATES]


def place_at(incident: Incident, candidate: Candidate, *, by: Person | None) -> None:
    """Put the incident where `by` says it is: a person's choice is certain."""
    place = Place.objects.filter(key=candidate.place_key).first() if candidate.place_key else None
    _set(
        incident,
        (candidate.lat, candidate.lon),
        label=candidate.label,
        precision_m=candidate.precision_m,
        place=place,
        by=by,
    )


def place_by_words(incident: Incident, text: str, *, by: Person | None) -> Candidate:
    """Put the incident at the place `text` names; raise NoSuchPlace or SeveralPlaces."""
    found = candidates_for(text)
    if not found:
        raise NoSuchPlace
    if not found[0].is_confident and len(found) > 1:
        raise SeveralPlaces
    place_at(incident, found[0], by=by)
    return found[0]


def place_at_words(incident: Incident, words: str, *, by: Person | None = None) -> bool:
    """Put the incident at the place `words` name; False, and nothing changed, when unclear."""
    try:
        place_by_words(incident, words, by=by)
    except (NoSuchPlace, SeveralPlaces):
        return False
    return True


def place_as_told(
    incident: Incident,
    *,
    by: Person,
    place: str = "",
    choice: int | None = None,
    reading: str = "",
    lat: float | None = None,
    lon: float | None = None,
) -> None:
    """Put the incident where the desk's form says: a pin, a reading of the reports, words.

    `choice` is the number of one reading of the words `place`, `reading` the label of one of
    the reports' own. Raise NoSuchPlace or SeveralPlaces.
    """
    if lat is not None and lon is not None:
        pin(incident, lat, lon, by=by)
    elif reading:
        newest = incident.reports.order_by("-received_at")[:READ_FOR_PLACE]
        _choose(incident, [one for one in candidates_of(newest) if one.label == reading], by=by)
    elif choice is not None:
        _choose(incident, candidates_for(place)[choice : choice + 1], by=by)
    else:
        place_by_words(incident, place, by=by)


def _choose(incident: Incident, chosen: list[Candidate], *, by: Person) -> None:
    if not chosen:
        raise NoSuchPlace
    place_at(incident, chosen[0], by=by)


def pin(incident: Incident, lat: float, lon: float, *, by: Person) -> None:
    """Put the incident at a point of the map; raise NoSuchPlace for one off the earth."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise NoSuchPlace
    near = nearest(lat, lon)
    label = near.name if near else f"{lat:.4f}, {lon:.4f}"
    _set(incident, (lat, lon), label=label, precision_m=PIN_PRECISION_M, place=near, by=by)


def nearest(lat: float, lon: float) -> Place | None:
    """Return the named place nearest to a point, None when there is none within NEAR_M."""
    around = Place.objects.filter(
        lat__range=(lat - DEGREES_ABOUT, lat + DEGREES_ABOUT),
        lon__range=(lon - DEGREES_ABOUT, lon + DEGREES_ABOUT),
        kind__in=(Place.Kind.CROSSING, Place.Kind.LANDMARK, Place.Kind.STATION),
    )
    near = [(metres((lat, lon), (place.lat, place.lon)), place) for place in around]
    near = [pair for pair in near if pair[0] <= NEAR_M]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _set(
    incident: Incident,
    point: tuple[float, float],
    *,
    label: str,
    precision_m: int,
    place: Place | None,
    by: Person | None,
) -> None:
    with transaction.atomic():
        incident.locate(
            lat=point[0],
            lon=point[1],
            label=label,
            confidence=PINNED,
            precision_m=precision_m,
            place=place,
        )
        weigh_again(incident)
        Event.objects.note(incident, Event.What.LOCATED, by=by, detail=label)

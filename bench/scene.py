"""A neighbourhood to measure in: responders by the thousand, and an alert to all of them."""

import itertools
from collections.abc import Iterator
from uuid import uuid4

from django.utils import timezone

from alerts.dispatch.drafting import draft
from alerts.models import (
    Alert,
    Delivery,
    Incident,
    IncidentStatus,
    Kind,
    Network,
    Person,
    Responder,
    Verification,
    Zone,
)
from alerts.models.people import phone_digests
from alerts.models.places import cell_at

PLACE = "6th St & Vermont Ave"
POINT = (34.063387, -118.291765)
FIRST_NUMBER = 2_000_000
BATCH = 2_000


def number_of(index: int) -> str:
    """Return a number of the area code 555, which nobody has and the simulator knows."""
    return f"+1555{FIRST_NUMBER + index:07d}"


def batches(count: int) -> Iterator[range]:
    for start in range(0, count, BATCH):
        yield range(start, min(start + BATCH, count))


def people(count: int) -> None:
    """Make sure that there are exactly `count` responders, all near the place."""
    have = Responder.objects.count()
    cell = cell_at(*POINT)
    for batch in batches(count - have):
        made = [
            Responder(
                id=uuid4(),
                number=number_of(have + index),
                status=Responder.Status.ACTIVE,
                language="en",
                **phone_digests(number_of(have + index)),
            )
            for index in batch
        ]
        Responder.objects.bulk_create(made)
        Zone.objects.bulk_create(Zone(responder=each, cell=cell) for each in made)


def sender(segments_per_second: float) -> Network:
    """Set the pace of the one sender; English only, so that a text is one segment."""
    network = Network.objects.current()
    Network.objects.update(segments_per_second=segments_per_second, languages=["en"])
    network.refresh_from_db()
    return network


def two_people() -> tuple[Person, Person]:
    """Return who writes and who releases."""
    names = itertools.islice(("Vera", "Aroon"), 2)
    first, second = (Person.objects.get_or_create(name=name)[0] for name in names)
    return first, second


def alert_to_everyone() -> Alert:
    """Return a draft to everybody, about a verified incident of its own."""
    writer, _second = two_people()
    incident = Incident.objects.create(salute={"size": "6 agents", "activity": "questioning"})
    incident.locate(lat=POINT[0], lon=POINT[1], label=PLACE, confidence=0.95)
    incident.claim(by=writer)
    incident.judge(IncidentStatus.VERIFIED, by=writer)
    Verification.objects.create(
        incident=incident, by=writer, seen_by=Verification.SeenBy.TRAINED_PERSON
    )
    return draft(incident, kind=Kind.ALERT, by=writer, mode=Alert.Mode.EVERYONE, radius_m=5_000)


def forget_texts() -> None:
    """Forget every delivery, so that runs do not grow on one another."""
    Delivery.objects.all().delete()
    Alert.objects.update(ended_at=timezone.now())

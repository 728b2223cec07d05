"""A neighbourhood to measure in: responders by the thousand, and an alert to all of them."""

import itertools
from collections.abc import Iterator
from uuid import UUID, uuid4

from django.db import close_old_connections, connection

from alerts.dispatch.audience import cells_within
from alerts.dispatch.drafting import draft
from alerts.dispatch.messages import queue_message
from alerts.dispatch.releasing import release, stop
from alerts.models import (
    Alert,
    AlertStatus,
    Delivery,
    Heartbeat,
    Incident,
    IncidentStatus,
    Kind,
    Message,
    Network,
    OutboundStatus,
    Person,
    Responder,
    Verification,
    WhatItWas,
    Zone,
)
from alerts.models.people import phone_digests
from alerts.triage.judging import judge

PLACE = "6th St & Vermont Ave"
POINT = (34.063387, -118.291765)
RADIUS_M = 5_000
FIRST_NUMBER = 2_000_000
BATCH = 2_000


def number_of(index: int) -> str:
    """Return a number of the area code 555, which nobody has and the simulator knows."""
    return f"+1555{FIRST_NUMBER + index:07d}"


def numbers(count: int) -> set[str]:
    """Return the numbers of `count` people."""
    return {number_of(index) for index in range(count)}


def words_of(alert: Alert) -> str:
    """Return what its preview shows in English."""
    return str(alert.texts.get(language="en").body)


def batches(count: int) -> Iterator[range]:
    for start in range(0, count, BATCH):
        yield range(start, min(start + BATCH, count))


def people(count: int) -> None:
    """Make sure that there are exactly `count` responders, spread evenly around the place."""
    have = Responder.objects.count()
    if have > count:
        Zone.objects.all().delete()
        Responder.objects.all().delete()
        have = 0
    cells = itertools.cycle(cells_within(*POINT, RADIUS_M))
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
        Zone.objects.bulk_create(Zone.of(each, next(cells)) for each in made)


def sender(segments_per_second: float) -> Network:
    """Set the pace of the one sender; English only, so that a text is one segment."""
    network = Network.objects.current()
    Network.objects.update(segments_per_second=segments_per_second, languages=["en"])
    network.refresh_from_db()
    return network


def two_people() -> tuple[Person, Person]:
    """Return who writes and who releases."""
    first, second = (
        Person.objects.get_or_create(pk=UUID(int=place), defaults={"name": name})[0]
        for place, name in ((1, "Vera"), (2, "Aroon"))
    )
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
    return draft(incident, kind=Kind.ALERT, by=writer, mode=Alert.Mode.EVERYONE, radius_m=RADIUS_M)


def click(alert: Alert) -> None:
    """Press release, as the second person: it reaches more than one may release alone."""
    _writer, second = two_people()
    release(alert, by=second, place=PLACE)


def correction_of(alert: Alert) -> Alert:
    """Judge that it was somebody else, and return the draft that says so."""
    writer, _second = two_people()
    judge(alert.incident, by=writer, outcome=IncidentStatus.NOT_ICE, what_it_was=WhatItWas.SHERIFF)
    return draft(alert.incident, kind=Kind.CORRECTION, by=writer)


def release_alone(alert: Alert) -> None:
    """Press release, as the writer: a correction is safer, and takes one."""
    release(alert, by=two_people()[0])


def stop_alert(alert: Alert) -> None:
    """Press stop."""
    stop(alert, by=two_people()[0])


def possible_doubles(alert: Alert) -> set[str]:
    """Return the numbers of those of whom we say that they may have got `alert` twice."""
    close_old_connections()
    marked = alert.deliveries.filter(is_possible_double=True).select_related("responder")
    return {str(row.responder.number) for row in marked}


def one_message() -> None:
    """Send one text through the workers."""
    queue_message(
        purpose=Message.Purpose.OUTCOME, number=number_of(9_999), language="en", body="Warm."
    )


def alive() -> set[str]:
    """Return the parts of the house that have shown a sign of life."""
    return set(Heartbeat.objects.values_list("name", flat=True))


def is_settled() -> bool:
    """Say whether every result was written."""
    return not Delivery.objects.unsettled().exists()


def accepted_texts(count: int) -> list[int]:
    """Return the keys of `count` texts that the carrier took and nothing more is known of."""
    forget_texts()
    people(count)
    alert = alert_to_everyone()
    text = alert.texts.get(language="en")
    made = Delivery.objects.bulk_create(
        Delivery(alert=alert, responder_id=pk, text=text, status=OutboundStatus.ACCEPTED, attempt=1)
        for pk in Responder.objects.values_list("pk", flat=True)
    )
    return [row.pk for row in made]


def forget_texts() -> None:
    """Forget every text and alert, so that runs do not grow on one another."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE alerts_delivery, alerts_message CASCADE")
        cursor.execute("VACUUM ANALYZE alerts_responder, alerts_zone, alerts_delivery")
    Alert.objects.exclude(status=AlertStatus.STOPPED).update(status=AlertStatus.STOPPED)

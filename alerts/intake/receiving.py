"""Every door's way to a report: one transaction, after which it can no longer be lost."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from alerts.intake.cleaning import clean
from alerts.intake.locating import Where, on_our_map, where_is
from alerts.intake.photos import Picture, keeping
from alerts.models import Event, Incident, Photo, Report, ReportReceipt
from alerts.models.keys import index_of
from alerts.places import Candidate
from alerts.triage.gathering import gather, join, place_from
from alerts.triage.importance import weigh_again
from alerts.triage.merging import follow_place

PLACE_CHARACTERS = 200
SALUTE_CHARACTERS = 200


def receive(
    *,
    channel: str,
    text: str,
    language: str,
    number: str | None = None,
    receipt: ReportReceipt | None = None,
    place_text: str = "",
    lat: float | None = None,
    lon: float | None = None,
    saw_it: str = "",
    still_going: str = "",
    salute: Mapping[str, str] | None = None,
    photos: Sequence[Picture] = (),
    place: Candidate | None = None,
    incident: Incident | None = None,
    is_doubtful: bool = False,
) -> Report:
    """Store one message from one person and gather it into an incident.

    `number` is E.164 and only known for texts; `receipt` is the page of a web reporter. `text`
    may hold anything and is cut after 4,000 characters; `lat` and `lon` are WGS84 degrees and
    ignored when they are not on Earth. `place` is what the reporter picked among our choices;
    `incident` is known when they answer something of ours.
    """
    text, place_text = clean(text), clean(place_text, most=PLACE_CHARACTERS)
    # Before the transaction: the resolver may take milliseconds, and SQLite has one writer.
    where = Where(place) if place else where_is(text, place_text=place_text, lat=lat, lon=lon)
    report = Report(
        channel=channel,
        text=text,
        language=language,
        number=number,
        number_index=index_of("phone", number) if number else "",
        receipt=receipt,
        place_text=place_text,
        saw_it=saw_it,
        still_going=still_going,
        salute=clean_salute(salute or {}),
        is_doubtful=is_doubtful,
        **columns_of(where),
    )
    # The files first: nobody may wait for a disk while we hold the locks of gathering.
    with transaction.atomic(savepoint=False), keeping(photos, report) as pictures:
        if incident:
            add(report, incident)
        else:
            incident = gather(report)
        if pictures:
            Photo.objects.bulk_create(pictures)
            weigh_again(incident)
    return report


def add(report: Report, incident: Incident) -> None:
    """Make `report` one of an incident that is known because of what it answers."""
    join(report, Incident.objects.locked().get(pk=incident.pk))
    Event.objects.note(incident, Event.What.REPORTED, detail=report.channel)


def columns_of(where: Where) -> dict[str, Any]:
    """Return the columns of a report that say where it is."""
    if not where.found:
        return {"place_choices": [choice.as_dict() for choice in where.choices]}
    found = where.found
    return {
        "lat": found.lat,
        "lon": found.lon,
        "place_label": found.label,
        "place_confidence": found.confidence,
        "place_precision_m": found.precision_m,
        **on_our_map(found),
    }


def clean_salute(answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that say something, by the names an incident uses."""
    known = {name: clean(answers.get(name, ""), most=SALUTE_CHARACTERS) for name in Incident.SALUTE}
    return {name: answer for name, answer in known.items() if answer}


def place_later(report: Report, place: Candidate) -> None:
    """Put a report where its reporter now says it is; its incident follows unless surer.

    Part of the caller's transaction.
    """
    columns = columns_of(Where(place)) | {"place_choices": [], "place_asked_at": None}
    for name, value in columns.items():
        setattr(report, name, value)
    report.save(update_fields=list(columns))
    if report.incident:
        place_from(report, report.incident)
        weigh_again(report.incident)
        Event.objects.note(report.incident, Event.What.LOCATED, detail=place.label)
        follow_place(report)


def ask_place(report: Report) -> None:
    """Remember that the reporter was asked where it is."""
    report.place_asked_at = timezone.now()
    report.save(update_fields=["place_asked_at"])

"""A desk on top of a year: made in the database, so that 400,000 rows take seconds."""

import itertools
import random
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from alerts.models import (
    Alert,
    AlertStatus,
    Incident,
    IncidentStatus,
    Kind,
    Person,
    Photo,
    Report,
    Responder,
    Verification,
    Zone,
)
from alerts.models.people import phone_digests
from alerts.models.places import cell_at
from bench.desk_scene import wipe

WAITING, HELD, VERIFIED, ASIDE = 300, 40, 40, 500
REPORTS_EACH = 4
RESPONDERS = 2_000
NUMBERS = 20_000
"""Other people write again: whoever waits now has a past."""


def fill(incidents: int, reports: int) -> str:
    """Make a year of judged incidents, and a bad hour on top of it; return what it is."""
    wipe()
    with connection.cursor() as cursor:
        # Making a year takes longer than any statement of the product may.
        cursor.execute("SET statement_timeout = 0")
    _past(incidents, reports)
    _helpers()
    people = [Person.objects.create(name=f"Volunteer {number}") for number in range(12)]
    dice = random.Random(5)
    now = timezone.now()
    _waiting(now, dice)
    _held(now, people)
    _verified(now, people)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return (
        f"{Incident.objects.count():,} incidents of all states and {Report.objects.count():,}"
        f" reports; {WAITING} wait, {HELD} are held, {VERIFIED} are verified with alerts running,"
        f" {ASIDE} are set aside, {Photo.objects.count():,} photos, {RESPONDERS:,} responders"
    )


def _past(incidents: int, reports: int) -> None:
    """Copy one judged incident and one report, with sealed columns nobody opens."""
    judged = Incident.objects.create(
        status=IncidentStatus.CLOSED, place_label="6th St & Vermont Ave", what_it_was="nothing"
    )
    told = Report.objects.create(channel="sms", text="two vans", number="+15550000000")
    multiply(
        judged,
        incidents,
        id="gen_random_uuid()",
        status="(ARRAY['unverifiable','not_ice','not_ice','closed','over'])[1 + n % 5]",
        reported_at="now() - n * interval '5 minutes' - interval '2 hours'",
        last_report_at="now() - n * interval '5 minutes' - interval '2 hours'",
        lat="34.0 + (n % 500) / 5000.0",
        lon="-118.4 + (n % 700) / 5000.0",
        cell=str(cell_at(34.06, -118.3)),
        independent_reporters="n % 4",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE past AS SELECT id, reported_at,"
            " row_number() OVER () - 1 AS place FROM alerts_incident"
        )
        cursor.execute("CREATE UNIQUE INDEX ON past (place)")
        cursor.execute("ANALYZE past")
    multiply(
        told,
        reports,
        id="gen_random_uuid()",
        incident_id="(SELECT id FROM past WHERE place = n % (SELECT count(*) FROM past))",
        received_at="now() - n * interval '100 seconds' - interval '2 hours'",
        number_index=f"'n' || (n % {NUMBERS})",
        text_index="'t' || n",
        shape_index="'s' || (n % 5000)",
    )


def multiply(row: Model, count: int, **said: str) -> None:
    """Insert `count` copies of a stored row; `said` are SQL expressions of the number n."""
    table = row._meta.db_table
    columns = [f'"{field.column}"' for field in row._meta.concrete_fields]
    values = [said.get(column.strip('"'), f"model.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"  # noqa: S608
            f" FROM {table} AS model, generate_series(1, {count}) AS n WHERE model.id = '{row.pk}'"
        )


def _helpers() -> None:
    numbers = [f"+1555{6_000_000 + row}" for row in range(RESPONDERS)]
    people = Responder.objects.bulk_create(
        Responder(number=number, status=Responder.Status.ACTIVE, **phone_digests(number))
        for number in numbers
    )
    Zone.objects.bulk_create(
        Zone.of(person, cell_at(34.0 + row % 100 / 1_000, -118.4 + row // 100 / 150))
        for row, person in enumerate(people)
    )


def _waiting(now: datetime, dice: random.Random) -> None:
    rows = [
        _incident(now, minutes=row % 44, weight=dice.randrange(-40, 200), row=row)
        for row in range(WAITING + ASIDE)
    ]
    for row in rows[WAITING:]:
        row.set_aside_at = now
    _store(rows, dice)


def _held(now: datetime, people: list[Person]) -> None:
    rows = [_incident(now, minutes=row, weight=60, row=row) for row in range(HELD)]
    for row, person in zip(rows, itertools.cycle(people), strict=False):
        row.status, row.holder = IncidentStatus.CHECKING, person
        row.claim_ends_at = now + timedelta(hours=1)
    _store(rows, random.Random(6))


def _verified(now: datetime, people: list[Person]) -> None:
    rows = [_incident(now, minutes=row, weight=90, row=row) for row in range(VERIFIED)]
    for row in rows:
        row.status, row.judged_at, row.judged_by = IncidentStatus.VERIFIED, now, people[0]
    _store(rows, random.Random(7))
    for row in rows:
        judgement = Verification.objects.create(
            incident=row, by=people[0], seen_by=Verification.SeenBy.TRAINED_PERSON
        )
        for status in (AlertStatus.RELEASED, AlertStatus.FINISHED, AlertStatus.AWAITING_APPROVAL):
            Alert.objects.create(
                incident=row,
                verification=judgement,
                kind=Kind.ALERT,
                status=status,
                drafted_by=people[0],
                released_by=people[1],
                released_at=now,
                expires_at=now + timedelta(hours=1),
            )


def _incident(now: datetime, *, minutes: int, weight: int, row: int) -> Incident:
    at = now - timedelta(minutes=minutes)
    lat, lon = 34.0 + (row % 100) / 1_000, -118.4 + (row % 97) / 700
    return Incident(
        reported_at=at,
        last_report_at=at,
        lat=lat,
        lon=lon,
        cell=cell_at(lat, lon),
        place_label="6th St & Vermont Ave",
        place_confidence=0.9,
        place_precision_m=20,
        independent_reporters=1 + row % REPORTS_EACH,
        weight=weight,
    )


def _store(rows: list[Incident], dice: random.Random) -> None:
    """Store incidents with reports of people who wrote before, and some photos."""
    Incident.objects.bulk_create(rows)
    reports = Report.objects.bulk_create(
        Report(
            channel=Report.Channel.SMS,
            text=f"{number} vans",
            incident=row,
            number_index=f"n{dice.randrange(NUMBERS)}",
            text_index=f"w{row.pk}{number}"[:32],
            received_at=row.last_report_at,
            saw_it=dice.choice(["yes", ""]),
            still_going=dice.choice(["yes", ""]),
            is_doubtful=dice.random() < 0.2,
        )
        for row in rows
        for number in range(REPORTS_EACH)
    )
    Photo.objects.bulk_create(
        Photo(report=report, width=800, height=600, checked=dice.choice(["yes", ""]))
        for report in reports[::3]
    )

"""What is measured at the desk, inside Django: grouping, a flood, the queue with many rows."""

import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

import time_machine
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.intake.receiving import receive
from alerts.models import Incident, Person, Report, User
from alerts.models.keys import index_of
from alerts.models.places import cell_at
from alerts.places import resolve
from alerts.places.shipped import shipped_rows
from alerts.triage.board import board
from alerts.triage.copies import mark_copies
from alerts.triage.gathering import gather
from bench import desk_day

CENTRE = (34.0618, -118.3002)
REACH = 0.02
REAL, LINES = 20, 25
A_SECOND = 50
BATCH = 2_000


def crossings() -> list[tuple[str, str]]:
    """Return the crossings around the centre that people can name, as pairs of short names."""
    found = []
    for row in shipped_rows():
        if row.kind != "crossing" or not _is_near(row.lat, row.lon):
            continue
        a, b = (_short(name) for name in row.details["streets"])
        readings = resolve(f"{a} and {b}")
        # Grouping is measured here, not places: corners that no words name are left out.
        if readings and readings[0].is_confident and readings[0].place_key == row.key:
            found.append((a, b))
    return found


def _is_near(lat: float, lon: float) -> bool:
    return abs(lat - CENTRE[0]) < REACH and abs(lon - CENTRE[1]) < REACH


def _short(name: str) -> str:
    return name.removesuffix(" St").removesuffix(" Ave").removesuffix(" Blvd")


def wipe() -> None:
    """Empty the desk."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE alerts_incident, alerts_heartbeat CASCADE")


# -- Grouping ----------------------------------------------------------------------------------


def grouped_day(*, seed: int) -> tuple[float, float, float]:
    """Play one day; return precision, recall and milliseconds a report took."""
    wipe()
    said = desk_day.day(crossings(), seed=seed)
    begun = time.perf_counter()
    rows = []
    for one in said:
        with time_machine.travel(one.at, tick=False):
            rows.append(receive(channel="sms", text=one.text, language="en", number=one.number).pk)
    took = (time.perf_counter() - begun) * 1_000 / len(said)
    incidents = dict(Report.objects.values_list("pk", "incident"))
    precision, recall = desk_day.pairs([one.event for one in said], [incidents[pk] for pk in rows])
    return precision, recall, took


# -- A flood -----------------------------------------------------------------------------------

LIES = (
    "URGENT huge raid happening everyone must run and hide right now",
    "they are arresting children inside the church send everybody quickly",
    "ICE has rifles, shooting people, please everybody come and fight them",
    "la migra se lleva a todos los vecinos vengan armados ahora mismo todos",
)
TRUTHS = (
    "2 agents in green vests stopping a man at the bus stop",
    "hay como cinco de la migra tocando puertas en el edificio azul",
    "요원들이 가게 앞에서 사람을 붙잡고 있어요",
    "white suburban with federal plates parked across from the laundry",
    "se llevaron a dos jardineros, estan todos llorando",
    "they're asking everybody for papers at the car wash",
)
Make = Callable[[random.Random], Iterator[Report]]


def flood(mix: Make, *, fakes: int, seed: int) -> tuple[int, float]:
    """Let `fakes` false and REAL true reports come in at 50 a second.

    Return how many true ones stand in the first LINES lines, and milliseconds a report took.
    """
    wipe()
    dice = random.Random(seed)
    false = list(itertools.islice(mix(dice), fakes))
    true = list(honest(dice))
    rows = [*false, *true]
    dice.shuffle(rows)
    begun = time.perf_counter()
    for number, report in enumerate(rows):
        report.received_at = timezone.now()
        with transaction.atomic():
            report.save(force_insert=True)
            gather(report)
        if number % (2 * A_SECOND) == 0:
            mark_copies(timezone.now())
    took = (time.perf_counter() - begun) * 1_000 / len(rows)
    mark_copies(timezone.now())
    shown = {row.incident.pk for row in board(now=timezone.now()).needs[:LINES]}
    found = Report.objects.filter(pk__in=[one.pk for one in true], incident__in=shown)
    return found.count(), took


def corner(row: int) -> dict[str, object]:
    """Return the place columns of crossing number `row` of a made-up grid, 250 m apart."""
    return {
        "lat": 34.00 + (row % 60) * 0.0023,
        "lon": -118.40 + (row // 60) * 0.0028,
        "place_label": f"{row} St & Row Ave",
        "place_confidence": 0.95,
        "place_precision_m": 20,
    }


def honest(dice: random.Random) -> Iterator[Report]:
    for row in range(REAL):
        words = f"{TRUTHS[row % len(TRUTHS)]} {dice.choice(TRUTHS)}".split()
        text = " ".join(dice.sample(words, 6))
        yield _text(text, f"+1556{3_000_000 + row}", corner(row * 61))


def copied(dice: random.Random) -> Iterator[Report]:
    """200 numbers, a few texts, many corners."""
    for row in itertools.count():
        place = corner(dice.randrange(1_500))
        yield _text(
            f"{dice.choice(LIES)} {place['place_label']}", f"+1555{2_000_000 + row % 200}", place
        )


def posted(dice: random.Random) -> Iterator[Report]:
    """One-time posts by the web form, each in words of its own, every box ticked or not."""
    for row in itertools.count():
        words = f"{dice.choice(LIES)} {dice.choice(TRUTHS)} {row}".split()
        yield Report(
            channel=Report.Channel.WEB,
            text=" ".join(dice.sample(words, 8)),
            saw_it=dice.choice(["yes", ""]),
            still_going=dice.choice(["yes", ""]),
            **corner(dice.randrange(1_500)),
        )


def mixed(dice: random.Random) -> Iterator[Report]:
    """Half copies, half plausible posts a few steps from the true ones."""
    posts = posted(dice)
    for row, copy in enumerate(copied(dice)):
        yield copy
        post, near = next(posts), corner((row % REAL) * 61)
        post.lat, post.lon = float(str(near["lat"])) + 0.0011, float(str(near["lon"]))
        post.place_label = str(near["place_label"])
        yield post


def _text(text: str, number: str, place: dict[str, object]) -> Report:
    return Report(
        channel=Report.Channel.SMS,
        text=text,
        number=number,
        number_index=index_of("phone", number),
        **place,
    )


# -- The queue with many rows --------------------------------------------------------------------


def fill(incidents: int, reports: int) -> None:
    """Make `incidents` judged ones of the past year and `reports`, and 200 that wait."""
    wipe()
    now = timezone.now()
    keys: list[UUID] = []
    for first in range(0, incidents, BATCH):
        rows = [_past(row, now, waits=row < 200) for row in range(first, first + BATCH)]
        keys += [row.pk for row in Incident.objects.bulk_create(rows)]
    for first in range(0, reports, BATCH):
        Report.objects.bulk_create(
            Report(
                channel=Report.Channel.SMS,
                text=f"vans {row}",
                number_index=f"n{row % 5_000}",
                text_index=f"t{row}",
                incident_id=keys[row % len(keys)],
                received_at=now - timedelta(minutes=row % 500_000),
            )
            for row in range(first, first + BATCH)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _past(row: int, now: datetime, *, waits: bool) -> Incident:
    at = now - (timedelta(minutes=row % 40) if waits else timedelta(minutes=60 + row))
    lat, lon = 34.0 + (row % 500) / 5_000, -118.4 + (row % 700) / 5_000
    return Incident(
        status="new" if waits else ("unverifiable", "not_ice", "closed")[row % 3],
        what_it_was="" if waits or row % 3 != 1 else "nothing",
        reported_at=at,
        last_report_at=at,
        lat=lat,
        lon=lon,
        cell=cell_at(lat, lon),
        place_label="6th St & Vermont Ave",
        place_confidence=0.9,
        place_precision_m=20,
        independent_reporters=row % 4,
        weight=row % 90 if waits else 0,
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """What one page of the queue cost."""

    queries: int
    median_ms: float
    p95_ms: float


def list_pages(count: int) -> Listed:
    """Ask for the desk `count` times as a signed-in verifier."""
    browser = signed_in("bench")
    browser.get("/desk/")
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get("/desk/")
    queries = len(asked)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"the desk answered {answer.status_code}")
    took = []
    for _page in range(count):
        begun = time.perf_counter()
        browser.get("/desk/")
        took.append((time.perf_counter() - begun) * 1_000)
    return Listed(queries, statistics.median(took), statistics.quantiles(took, n=20)[-1])


def signed_in(name: str) -> Client:
    """Return the browser of a verifier with a second factor."""
    person = Person.objects.create(name=name, number="+15557000000")
    user = User.objects.create_user(name, None, person=person)
    totp.TOTP.activate(user, totp.generate_totp_secret())
    browser = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser

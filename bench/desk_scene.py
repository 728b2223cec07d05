"""What the parts of the desk's benchmark share, inside Django: grouping, corners, an empty desk."""

import time

import time_machine
from django.db import connection

from alerts.intake.receiving import receive
from alerts.models import Report
from alerts.places import resolve
from alerts.places.shipped import shipped_rows
from bench import desk_day
from bench.desk_pages import signed_in

__all__ = ["crossings", "grouped_day", "receive", "signed_in", "wipe"]

CENTRE = (34.0618, -118.3002)
REACH = 0.02


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

"""A million responders: how long it takes to count and to fetch those near a place.

Counted is how many people that are; by ring and language is what the page before a release shows.
Fetched is the statement that planning selects from (everybody's key, distance and language), until
the client holds its last row. Planning makes no Python objects of them; what that would take is
the last figure. Numbers are not among it: only the pump opens those, of the few that it claims.
"""

import statistics
import time
from collections.abc import Callable
from typing import TypeVar

import h3
from django.db import connection

from alerts.dispatch.audience import Sql, audience, everybody
from alerts.dispatch.reach import reach_of
from alerts.models import Alert, Incident, Kind, Zone
from alerts.models.places import cell_at
from bench.scene import POINT

PEOPLE = 1_000_000
RINGS = 53
"""Cells around the place in which they live: 8,587 of about 1 km."""
RADIUS_M = 11_500
"""So that about 56,000 are asked."""
ROUNDS = 15
T = TypeVar("T")

# Made by the database, because sealing a million numbers takes minutes; nobody reads these.
RESPONDERS = """
INSERT INTO alerts_responder (
  id, number, number_index, opt_out_digest, handle, language, status, is_scout,
  is_drill_volunteer, may_be_woken, joined_at)
SELECT gen_random_uuid(), decode(repeat(md5(n::text), 2), 'hex'), md5('i' || n), md5('o' || n),
  ''::bytea, (ARRAY['en', 'es', 'ko'])[1 + n %% 3],
  CASE WHEN n %% 20 = 0 THEN 'paused' ELSE 'active' END, n %% 10 = 0, false, true, now()
FROM generate_series(1, %s) n
"""
ZONES = """
INSERT INTO alerts_zone (responder_id, cell, is_reachable, may_be_woken, language)
SELECT id, (%s::bigint[])[1 + floor(random() * %s)::int],
  status = 'active' AND NOT EXISTS (SELECT 1 FROM alerts_optout WHERE digest = opt_out_digest),
  may_be_woken, language
FROM alerts_responder
"""
LEFT = """
INSERT INTO alerts_optout (digest, source, since)
SELECT opt_out_digest, 'word', now() FROM alerts_responder WHERE random() < 0.01
"""


def measure(people: int = PEOPLE) -> list[tuple[str, ...]]:
    """Return a table: the audience, milliseconds to count it and to fetch it."""
    fill(people)
    incident = Incident.objects.create()
    incident.locate(lat=POINT[0], lon=POINT[1], label="here", confidence=0.95)
    alert = Alert(incident=incident, kind=Kind.ALERT, radius_m=RADIUS_M)
    count, counted_ms = timed(audience(incident, radius_m=RADIUS_M).count_owners)
    reach, shown_ms = timed(lambda: reach_of(alert))
    _none, fetched_ms = timed(lambda: fetch(everybody(alert)))
    rows, made_ms = timed(lambda: made(everybody(alert)))
    if not count == reach.people == len(rows):
        raise AssertionError(f"{count} counted, {reach.people} shown, {len(rows)} fetched")
    head = ("responders", "near", "counted ms", "by ring ms", "fetched ms", "as objects ms")
    took = (f"{ms:.0f}" for ms in (counted_ms, shown_ms, fetched_ms, made_ms))
    return [head, (f"{people:,}", f"{count:,}", *took)]


def fetch(people: Sql) -> None:
    """Let the client have every row of `people`."""
    with connection.cursor() as cursor:
        cursor.execute(people.sql, people.params)


def made(people: Sql) -> list[tuple[object, ...]]:
    """Return every row of `people` as Python objects."""
    with connection.cursor() as cursor:
        cursor.execute(people.sql, people.params)
        return list(cursor.fetchall())


def fill(people: int) -> None:
    """Make the people and their zones, a few of them paused or gone."""
    cells = [h3.str_to_int(cell) for cell in h3.grid_disk(h3.int_to_str(cell_at(*POINT)), RINGS)]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        Zone.objects.all().delete()
        cursor.execute("TRUNCATE alerts_responder, alerts_optout CASCADE")
        cursor.execute(RESPONDERS, [people])
        cursor.execute(LEFT)
        cursor.execute(ZONES, [cells, len(cells)])
        cursor.execute("VACUUM ANALYZE alerts_responder, alerts_zone, alerts_optout")


def timed(act: Callable[[], T]) -> tuple[T, float]:
    """Return the last answer of `act` and the median of its milliseconds."""
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = act()
        took.append(1000 * (time.perf_counter() - begun))
    return answer, statistics.median(took)

"""How many people a text reaches, how far away they are, and in which languages."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection

from alerts.dispatch.audience import Sql, everybody
from alerts.dispatch.follow_up import everybody_who_got_it
from alerts.models import Alert, Kind
from alerts.models.kinds import CHECK_MOST

REACHED = """
SELECT people.language, people.distance_m, COUNT(*)
FROM ({people}) people
GROUP BY people.language, people.distance_m
"""
FIRST_IN_TURN = """
SELECT people.responder_id, people.distance_m, people.language
FROM ({people}) people JOIN alerts_responder who ON who.id = people.responder_id
ORDER BY people.distance_m, who.last_asked_at NULLS FIRST, people.responder_id
{limit}
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people get an alert."""

    by_language: dict[str, int]
    by_distance: dict[int, int]
    """Metres to the middle of their cell, nearest first."""

    @property
    def people(self) -> int:
        return sum(self.by_language.values())

    @property
    def rings(self) -> list[tuple[float, int]]:
        """Return kilometres, in halves, and how many people are about that far away."""
        rings: Counter[float] = Counter()
        for metres, people in self.by_distance.items():
            rings[max(0.5, round(metres / 500) / 2)] += people
        return sorted(rings.items())


def reach_of(alert: Alert) -> Reach:
    """Count the people `alert` goes to, as known now, in one query; raise NotLocated."""
    people = everybody_who_got_it(alert) if alert.rule.follows else everybody(alert)
    if alert.kind == Kind.CHECK:
        sql, params = filled(FIRST_IN_TURN, {"people": people, "limit": CHECK_MOST})
        people = Sql(sql, tuple(params))
    with connection.cursor() as cursor:
        cursor.execute(*filled(REACHED, {"people": people}))
        rows = cursor.fetchall()
    languages: Counter[str] = Counter()
    distances: Counter[int] = Counter()
    for language, distance_m, people in rows:
        languages[language] += people
        distances[distance_m] += people
    return Reach(dict(languages), dict(sorted(distances.items())))


def filled(statement: str, values: dict[str, Any]) -> tuple[str, list[Any]]:
    """Return `statement` with a placeholder for each {name}, and their values in that order."""
    params: list[Any] = []

    def place(match: re.Match[str]) -> str:
        name, value = match[1], values[match[1]]
        if isinstance(value, Sql):
            params.extend(value.params)
            return value.sql
        if name == "limit":
            params.extend([] if value is None else [value])
            return "" if value is None else "LIMIT %s"
        many = value if isinstance(value, list) else [value]
        params.extend(many)
        return ", ".join(["%s"] * len(many))

    return re.sub(r"\{(\w+)\}", place, statement), params

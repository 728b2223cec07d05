"""Making the rows: who of the audience gets a text of a released alert.

The nearest are planned in the transaction that releases, so that their texts leave while a task
plans the rest, band by band outwards. Every portion is one INSERT … SELECT: Django has none, and
making 100,000 rows in Python takes five times as long. Planning twice makes nothing twice.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Field

from alerts.dispatch.audience import Sql, nearest
from alerts.dispatch.bulk import now_sql
from alerts.dispatch.crash_points import crash_point
from alerts.dispatch.follow_up import skip_what_is_replaced, what_is_replaced, who_got_it
from alerts.dispatch.reach import filled
from alerts.models import Alert, AlertStatus, AlertText, Delivery, OutboundStatus, Wave
from alerts.models.clock import database_now
from alerts.models.kinds import CHECK_MOST, Kind

HEAD = 200
"""Texts planned within the click; the pump needs seconds for them at any carrier's pace."""

PLANNED = """
INSERT INTO alerts_delivery (
  alert_id, responder_id, text_id, wave_id, distance_m, priority, segments,
  status, skip_reason, error_code, sid, attempt, is_possible_double, due_at, created_at)
SELECT {alert}, people.responder_id, {text}, {wave}, people.distance_m, {priority},
  {segments}, {status}, '', '', '', 0, {no}, {now}, {now}
FROM ({people}) people JOIN alerts_responder who ON who.id = people.responder_id
WHERE {is_new}
ORDER BY people.distance_m, who.last_asked_at NULLS FIRST, people.responder_id
{limit}
ON CONFLICT (alert_id, responder_id) DO NOTHING
"""
# Only for a limit, which is to count new people: where all are wanted the unique index alone
# says who is new, and nobody who was planned before is read again.
IS_NEW = """NOT EXISTS (
  SELECT 1 FROM alerts_delivery earlier
  WHERE earlier.alert_id = %s AND earlier.responder_id = people.responder_id)"""


def plan_head(alert: Alert, *, at: datetime) -> bool:
    """Plan the nearest of a just released alert; return whether that was everybody.

    Call it inside the transaction that releases. Large numbers are left to `plan_rest`: nothing
    that was replaced leaves meanwhile, because its alert is no longer released.
    """
    if alert.kind == Kind.CHECK:
        add(alert, limit=CHECK_MOST)
    elif alert.audience > HEAD or what_is_replaced(alert)[: HEAD + 1].count() > HEAD:
        add(alert, limit=HEAD)
        return False
    else:
        # In this order: a text claimed while we skip is seen as handed over by what comes next.
        skip_what_is_replaced(alert, at=at)
        add(alert)
    mark_planned(alert, at=at)
    return True


def plan_rest(alert_id: UUID, *, tell: Callable[[], object] = bool) -> int:
    """Plan everybody of a released alert who is not planned yet; return how many.

    Each portion is committed, so that its texts leave while the next is planned, and a stop
    takes effect in between; `tell` is called after each. Safe to run twice and beside itself.
    """
    planned = 0
    with _if_unplanned(alert_id) as alert:
        if alert is None:
            return 0
        skip_what_is_replaced(alert, at=database_now())
        portions, texts = portions_of(alert), list(alert.texts.all())
    for portion in portions:
        with _if_unplanned(alert_id) as alert:
            if alert is None:
                return planned
            planned += _insert(alert, portion, texts)
        crash_point("planned")
        tell()
    with _if_unplanned(alert_id) as alert:
        if alert is not None:
            mark_planned(alert, at=database_now())
    return planned


@contextmanager
def _if_unplanned(alert_id: UUID) -> Iterator[Alert | None]:
    """Hold the lock of an alert that still wants planning, else give None."""
    with transaction.atomic():
        alert = Alert.objects.select_for_update(no_key=True).get(pk=alert_id)
        is_wanted = alert.planned_at is None and alert.status == AlertStatus.RELEASED
        yield alert if is_wanted else None


def unplanned() -> list[UUID]:
    """Return the live alerts whose planning was not finished, for the sweep."""
    waiting = Alert.objects.live(now=database_now()).filter(planned_at=None)
    return list(waiting.values_list("pk", flat=True))


def mark_planned(alert: Alert, *, at: datetime) -> None:
    """Remember that every row of `alert` was made."""
    Alert.objects.filter(pk=alert.pk).update(planned_at=at)
    alert.planned_at = at


def add(alert: Alert, *, wave: Wave | None = None, limit: int | None = None) -> int:
    """Plan the next `limit` people of a released alert, or all, nearest first.

    Return how many texts were planned. People who have one already are passed over; ties go to
    whoever was asked least recently.
    """
    planned = 0
    texts = list(alert.texts.all())
    for portion in portions_of(alert):
        left = None if limit is None else limit - planned
        if left == 0:
            break
        planned += _insert(alert, portion, texts, wave=wave, limit=left)
    return planned


def portions_of(alert: Alert) -> list[Sql]:
    """Return the people `alert` goes to, nearest first; raise NotLocated."""
    return who_got_it(alert) if alert.rule.follows else nearest(alert)


def _insert(
    alert: Alert,
    people: Sql,
    texts: Sequence[AlertText],
    *,
    wave: Wave | None = None,
    limit: int | None = None,
) -> int:
    key = _as_stored("alert", alert.pk)
    values: dict[str, Any] = {
        "alert": key,
        "is_new": Sql("TRUE", ()) if limit is None else Sql(IS_NEW, (key,)),
        "text": _by_language({text.language: _as_stored("text", text.pk) for text in texts}),
        "wave": wave.pk if wave else None,
        "priority": alert.rule.priority,
        "segments": _by_language({text.language: text.segments for text in texts}),
        "status": OutboundStatus.QUEUED.value,
        "no": _as_stored("is_possible_double", False),
        "now": Sql(now_sql(), ()),
        "people": people,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(*filled(PLANNED, values))
        return int(cursor.rowcount)


def _by_language(values: dict[str, Any]) -> Sql:
    """Choose by what somebody reads, the first for other languages.

    Not a join: PostgreSQL guesses badly how many rows one on an expression leaves, and then
    looks every responder up.
    """
    others = next(iter(values.values()))
    cases = " ".join(["WHEN %s THEN %s"] * len(values))
    params = (value for case in values.items() for value in case)
    return Sql(f"CASE people.language {cases} ELSE %s END", (*params, others))


def _as_stored(column: str, value: object) -> Any:
    field = Delivery._meta.get_field(column)
    assert isinstance(field, Field)  # noqa: S101 - a column of our own
    return field.get_db_prep_value(value, connection)

"""The two queues, deliveries and messages: their next rows, locked and read."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func, QuerySet
from django.db.models.functions import Now
from django.db.models.sql.compiler import SQLCompiler

from alerts.dispatch.bulk import now_sql
from alerts.models import Message, OutboundStatus
from alerts.models.fields import Sealed

Order = tuple[int, int, float]
"""Priority, distance and age: smaller leaves first."""


@dataclass(slots=True)
class Waiting:
    """A queued row that we hold the lock of, as it is now."""

    pk: int | UUID
    attempt: int
    order: Order
    segments: int
    number: Sealed | None
    owner: UUID
    """The row the number was sealed in."""
    words: UUID | Sealed
    """The row of an alert's text, or a message's own words."""
    opt_out_digest: str
    """The receiver's; empty for the one goodbye that is sent all the same."""
    has_left: bool
    responder: UUID | None = None
    responder_status: str = ""
    alert: UUID | None = None
    expires_at: datetime | None = None
    """A message's own end; a delivery lives as long as its alert."""


# Raw SQL, because Django cannot lock one table of a join and read the values of both. Opt-outs
# are read in the statement that takes the lock, so whoever left before it is seen.
# The rows are chosen before their people are looked up: a queue is long, a hand is not.
DELIVERIES = """
WITH due AS MATERIALIZED (
  SELECT d.id, d.attempt, d.priority, d.distance_m, d.segments, d.responder_id, d.text_id,
    d.alert_id
  FROM alerts_delivery d
  WHERE d.status = 'queued' AND d.due_at <= {now}
  ORDER BY d.priority, d.distance_m, d.id
  LIMIT %s {lock})
SELECT due.id, due.attempt, due.priority, due.distance_m, due.segments, r.number, r.id,
  due.text_id, r.opt_out_digest,
  EXISTS (SELECT 1 FROM alerts_optout o WHERE o.digest = r.opt_out_digest),
  r.status, due.alert_id
FROM due JOIN alerts_responder r ON r.id = due.responder_id
"""
MESSAGES = """
SELECT m.id, m.attempt, m.priority, m.segments, m.number, m.body,
  CASE WHEN m.ignores_opt_out THEN '' ELSE m.opt_out_digest END,
  NOT m.ignores_opt_out
    AND EXISTS (SELECT 1 FROM alerts_optout o WHERE o.digest = m.opt_out_digest),
  m.expires_at
FROM alerts_message m
WHERE m.status = 'queued' AND m.due_at <= {now}
ORDER BY m.priority, m.created_at
LIMIT %s {lock}
"""


def next_deliveries(limit: int) -> list[Waiting]:
    """Lock and read the first `limit` due deliveries, passing over what another worker holds."""
    found = []
    for row in rows_of(DELIVERIES, limit, lock="d"):
        pk, attempt, priority, away, size, number, responder, text, digest, left, status, alert = (
            row
        )
        found.append(
            Waiting(
                pk,
                attempt,
                (priority, away, pk),
                size,
                sealed(number),
                as_uuid(responder),
                as_uuid(text),
                digest,
                bool(left),
                as_uuid(responder),
                status,
                as_uuid(alert),
            )
        )
    return found


def next_messages(limit: int) -> list[Waiting]:
    """Lock and read the first `limit` due messages, passing over what another worker holds."""
    found = []
    for place, row in enumerate(rows_of(MESSAGES, limit, lock="m")):
        key, attempt, priority, size, number, body, digest, left, expires_at = row
        pk = as_uuid(key)
        found.append(
            Waiting(
                pk,
                attempt,
                (priority, 0, place),
                size,
                sealed(number),
                pk,
                Sealed(body),
                digest,
                bool(left),
                expires_at=as_time(expires_at),
            )
        )
    return found


def due_messages() -> QuerySet[Message]:
    """Return the messages that `next_messages` would find: mostly none, which is asked beside."""
    return Message.objects.filter(status=OutboundStatus.QUEUED, due_at__lte=Now())


class InOrder(Func):
    """Read beside anything, has PostgreSQL take both queues by their index in this transaction.

    A queue that filled within a second is not in its statistics: it believes in a handful of
    rows, and would sort all that wait for every hand.
    """

    template = "set_config('enable_sort', 'off', true)"
    output_field = CharField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return nothing: SQLite has no such setting, and needs none."""
        return self.as_sql(compiler, connection, template="NULL", **context)


def rows_of(sql: str, limit: int, *, lock: str) -> list[tuple[Any, ...]]:
    """Return the rows of a queue; SQLite's transaction holds the only lock there is already."""
    clause = "" if connection.vendor == "sqlite" else f"FOR UPDATE OF {lock} SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(sql.format(now=now_sql(), lock=clause), [limit])
        return list(cursor.fetchall())


def sealed(value: Any) -> Sealed | None:
    return None if value is None else Sealed(value)


def as_uuid(value: Any) -> UUID:
    """Return a key as it came from a raw query: SQLite has no UUIDs."""
    return value if isinstance(value, UUID) else UUID(value)


def as_time(value: datetime) -> datetime:
    """Return a time as it came from a raw query, aware: SQLite keeps UTC without saying so."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)

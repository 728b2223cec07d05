"""The two queues, deliveries and messages: what a turn begins with, and their next rows, locked."""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from alerts.dispatch.bulk import now_sql
from alerts.models import Network

Order = tuple[int, int, float]
"""Priority, distance and age: smaller leaves first."""


class Waiting(NamedTuple):
    """A queued row that we hold the lock of, as it is now."""

    priority: int
    distance_m: int
    turn: int
    """Among rows alike in both: the key of a delivery, the place of a message."""
    pk: int | UUID
    attempt: int
    segments: int
    number: bytes | None
    """Sealed."""
    owner: str
    """The key of the row the number was sealed in, with dashes."""
    words: UUID | bytes
    """The row of an alert's text, or a message's own words, sealed."""
    opt_out_digest: str
    """The receiver's; empty for the one goodbye that is sent all the same."""
    has_left: bool
    responder_status: str = ""
    alert: UUID | None = None
    expires_at: datetime | None = None
    """A message's own end; a delivery lives as long as its alert."""

    @property
    def order(self) -> Order:
        return self[:3]


class Moment(NamedTuple):
    """What one turn begins with."""

    now: datetime
    """On the database's clock."""
    is_stopped: bool
    """By the kill switch."""
    has_messages: bool
    """Whether a message is due: mostly none is, and their queue need not be asked."""


# Raw SQL, because Django cannot lock one table of a join and read the values of both. Opt-outs
# are read in the statement that takes the lock, so whoever left before it is seen.
# The rows are chosen before their people are looked up: a queue is long, a hand is not.
# The columns are those of Waiting.
DELIVERIES = """
WITH due AS MATERIALIZED (
  SELECT d.id, d.attempt, d.priority, d.distance_m, d.segments, d.responder_id, d.text_id,
    d.alert_id
  FROM alerts_delivery d
  WHERE d.status = 'queued' AND d.due_at <= {now}
  ORDER BY d.priority, d.distance_m, d.id
  LIMIT %s {lock})
SELECT due.priority, due.distance_m, due.id, due.id, due.attempt, due.segments, r.number,
  CAST(r.id AS text), due.text_id, r.opt_out_digest,
  EXISTS (SELECT 1 FROM alerts_optout o WHERE o.digest = r.opt_out_digest),
  r.status, due.alert_id, NULL
FROM due JOIN alerts_responder r ON r.id = due.responder_id
"""
MESSAGES = """
SELECT m.priority, 0, 0, m.id, m.attempt, m.segments, m.number, CAST(m.id AS text),
  m.body,
  CASE WHEN m.ignores_opt_out THEN '' ELSE m.opt_out_digest END,
  NOT m.ignores_opt_out
    AND EXISTS (SELECT 1 FROM alerts_optout o WHERE o.digest = m.opt_out_digest),
  '', NULL, m.expires_at
FROM alerts_message m
WHERE m.status = 'queued' AND m.due_at <= {now}
ORDER BY m.priority, m.created_at
LIMIT %s {lock}
"""
# By hand, because Django needs four times as long to write it as PostgreSQL to answer, and it is
# asked in every turn.
MOMENT = """
SELECT {now}, n.sending_stopped_at IS NOT NULL,
  EXISTS (SELECT 1 FROM alerts_message m WHERE m.status = 'queued' AND m.due_at <= {now}){by_index}
FROM alerts_network n
WHERE n.id = %s
"""
# A queue that filled within a second is not in PostgreSQL's statistics: it believes in a handful
# of rows, and would sort all that wait for every hand, or read the whole table for every result.
BY_INDEX = ", ".join(
    f"set_config('enable_{way}', 'off', true)"
    for way in ("sort", "seqscan", "hashjoin", "mergejoin")
)


def next_deliveries(limit: int) -> list[Waiting]:
    """Lock and read the first `limit` due deliveries, passing over what another worker holds."""
    return rows_of(DELIVERIES, limit, lock="d")


def next_messages(limit: int) -> list[Waiting]:
    """Lock and read the first `limit` due messages, passing over what another worker holds."""
    rows = rows_of(MESSAGES, limit, lock="m")
    return [row._replace(turn=place) for place, row in enumerate(rows)]


def moment() -> Moment:
    """Read what a turn begins with; ask it first in its transaction, which then goes by index.

    Raise Network.DoesNotExist on a database nobody has set up.
    """
    by_index = "" if connection.vendor == "sqlite" else f", {BY_INDEX}"
    with connection.cursor() as cursor:
        cursor.execute(MOMENT.format(now=now_sql(), by_index=by_index), [Network.ONLY])
        row = cursor.fetchone()
    if row is None:
        raise Network.DoesNotExist
    now, is_stopped, has_messages = row[:3]
    return Moment(from_sqlite_time(now), bool(is_stopped), bool(has_messages))


def go_by_index() -> None:
    """Have PostgreSQL go by index in the rest of this transaction; SQLite does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {BY_INDEX}")


def rows_of(sql: str, limit: int, *, lock: str) -> list[Waiting]:
    """Return the rows of a queue; SQLite's transaction holds the only lock there is already."""
    is_sqlite = connection.vendor == "sqlite"
    clause = "" if is_sqlite else f"FOR UPDATE OF {lock} SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(sql.format(now=now_sql(), lock=clause), [limit])
        rows = map(Waiting._make, cursor.fetchall())
        return list(map(from_sqlite, rows) if is_sqlite else rows)


def from_sqlite(row: Waiting) -> Waiting:
    """Return `row` with keys and times in place of the text SQLite keeps."""
    return row._replace(
        pk=row.pk if isinstance(row.pk, int) else as_uuid(row.pk),
        owner=str(as_uuid(row.owner)),
        words=as_uuid(row.words) if row.alert else row.words,
        has_left=bool(row.has_left),
        alert=as_uuid(row.alert) if row.alert else None,
        expires_at=row.expires_at and row.expires_at.replace(tzinfo=UTC),
    )


def from_sqlite_time(now: datetime | str) -> datetime:
    """Return the database's time, which SQLite writes as text."""
    return now if isinstance(now, datetime) else datetime.fromisoformat(now).replace(tzinfo=UTC)


def as_uuid(text: Any) -> UUID:
    return UUID(text)

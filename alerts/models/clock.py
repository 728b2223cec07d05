"""The one clock of the house."""

from datetime import UTC, datetime

from django.db import connection

SQLITE = "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"
POSTGRES = "SELECT statement_timestamp()"


def database_now() -> datetime:
    """Return the time (aware) on the database's clock.

    Several machines write rows that other machines find due, over or still held, and a clock
    that is minutes off must neither keep an alert waiting nor end it early.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(SQLITE)
            return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
        cursor.execute(POSTGRES)
        now: datetime = cursor.fetchone()[0]
    return now

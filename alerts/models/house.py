"""What the house keeps about itself: heartbeats and limits."""

import time
from datetime import datetime, timedelta

from django.db import connection, models

from alerts.models.clock import database_now


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def beat(self, name: str, **facts: object) -> None:
        """Say that the process `name` is alive now."""
        self.update_or_create(name=name, defaults={"at": database_now(), "facts": facts})

    def age_of(self, name: str, *, now: datetime) -> timedelta | None:
        """Return how long ago `name` was last alive, None if never."""
        at = self.filter(name=name).values_list("at", flat=True).first()
        return None if at is None else now - at


class Heartbeat(models.Model):
    """When a worker or the sweep last did something."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"


class Lease(models.Model):
    """Something only one process does at a time, such as sweeping."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=60)
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"

    @classmethod
    def take(cls, name: str, *, holder: str, seconds: float) -> bool:
        """Take or renew the lease `name` for `seconds`; say whether `holder` has it now."""
        now = database_now()
        ends_at = now + timedelta(seconds=seconds)
        free = models.Q(ends_at__lte=now) | models.Q(holder=holder)
        Lease.objects.bulk_create(
            [Lease(name=name, holder=holder, ends_at=now)], ignore_conflicts=True
        )
        return bool(cls.objects.filter(free, name=name).update(holder=holder, ends_at=ends_at))


class BucketQuerySet(models.QuerySet["Bucket"]):
    def hit(self, key: str, *, limit: int, seconds: int) -> bool:
        """Count one event of `key` (a keyed digest, never a raw value) in this period.

        Return whether it is within `limit`, at least 1. One statement, exact under concurrency.
        """
        window = int(time.time()) // seconds
        with connection.cursor() as cursor:
            cursor.execute(
                'INSERT INTO alerts_bucket AS known ("key", "window", "count") VALUES (%s, %s, 1)'
                ' ON CONFLICT ("key", "window") DO UPDATE SET "count" = known."count" + 1'
                ' WHERE known."count" < %s',
                [key, window, limit],
            )
            return bool(cursor.rowcount)


class Bucket(models.Model):
    """How often something happened in one period."""

    key = models.CharField(max_length=64)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    objects = BucketQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="bucket_once")]

    def __str__(self) -> str:
        return f"{self.window}: {self.count}"

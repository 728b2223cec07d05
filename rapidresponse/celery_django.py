"""Celery's care for Django's database connections, less one thing: the pool outlives a task.

Celery closes a worker process's whole pool after each task, so that every task of ours would
connect anew, twice if it pumps: https://github.com/celery/celery/issues/10554. The pools a process
inherits are closed when it begins, as before.
"""

from functools import cached_property

from celery import Celery
from celery.fixups.django import (  # type: ignore[attr-defined]  # half of its types are missing
    DjangoFixup,
    DjangoWorkerFixup,
)
from django.db import connections


class WorkerFixup(DjangoWorkerFixup):
    """Gives a task's connections back to the pool, which checks them before the next use."""

    def close_database(self, **_signal: object) -> None:
        """Close this thread's connections: without a pool for good."""
        connections.close_all()


class Fixup(DjangoFixup):
    """Celery's own, with our WorkerFixup."""

    @cached_property
    def worker_fixup(self) -> WorkerFixup:
        return WorkerFixup(self.app)


def fixup(app: Celery) -> Fixup:
    """Install it; see the argument `fixups` of `Celery`, which keeps what this returns."""
    found = Fixup(app)
    found.install()
    return found

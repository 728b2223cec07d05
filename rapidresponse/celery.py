"""The Celery application, and the one doorbell of the house.

The database is the queue: a task message carries ids and only wakes a worker. A lost bell
costs seconds, because the sweep finds what it would have announced.
"""

import gc
import logging
import os
import time
from functools import partial
from typing import Any

from celery import Celery, Task
from celery.signals import worker_process_init
from django.db import transaction
from kombu import Connection, pools
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapidresponse.settings")

log = logging.getLogger(__name__)

app = Celery("rapidresponse", fixups=["rapidresponse.celery_django:fixup"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    ["alerts.intake", "alerts.triage", "alerts.dispatch", "alerts.responders", "alerts.guard"]
)

YOUNG_OBJECTS = 20_000
"""So many new objects before a worker looks for garbage: a turn of the pump makes thousands, and
hardly one of them is part of a cycle. Looking every 700 took a twentieth of all its time."""

PUBLISH_SECONDS = 0.2
QUIET_SECONDS = 1.0
SOFT_SECONDS = 0.25


@worker_process_init.connect
def collect_seldom(**_signal: object) -> None:
    """Have a worker look for garbage seldom, and never among what it was started with."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


class Doorbell:
    """Publishes wake-ups with one short try each, and counts those that got lost."""

    def __init__(self) -> None:
        self.missed = 0
        self._connection: Connection | None = None
        self._quiet_until = 0.0
        self._pressed_at: dict[str, float] = {}

    def press_softly(self, task: "Task[..., Any]", *ids: object) -> None:
        """Do as `press`, unless this process pressed for `task` less than SOFT_SECONDS ago.

        Publishing costs as much as five queries. In a flood of replies the next bell, or the
        sweep within a second, tells the worker about this row too.
        """
        if time.monotonic() - self._pressed_at.get(task.name, -SOFT_SECONDS) >= SOFT_SECONDS:
            self.press(task, *ids)

    def press(self, task: "Task[..., Any]", *ids: object) -> None:
        """Publish `task(*ids)` within PUBLISH_SECONDS, or count it as missed."""
        self._pressed_at[task.name] = time.monotonic()
        # A dead Redis must not cost every request its own time-out.
        if time.monotonic() < self._quiet_until:
            self.missed += 1
            return
        try:
            producers = pools.producers[self._connect()]
            with producers.acquire(block=True, timeout=PUBLISH_SECONDS) as producer:
                task.apply_async(args=ids, producer=producer, retry=False)
        except (OperationalError, RedisError, OSError) as err:
            self.missed += 1
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("doorbell for %s was not heard: %s", task.name, type(err).__name__)

    def _connect(self) -> Connection:
        if self._connection is None:
            options = dict(app.conf.broker_transport_options or {})
            if not app.conf.broker_url.startswith("memory"):
                options |= {
                    "socket_connect_timeout": PUBLISH_SECONDS,
                    "socket_timeout": PUBLISH_SECONDS,
                    "max_retries": 0,
                }
            self._connection = app.connection_for_write(transport_options=options)
        return self._connection


doorbell = Doorbell()


def ring(task: "Task[..., Any]", *ids: object) -> None:
    """Wake a worker for `task(*ids)` after the current transaction commits.

    Never raises and never waits longer than PUBLISH_SECONDS: the rows are the obligation.
    """
    transaction.on_commit(partial(doorbell.press, task, *ids), robust=True)


def ring_softly(task: "Task[..., Any]", *ids: object) -> None:
    """Do as `ring` for what may wait a second where much of it comes at once."""
    transaction.on_commit(partial(doorbell.press_softly, task, *ids), robust=True)

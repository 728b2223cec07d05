"""The demo's Celery worker and sweep, as threads of the web process."""

import contextlib
import logging
import threading
from collections.abc import Generator

from celery.worker import WorkController
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from alerts.management.commands.sweep import sweep_until
from rapidresponse.celery import app

QUEUES = "pump,inbound,housekeeping"
THREADS = 4
END_SECONDS = 5


@contextlib.contextmanager
def working() -> Generator[None, None, None]:
    """Run a worker and the sweep beside what the caller does; end both in order.

    Raise ImproperlyConfigured with a broker that other processes could hear: the embedded
    worker is the only one there is.
    """
    if settings.REDIS_URL:
        raise ImproperlyConfigured("The demo is one process: leave REDIS_URL empty.")
    app.amqp.queues.select(QUEUES.split(","))
    worker = WorkController(
        app=app,
        pool_cls="threads",
        concurrency=THREADS,
        hostname="embedded@demo",
        loglevel=logging.WARNING,
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
    )
    is_over = threading.Event()
    threads = [
        threading.Thread(target=worker.start, name="worker", daemon=True),
        threading.Thread(target=sweep_until, args=(is_over,), name="sweep", daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        worker.stop()
        for thread in threads:
            thread.join(END_SECONDS)

"""What a worker process is set up with when it starts, and what it keeps between two tasks."""

import gc
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from celery.signals import worker_process_init
from django.db import connection

from alerts.dispatch.tasks import beat_inbound
from rapidresponse.celery import YOUNG_OBJECTS, app
from rapidresponse.celery_django import Fixup, WorkerFixup


def test_a_worker_looks_for_garbage_seldom_and_not_among_what_it_was_started_with():
    before = gc.get_threshold()
    try:
        worker_process_init.send(sender=None)

        assert gc.get_threshold()[0] == YOUNG_OBJECTS
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


@pytest.fixture
def worker() -> Iterator[WorkerFixup]:
    """Yield what cares for the connections of a process of a prefork worker."""
    fixup = Fixup(app).worker_fixup
    fixup.worker = SimpleNamespace(pool_cls="celery.concurrency.prefork:TaskPool")
    yield fixup
    connection.close_pool()  # its threads are in nobody's way in a worker, but in a test's


postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="only it has a pool")


@postgresql
@pytest.mark.django_db(transaction=True)
def test_a_task_leaves_its_connection_to_the_next(worker: WorkerFixup):
    connection.ensure_connection()
    pool = connection.pool

    worker.on_task_postrun(sender=beat_inbound)
    assert connection.connection is None
    worker.on_task_prerun(sender=beat_inbound)

    assert connection.pool is pool
    assert not pool.closed


@postgresql
@pytest.mark.django_db(transaction=True)
def test_a_new_process_of_a_worker_shares_no_connection_with_the_one_it_came_from(
    worker: WorkerFixup,
):
    connection.ensure_connection()
    pool = connection.pool
    connection.close()

    worker.on_worker_process_init()

    assert pool.closed


def test_it_is_installed():
    assert any(isinstance(fixup, Fixup) for fixup in app._fixups)

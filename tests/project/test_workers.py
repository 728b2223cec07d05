"""What a worker process is set up with when it starts."""

import gc

from celery.signals import worker_process_init

from rapidresponse.celery import YOUNG_OBJECTS


def test_a_worker_looks_for_garbage_seldom_and_not_among_what_it_was_started_with():
    before = gc.get_threshold()
    try:
        worker_process_init.send(sender=None)

        assert gc.get_threshold()[0] == YOUNG_OBJECTS
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)

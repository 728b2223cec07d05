"""Which texts are taken in hand, and that two workers never take the same one."""

import threading
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, transaction

from alerts.dispatch.claims import REST_PRIORITY, choose, claim
from alerts.dispatch.queues import Waiting, moment
from alerts.models import Delivery, Network, OutboundStatus
from tests.dispatch.released import at_full_speed, release

S = OutboundStatus


def waiting(priority: int, place: int, segments: int = 1) -> Waiting:
    pk = uuid4()
    return Waiting(priority, 0, place, pk, 0, segments, None, str(pk), pk, "", has_left=False)


ALERTS = [waiting(11, place) for place in range(100)]
REST = [waiting(20, place) for place in range(100)]


# -- Two lanes ----------------------------------------------------------------------------------
def test_it_keeps_a_tenth_of_the_way_open_for_what_is_no_alert() -> None:
    chosen = choose(REST + ALERTS, limit=1_000, segments=50)

    rest = [row for row in chosen if row.order[0] >= REST_PRIORITY]
    assert len(chosen) == 50
    assert 5 <= len(rest) <= 6


def test_it_starves_neither_lane_when_only_one_text_may_be_taken_at_a_time() -> None:
    lanes = Counter(
        choose(REST + ALERTS, limit=1, segments=1)[0].order[0] >= REST_PRIORITY
        for _ in range(2_000)
    )

    assert 120 < lanes[True] < 300


def test_it_gives_a_lane_the_whole_way_when_the_other_is_empty() -> None:
    assert len(choose(ALERTS, limit=1_000, segments=60)) == 60
    assert len(choose(REST, limit=1_000, segments=60)) == 60


def test_it_counts_segments_and_takes_a_long_text_all_the_same() -> None:
    long = [waiting(11, place, segments=3) for place in range(10)]

    assert len(choose(long, limit=100, segments=7)) == 3
    assert len(choose(long, limit=100, segments=1)) == 1


def test_it_takes_the_most_urgent_first() -> None:
    correction = waiting(2, 99)

    assert choose([*ALERTS, correction], limit=5, segments=5)[0] is correction


# -- Claims beside one another --------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_it_gives_each_text_to_one_worker_only(
    make_verified_incident: Any, make_responder: Any
) -> None:
    at_full_speed()
    release(make_verified_incident(), [make_responder() for _ in range(90)])
    taken: list[int] = []

    def work() -> None:
        try:
            while True:
                with transaction.atomic():
                    texts = claim(moment(), 7, 7).texts
                if not texts:
                    return
                taken.extend(int(text.hand_over.pk) for text in texts)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(taken) == sorted(Delivery.objects.values_list("pk", flat=True))
    assert set(Delivery.objects.values_list("status", "attempt")) == {(S.SUBMITTING, 1)}


@pytest.mark.django_db(transaction=True)
def test_it_takes_nothing_when_its_transaction_fails(
    make_verified_incident: Any, make_responder: Any
) -> None:
    at_full_speed()
    release(make_verified_incident(), [make_responder()])

    with pytest.raises(RuntimeError), transaction.atomic():
        assert len(claim(moment(), 10, 10).texts) == 1
        raise RuntimeError

    assert Delivery.objects.get().status == S.QUEUED


@pytest.mark.django_db(transaction=True)
def test_it_takes_nothing_while_the_kill_switch_is_on(
    make_verified_incident: Any, make_responder: Any
) -> None:
    at_full_speed()
    release(make_verified_incident(), [make_responder()])
    Network.objects.current().stop_sending(by=None)

    with transaction.atomic():
        assert claim(moment(), 10, 10).texts == []

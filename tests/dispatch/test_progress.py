"""How far an alert has come."""

import pytest
from django.utils import timezone

from alerts.dispatch.answers import answer
from alerts.dispatch.progress import alerts_of, line_of, progress
from alerts.models import Alert, Network, OutboundStatus

pytestmark = pytest.mark.django_db


def test_it_counts_texts_in_every_state(make_released, make_responder):
    people = [make_responder() for _ in OutboundStatus]
    alert = make_released(mode=Alert.Mode.EVERYONE, taken="")
    for status, responder in zip(OutboundStatus, people, strict=True):
        alert.deliveries.filter(responder=responder).update(status=status)
    so_far = progress(alert)
    assert so_far.deliveries == dict.fromkeys(OutboundStatus.values, 1)
    assert so_far.total == 10
    assert (so_far.waiting, so_far.under_way, so_far.failed) == (2, 2, 3)


def test_it_has_every_state_and_answer_at_nought(make_released):
    so_far = progress(make_released())
    assert set(so_far.deliveries.values()) == {0}
    assert so_far.answers == {
        "going": 0,
        "cannot": 0,
        "here": 0,
        "left": 0,
        "confirmed": 0,
        "something_else": 0,
        "nothing": 0,
    }
    assert line_of(so_far) == []


def test_it_says_why_texts_did_not_arrive(make_released, make_responder):
    for _ in range(3):
        make_responder()
    alert = make_released(taken=OutboundStatus.DELIVERED)
    first, second, third = alert.deliveries.all()
    for row, columns in (
        (first, {"status": "failed", "error_code": "21610"}),
        (second, {"status": "failed", "error_code": "21610"}),
        (third, {"status": "skipped", "skip_reason": "stopped"}),
    ):
        alert.deliveries.filter(pk=row.pk).update(**columns)
    reasons = progress(alert).reasons
    assert [(reason.texts, reason.code) for reason in reasons] == [(2, "21610"), (1, "")]
    assert reasons[1].sentence == "It was stopped"
    assert len(reasons[0].sentence) > 10


def test_it_counts_what_may_arrive_twice(make_released, make_responder):
    for _ in range(3):
        make_responder()
    alert = make_released(taken=OutboundStatus.DELIVERED)
    first = alert.deliveries.first()
    alert.deliveries.filter(pk=first.pk).update(is_possible_double=True)
    assert progress(alert).possible_doubles == 1


def test_it_counts_latest_answers_and_names_handles_only(make_released, make_responder):
    one, two = make_responder(handle="Marisol"), make_responder()
    alert = make_released()
    answer(one, digit="2", at=timezone.now())
    answer(one, digit="1", minutes=10, at=timezone.now())
    answer(two, digit="3", at=timezone.now())
    so_far = progress(alert)
    assert (so_far.answers["going"], so_far.answers["here"], so_far.answers["cannot"]) == (1, 1, 0)
    assert {(p.handle, p.what, p.minutes) for p in so_far.people} == {
        ("Marisol", "going", 10),
        ("Somebody", "here", None),
    }


def test_it_computes_the_seconds_to_the_last_phone(network, make_released, make_responder):
    Network.objects.update(segments_per_second=2)
    for _ in range(5):
        make_responder()
    alert = make_released(taken="")
    assert progress(alert).seconds_to_last == 2.5
    alert.deliveries.update(status=OutboundStatus.SENT)
    assert progress(alert).seconds_to_last == 0


def test_it_fills_a_line(make_released, make_responder):
    for _ in range(4):
        make_responder()
    alert = make_released(taken="")
    half = list(alert.deliveries.values_list("pk", flat=True))[:2]
    alert.deliveries.filter(pk__in=half).update(status=OutboundStatus.DELIVERED)
    assert [(piece.look, piece.start, piece.width) for piece in line_of(progress(alert))] == [
        ("calm", 0, 50),
        ("wait", 50, 50),
    ]


def test_it_asks_few_questions(make_released, make_responder, django_assert_max_num_queries):
    for _ in range(10):
        answer_from = make_responder(handle="Ana")
    alert = make_released()
    answer(answer_from, digit="1", at=timezone.now())
    with django_assert_max_num_queries(5):
        progress(alert)


def test_it_lists_an_incidents_alerts_newest_first(
    make_released, make_responder, make_alert, django_assert_num_queries
):
    responder = make_responder()
    first = make_released()
    answer(responder, digit="1", at=timezone.now())
    second = make_alert(first.incident)
    with django_assert_num_queries(2):
        listed = alerts_of(first.incident)
    assert [each.pk for each in listed] == [second.pk, first.pk]
    assert [(each.planned, each.taken, each.arrived, each.going) for each in listed] == [
        (0, 0, 0, 0),
        (1, 1, 1, 1),
    ]

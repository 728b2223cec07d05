"""What responders reply."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from alerts.dispatch.answers import answer, open_delivery
from alerts.dispatch.drafting import draft
from alerts.dispatch.releasing import release, stop
from alerts.models import Alert, Answer, Event, Kind, Network, OutboundStatus
from tests.dispatch.conftest import hand_over

pytestmark = pytest.mark.django_db


def reply(responder, digit, **columns):
    return answer(responder, **{"digit": digit, "at": timezone.now(), **columns})


@pytest.mark.parametrize(
    ("digit", "what"),
    [("1", "going"), ("2", "cannot"), ("3", "here"), ("4", "left")],
)
def test_it_records_what_a_responder_answers(make_released, make_responder, digit, what):
    responder = make_responder()
    alert = make_released()
    recorded = reply(responder, digit, note="bringing a camera")
    assert (recorded.what, recorded.alert, recorded.responder) == (what, alert, responder)
    assert recorded.note == "bringing a camera"


@pytest.mark.parametrize(("minutes", "kept"), [(10, 10), (None, None), (0, 0), (9_999, 240)])
def test_it_keeps_in_how_many_minutes(make_released, make_responder, minutes, kept):
    responder = make_responder()
    make_released()
    assert reply(responder, "1", minutes=minutes).minutes == kept


def test_it_lets_people_change_their_mind(make_released, make_responder):
    responder = make_responder()
    make_released()
    for digit in ("1", "2", "1", "3", "4"):
        reply(responder, digit)
    assert Answer.objects.count() == 5
    assert Answer.objects.get(is_latest=True).what == Answer.What.LEFT


@pytest.mark.parametrize("digit", ["5", "6", "7"])
def test_it_takes_what_was_found_for_checks_only(
    make_released, make_incident, make_responder, volunteer, digit
):
    scout = make_responder(is_scout=True)
    make_released()
    assert reply(scout, digit) is None
    check = draft(make_incident(), kind=Kind.CHECK, by=volunteer)
    release(check, by=volunteer)
    hand_over(Alert.objects.get(pk=check.pk))
    assert reply(scout, digit).alert == check
    # The newer alert still takes the ordinary digits.
    assert reply(scout, "1").alert == check


@pytest.mark.parametrize("digit", ["0", "8", "", "11", "x"])
def test_it_knows_no_other_digit(make_released, make_responder, digit):
    responder = make_responder()
    make_released()
    assert reply(responder, digit) is None


def test_it_is_no_answer_when_nothing_was_asked(make_responder, make_released):
    assert reply(make_responder(), "1") is None
    stranger = make_responder(at=(34.0195, -118.4912))
    make_released()
    assert reply(stranger, "1") is None


@pytest.mark.parametrize("taken", [OutboundStatus.SUBMITTING, OutboundStatus.UNKNOWN, "given_up"])
def test_it_takes_an_answer_to_a_text_nobody_is_sure_of(make_released, make_responder, taken):
    responder = make_responder()
    make_released(taken=taken)
    assert reply(responder, "1") is not None


def test_it_is_no_answer_to_a_text_that_never_left(make_released, make_responder):
    responder = make_responder()
    make_released(taken="")
    assert reply(responder, "1") is None


def test_it_is_no_answer_after_the_alerts_life(make_released, make_responder):
    responder = make_responder()
    alert = make_released()
    assert reply(responder, "1", at=alert.expires_at) is None


def test_it_is_open_longer_after_an_update(make_released, make_responder, volunteer):
    responder = make_responder()
    alert = make_released()
    release(draft(alert.incident, kind=Kind.UPDATE, by=volunteer), by=volunteer)
    Alert.objects.filter(pk=alert.pk).update(expires_at=timezone.now())
    assert reply(responder, "4").alert == alert


def test_it_takes_answers_to_an_alert_that_was_stopped(make_released, make_responder, volunteer):
    responder = make_responder()
    stop(make_released(), by=volunteer)
    assert reply(responder, "1") is not None


@pytest.mark.parametrize("code", ["K-001", "k001", "001", "1", "K 1"])
def test_it_finds_the_alert_by_its_code(make_released, make_responder, code):
    responder = make_responder()
    first, second = make_released(), make_released()
    assert (first.incident.code, second.incident.code) == ("K-001", "K-002")
    assert open_delivery(responder, code).alert == first
    assert open_delivery(responder).alert == second
    assert reply(responder, "1", code=code).alert == first


def test_it_is_no_answer_with_an_unknown_code(make_released, make_responder):
    responder = make_responder()
    make_released()
    assert reply(responder, "1", code="K-777") is None


def test_it_says_so_on_the_timeline(make_released, make_responder):
    responder = make_responder()
    alert = make_released()
    reply(responder, "1", minutes=10)
    assert alert.incident.events.get(what=Event.What.ANSWERED).detail == "going 10"


@pytest.mark.django_db(transaction=True)
def test_it_replaces_two_who_refuse_at_once_by_two(make_released, make_responder, network):
    Network.objects.update(wave_size=2)
    people = [
        make_responder(last_asked_at=timezone.now() - timedelta(days=9 - d)) for d in range(5)
    ]
    alert, start = make_released(), Barrier(2)

    def refuse(person):
        start.wait()
        try:
            return reply(person, "2")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(refuse, people[:2]))
    assert {row.responder for row in alert.deliveries.all()} == set(people[:4])


@pytest.mark.django_db(transaction=True)
def test_it_keeps_one_latest_answer_when_two_come_at_once(make_released, make_responder):
    responder = make_responder()
    alert, start = make_released(), Barrier(2)

    def press(digit):
        start.wait()
        try:
            return reply(responder, digit)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(press, ["1", "3"]))
    assert alert.answers.count() == 2
    assert alert.answers.filter(is_latest=True).count() == 1

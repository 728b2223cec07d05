"""The page of an alert says what to do next, and nothing while all is well."""

import re
from datetime import timedelta

import pytest

from alerts.carriers.errors import Consequence
from alerts.dispatch.advice import (
    FOR_CONSEQUENCE,
    GIVEN_UP,
    NO_SWEEP,
    NO_WORKER,
    NOBODY,
    UNKNOWN,
    advice,
)
from alerts.dispatch.progress import progress
from alerts.dispatch.watch import beat
from alerts.models import Alert, Heartbeat, OutboundStatus
from alerts.models.clock import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def alive():
    for name in ("pump", "sweep"):
        beat(name)


@pytest.fixture
def alert(make_released, make_responder, alive):
    for _ in range(2):
        make_responder()
    return make_released(mode=Alert.Mode.EVERYONE)


def told(alert, *, is_live=True):
    return advice(progress(alert), is_live=is_live)


def text_of(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_it_says_nothing_while_all_is_well(alert):
    assert told(alert) == []


@pytest.mark.parametrize(
    ("silent", "sentence"),
    [(("pump",), NO_WORKER), (("sweep",), NO_SWEEP), (("pump", "sweep"), NOBODY)],
)
@pytest.mark.parametrize("ever", [True, False])
def test_it_misses_the_parts_that_show_no_sign_of_life(silent, sentence, ever, alert):
    rows = Heartbeat.objects.filter(name__in=silent)
    if ever:
        rows.update(at=database_now() - timedelta(seconds=40))
    else:
        rows.delete()
    assert told(alert) == [sentence]
    assert told(alert, is_live=False) == []


@pytest.mark.parametrize(
    ("code", "consequence"),
    [
        ("30007", Consequence.FILTERED),
        ("20003", Consequence.STOP_ALL),
        ("30006", Consequence.UNREACHABLE),
        ("30003", Consequence.RETRY_ONCE),
        ("30022", Consequence.SLOW_DOWN),
    ],
)
def test_it_says_once_what_to_do_about_an_error(code, consequence, alert):
    alert.deliveries.update(status=OutboundStatus.FAILED, error_code=code)
    assert told(alert) == [FOR_CONSEQUENCE[consequence]]


def test_it_says_what_becomes_of_the_unknown(alert):
    first, second = alert.deliveries.all()
    alert.deliveries.filter(pk=first.pk).update(status=OutboundStatus.UNKNOWN)
    alert.deliveries.filter(pk=second.pk).update(status=OutboundStatus.GIVEN_UP)
    assert told(alert) == [UNKNOWN, GIVEN_UP]


def test_it_stands_on_the_page_with_the_doubles(verifier, alert):
    Heartbeat.objects.filter(name="pump").delete()
    alert.deliveries.update(is_possible_double=True)
    page = text_of(verifier.get(f"/desk/alerts/{alert.pk}/"))
    assert str(NO_WORKER) in page
    assert "2 texts may arrive twice" in page

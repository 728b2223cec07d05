"""Nearest first, replaced when they cannot, widened when too few come."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.dispatch import answers, waves
from alerts.dispatch.answers import answer
from alerts.dispatch.refusals import TextFails
from alerts.dispatch.releasing import stop
from alerts.models import Alert, Delivery, Kind, Network, OutboundStatus, SkipReason, Wave
from tests.dispatch.conftest import hand_over

pytestmark = pytest.mark.django_db

FARTHER = (34.0700, -118.2917)


@pytest.fixture(autouse=True)
def small_waves(network):
    Network.objects.update(wave_size=2, wave_target=2, wave_seconds=180)


@pytest.fixture
def neighbours(make_responder):
    """Eight responders, the first asked longest ago."""
    now = timezone.now()
    return [make_responder(last_asked_at=now - timedelta(days=30 - d)) for d in range(8)]


def reply(responder, digit, **columns):
    return answer(responder, digit=digit, at=timezone.now(), **columns)


def asked(alert):
    return [row.responder for row in alert.deliveries.order_by("pk")]


def let_time_pass():
    Wave.objects.update(due_at=timezone.now() - timedelta(milliseconds=5))


def test_it_asks_the_nearest_who_were_asked_longest_ago(make_released, neighbours):
    alert = make_released()
    assert asked(alert) == neighbours[:2]
    wave = alert.waves.get()
    assert (wave.number, wave.size, wave.is_done) == (1, 2, False)
    assert wave.due_at - alert.released_at == timedelta(seconds=180)


def test_it_remembers_whose_turn_it_was(make_released, neighbours):
    make_released()
    assert asked(make_released()) == neighbours[2:4]


def test_it_asks_everybody_at_once_where_that_is_wanted(make_released, neighbours):
    alert = make_released(mode=Alert.Mode.EVERYONE)
    assert len(asked(alert)) == 8
    assert not alert.waves.exists()


def test_it_waits_until_a_wave_is_due(make_released, neighbours):
    alert = make_released()
    assert waves.look_at_due_waves(timezone.now()) == 0
    assert waves.look_at(alert.waves.get().pk) == 0
    assert len(asked(alert)) == 2


def test_it_asks_twice_as_many_when_too_few_are_going(make_released, neighbours):
    alert = make_released()
    let_time_pass()
    assert waves.look_at_due_waves(timezone.now()) == 4
    assert asked(alert) == neighbours[:6]
    assert [(w.number, w.size, w.is_done) for w in alert.waves.all()] == [
        (1, 2, True),
        (2, 4, False),
    ]


def test_it_looks_at_a_wave_once(make_released, neighbours):
    alert = make_released()
    let_time_pass()
    wave = alert.waves.get()
    assert waves.look_at(wave.pk) == 4
    assert waves.look_at(wave.pk) == 0


def test_it_ends_when_nobody_is_left_in_the_radius(make_released, neighbours):
    alert = make_released()
    for _ in range(4):
        let_time_pass()
        waves.look_at_due_waves(timezone.now())
    assert asked(alert) == neighbours
    assert not Wave.objects.filter(is_done=False).exists()


def test_it_goes_farther_out_up_to_the_radius_only(make_released, neighbours, make_responder):
    farther = make_responder(at=FARTHER)
    make_responder(at=(34.1200, -118.2917))
    alert = make_released()
    for _ in range(4):
        let_time_pass()
        waves.look_at_due_waves(timezone.now())
    assert asked(alert) == [*neighbours, farther]


def test_it_asks_nobody_else_when_enough_are_going(make_released, neighbours):
    alert = make_released()
    for person in neighbours[:2]:
        reply(person, "1")
    let_time_pass()
    assert waves.look_at_due_waves(timezone.now()) == 0
    assert alert.deliveries.count() == 2


def test_it_waits_while_all_sending_is_stopped(make_released, neighbours, volunteer):
    make_released()
    let_time_pass()
    Network.objects.current().stop_sending(by=volunteer)
    assert waves.look_at_due_waves(timezone.now()) == 0
    Network.objects.current().resume_sending()
    assert waves.look_at_due_waves(timezone.now()) == 4


def test_it_asks_nobody_after_a_stop(make_released, neighbours, volunteer):
    stop(make_released(), by=volunteer)
    let_time_pass()
    assert waves.look_at_due_waves(timezone.now()) == 0


def test_it_asks_nobody_after_its_life(make_released, neighbours):
    make_released()
    let_time_pass()
    Alert.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert waves.look_at_due_waves(timezone.now()) == 0


# -- Replacing refusals ---------------------------------------------------------------------
def test_it_replaces_each_refusal_at_once(make_released, neighbours):
    alert = make_released()
    reply(neighbours[0], "2")
    assert asked(alert) == neighbours[:3]
    reply(neighbours[1], "2")
    assert asked(alert) == neighbours[:4]
    assert alert.waves.get().size == 4


def test_it_replaces_a_refusal_once(make_released, neighbours):
    alert = make_released()
    reply(neighbours[0], "2")
    reply(neighbours[0], "2")
    assert len(asked(alert)) == 3


def test_it_replaces_nobody_when_everybody_was_asked_at_once(make_released, neighbours):
    alert = make_released(mode=Alert.Mode.EVERYONE)
    reply(neighbours[0], "2")
    assert len(asked(alert)) == 8


def test_it_replaces_somebody_who_was_going_and_no_longer_can(make_released, neighbours):
    alert = make_released()
    reply(neighbours[0], "1")
    reply(neighbours[1], "1")
    reply(neighbours[0], "2")
    assert asked(alert) == neighbours[:3]


def test_it_does_not_replace_a_refusal_when_enough_are_going(make_released, neighbours):
    Network.objects.update(wave_size=3)
    alert = make_released()
    reply(neighbours[0], "1")
    reply(neighbours[1], "1")
    reply(neighbours[2], "2")
    assert len(asked(alert)) == 3


# -- Enough ---------------------------------------------------------------------------------
def test_it_tells_those_on_their_way_that_enough_are_going(make_released, neighbours, volunteer):
    Network.objects.update(wave_size=5)
    alert = make_released()
    reply(neighbours[0], "2")
    reply(neighbours[1], "3")
    hand_over(alert)
    reply(neighbours[2], "1")
    enough = Alert.objects.get(kind=Kind.ENOUGH)
    assert enough.status == Alert.Status.RELEASED
    assert enough.released_by == volunteer
    # Not who cannot, not who is there already; the one in place of the refusal is told too.
    assert set(asked(enough)) == {neighbours[i] for i in (2, 3, 4, 5)}


def test_it_skips_what_waits_when_enough_are_going(make_released, neighbours):
    Network.objects.update(wave_size=4)
    alert = make_released(taken="")
    first = alert.deliveries.filter(responder__in=neighbours[:2])
    first.update(status=OutboundStatus.DELIVERED, attempted_at=timezone.now())
    reply(neighbours[0], "1")
    reply(neighbours[1], "1")
    waiting = alert.deliveries.exclude(responder__in=neighbours[:2])
    assert {row.skip_reason for row in waiting} == {SkipReason.ENOUGH}
    assert not alert.waves.filter(is_done=False).exists()


def test_it_says_enough_once(make_released, neighbours):
    Network.objects.update(wave_size=3)
    make_released()
    for digit in ("1", "3", "1"):
        for person in neighbours[:3]:
            reply(person, digit)
    assert Alert.objects.filter(kind=Kind.ENOUGH).count() == 1


def test_it_keeps_an_answer_although_the_text_of_enough_fails(
    make_released, neighbours, monkeypatch
):
    def fail(*_args, **_columns):
        raise TextFails

    monkeypatch.setattr(answers, "draft", fail)
    alert = make_released()
    reply(neighbours[0], "1")
    assert reply(neighbours[1], "1").pk
    assert waves.counted_on(alert) == 2
    assert not Delivery.objects.filter(alert__kind=Kind.ENOUGH).exists()

"""Somebody is called when the sweep itself stops."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.management.commands import sweep
from alerts.models import Heartbeat, Message, Person
from alerts.models.clock import database_now
from alerts.triage import watchdog
from tests.intake.conftest import signed_post, sms_params


@pytest.fixture
def boss(make_person):
    return make_person(role=Person.Role.COORDINATOR, language="es")


@pytest.fixture
def silent(db):
    """The sweep was last alive a minute ago."""
    Heartbeat.objects.create(name="sweep", at=timezone.now() - timedelta(minutes=1))


def test_it_calls_the_coordinators_once_while_the_sweep_is_silent(boss, make_person, silent):
    make_person()

    watchdog.watch(timezone.now())
    watchdog.watch(timezone.now())

    page = Message.objects.get()
    assert (page.number, page.purpose, page.language) == (boss.number, "page", "es")


def test_it_calls_again_about_a_silence_that_lasts(boss, silent):
    later = timezone.now() + timedelta(seconds=watchdog.REST_SECONDS + 1)
    watchdog.watch(timezone.now())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("alerts.models.house.database_now", lambda: later)
        watchdog.watch(later)

    assert Message.objects.count() == 2


def test_it_calls_nobody_while_the_sweep_beats(boss, db):
    Heartbeat.objects.beat("sweep")

    assert not watchdog.watch(timezone.now())
    assert not Message.objects.exists()


def test_it_calls_the_other_way_too(boss, silent, monkeypatch):
    called = []
    monkeypatch.setattr(watchdog, "page_otherwise", lambda: called.append(True))

    watchdog.watch(timezone.now())

    assert called == [True]


def test_it_is_noticed_when_a_text_arrives(boss, silent, client, monkeypatch):
    monkeypatch.setattr(watchdog, "_next_look", 0.0)

    signed_post(client, "/twilio/sms/", sms_params("ICE at 6th and Vermont"))
    signed_post(client, "/twilio/sms/", sms_params("ICE at 8th and Vermont"))

    assert Message.objects.filter(purpose="page").count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_calls_nobody_about_the_time_before_a_restart(boss, silent, monkeypatch):
    monkeypatch.setattr(watchdog, "EVERY_SECONDS", 1.0)
    is_over, looked = threading.Event(), threading.Event()

    def look() -> None:
        watchdog.watch(database_now())
        looked.set()

    def begin_slowly() -> None:
        looked.wait(0.3)
        Heartbeat.objects.beat("sweep")

    monkeypatch.setattr(sweep, "watch_sweep", look)
    monkeypatch.setattr(sweep, "sweep_rooms", begin_slowly)
    sweeping = threading.Thread(target=sweep.sweep_until, args=(is_over,))

    sweeping.start()
    assert looked.wait(30)
    is_over.set()
    sweeping.join(30)

    assert not sweeping.is_alive()
    assert not Message.objects.filter(purpose=Message.Purpose.PAGE).exists()

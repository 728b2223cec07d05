from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from alerts.models import Event, Incident, IncidentStatus, Message, Network, Person, Shift
from alerts.triage.judging import reopen
from alerts.triage.sweeping import sweep


@pytest.fixture
def on_shift(make_person):
    """A verifier who looks after the desk now; `begins` hours from now for a later shift."""

    def make(begins: float = -1, hours: float = 4, **columns: object) -> Person:
        person = make_person(**columns)
        now = timezone.now()
        Shift.objects.create(
            person=person,
            starts_at=now + timedelta(hours=begins),
            ends_at=now + timedelta(hours=begins + hours),
        )
        return person

    return make


@pytest.fixture
def after(db):
    """Let the sweep run `minutes` from now, as it would then."""
    start = timezone.now()

    def run(minutes: float) -> None:
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            sweep(timezone.now())

    return run


def paged() -> list[str]:
    return [
        str(row.number) for row in Message.objects.filter(purpose="page").order_by("created_at")
    ]


def test_it_pages_everybody_on_shift_about_a_new_incident(gathered, on_shift, make_person, after):
    people = [on_shift(), on_shift()]
    make_person()
    gathered()

    after(0.1)
    after(0.2)

    assert sorted(paged()) == sorted(person.number for person in people)
    assert Incident.objects.get().events.filter(what=Event.What.PAGED).count() == 1


def test_it_merges_what_comes_within_two_minutes(gathered, on_shift, after):
    on_shift()
    gathered()
    after(0.1)
    gathered("agents", at=(34.05, -118.3))
    gathered("vans", at=(34.07, -118.31))

    after(1)
    assert len(paged()) == 1
    after(2.2)

    bodies = [row.body for row in Message.objects.filter(purpose="page").order_by("created_at")]
    assert len(bodies) == 2
    assert "2 waiting" in bodies[1]


def test_it_pages_the_next_after_3_and_the_coordinator_after_6_minutes(
    gathered, on_shift, make_person, after
):
    first, following = on_shift(), on_shift(begins=2)
    on_shift(begins=5)
    boss = make_person(role=Person.Role.COORDINATOR)
    gathered()

    for minutes in (0.1, 2.9, 3.1, 5.9, 6.1, 9):
        after(minutes)

    assert paged() == [first.number, following.number, boss.number]


def test_it_pages_nobody_about_what_somebody_holds(gathered, on_shift, after):
    person = on_shift()
    gathered().incident.claim(by=person)

    after(1)

    assert paged() == []


def test_it_pages_on_when_a_claim_ran_out(gathered, on_shift, after):
    person = on_shift()
    gathered()
    after(0.1)
    Incident.objects.get().claim(by=person)
    after(3.1)
    assert len(paged()) == 1

    after(5.2)
    assert len(paged()) == 2


def test_it_pages_the_coordinator_at_once_when_nobody_is_on_shift(gathered, make_person, after):
    boss = make_person(role=Person.Role.COORDINATOR)
    gathered()

    after(0.1)

    assert paged() == [boss.number]


def test_it_writes_nothing_of_the_report_into_a_page(gathered, on_shift, after):
    on_shift(language="ko")
    gathered("la migra en la casa de Pedro")

    after(0.1)

    body = Message.objects.get(purpose="page").body
    assert "상황실" in body
    assert "Pedro" not in body
    assert "Vermont" not in body


def test_it_tells_reporters_with_the_hotline_that_nobody_is_there(gathered, make_person, after):
    make_person(role=Person.Role.COORDINATOR)
    gathered(language="es")

    after(0.5)
    assert not Message.objects.filter(purpose="receipt").exists()
    after(1.1)
    after(1.2)

    told = Message.objects.get(purpose="receipt")
    assert "no hay nadie de turno" in told.body
    assert "555-0199" in told.body


def test_it_tells_nobody_so_while_somebody_is_on_shift(gathered, on_shift, after):
    on_shift()
    gathered()

    after(2)

    assert not Message.objects.filter(purpose="receipt").exists()


def test_it_gives_up_after_45_minutes_and_tells_the_reporter(gathered, on_shift, after):
    on_shift()
    gathered()

    after(44.9)
    assert Incident.objects.get().status == IncidentStatus.NEW
    after(45.1)
    after(45.2)

    incident = Incident.objects.get()
    assert (incident.status, incident.judged_by) == (IncidentStatus.UNVERIFIABLE, None)
    assert Message.objects.filter(purpose="outcome").count() == 1


def test_it_leaves_what_somebody_holds_past_45_minutes(gathered, on_shift, after):
    person = on_shift()
    incident = gathered().incident
    incident.claim(by=person)
    Incident.objects.update(claim_ends_at=timezone.now() + timedelta(minutes=46))

    after(45.5)
    assert Incident.objects.get().status == IncidentStatus.CHECKING
    after(47)
    assert Incident.objects.get().status == IncidentStatus.UNVERIFIABLE


def test_it_gives_another_45_minutes_to_what_is_checked_again(gathered, on_shift, after):
    person = on_shift()
    incident = gathered(minutes_ago=50).incident
    incident.judge(IncidentStatus.UNVERIFIABLE, by=person)
    reopen(incident, by=person)

    after(44)
    assert Incident.objects.get().status == IncidentStatus.CHECKING
    after(46)
    assert Incident.objects.get().status == IncidentStatus.UNVERIFIABLE


def test_it_neither_pages_nor_gives_up_what_was_set_aside(gathered, on_shift, after):
    on_shift()
    gathered()
    Incident.objects.update(set_aside_at=timezone.now())

    after(1)
    after(46)

    assert paged() == []
    assert Incident.objects.get().status == IncidentStatus.NEW


@pytest.mark.django_db(transaction=True)
def test_it_pages_once_when_two_sweeps_run_at_the_same_moment(gathered, on_shift):
    on_shift()
    gathered()
    together, failures = Barrier(2), []

    def run() -> None:
        try:
            together.wait()
            sweep(timezone.now())
        except Exception as err:
            failures.append(err)
        finally:
            connection.close()

    threads = [Thread(target=run) for _sweep in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(paged()) == 1


def test_it_pages_about_what_came_after_a_flood(gathered, on_shift, after, monkeypatch):
    monkeypatch.setattr("alerts.triage.paging.MOST_AT_ONCE", 3)
    on_shift()
    now = timezone.now()
    flood = Incident.objects.bulk_create(
        Incident(reported_at=now - timedelta(minutes=9)) for _row in range(3)
    )
    # Everybody was called about the oldest: they must not hide the newest.
    for incident in flood:
        for _step in range(3):
            Event.objects.note(incident, Event.What.PAGED)
    newest = gathered().incident

    after(0.1)

    assert newest.events.filter(what=Event.What.PAGED).exists()


def test_it_tells_nobody_so_while_somebody_without_a_number_is_on_shift(gathered, on_shift, after):
    on_shift(number=None)
    gathered()

    after(2)

    assert not Message.objects.filter(purpose=Message.Purpose.RECEIPT).exists()


@pytest.fixture
def otherwise(settings, monkeypatch):
    """Sending is stopped, and one person can be called by e-mail: what was written to them."""
    settings.PAGER_EMAIL, settings.EMAIL_URL = ["boss@example.org"], "memorymail://"
    # time_machine does not turn the database's clock.
    monkeypatch.setattr("alerts.models.house.database_now", timezone.now)
    Network.objects.current().stop_sending(by=None, why="carrier 20003")
    return mail.outbox


def steps() -> list[str]:
    """The steps of calling people that the incidents' timelines show, oldest first."""
    found = Event.objects.filter(what=Event.What.PAGED).order_by("at")
    return [event.detail for event in found]


def test_it_calls_otherwise_at_each_step_while_no_text_leaves(
    gathered, on_shift, make_person, after, otherwise
):
    first, boss = on_shift(), make_person(role=Person.Role.COORDINATOR)
    gathered()

    for minutes in (0.1, 1, 3.1, 4, 6.1, 9):
        after(minutes)

    assert len(otherwise) == 3
    assert steps() == ["on_shift", "next", "coordinators"]
    assert paged() == [first.number, first.number, boss.number]


def test_it_calls_otherwise_when_nobody_has_a_number(gathered, after, otherwise):
    gathered()

    after(0.1)

    assert len(otherwise) == 1
    assert steps() == ["on_shift"]


def test_it_calls_otherwise_once_about_what_comes_within_two_minutes(
    gathered, on_shift, after, otherwise
):
    on_shift()
    gathered()
    after(0.1)
    gathered("agents", at=(34.05, -118.3))
    gathered("vans", at=(34.07, -118.31))

    after(1)
    assert len(otherwise) == 1
    after(2.2)

    assert len(otherwise) == 2
    assert len(steps()) == 3


def test_it_tries_again_when_the_other_way_was_away(gathered, on_shift, after, otherwise, settings):
    on_shift()
    gathered()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    after(0.1)
    assert steps() == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    after(2.2)

    assert len(otherwise) == 1
    assert steps() == ["on_shift"]


def test_it_calls_by_text_only_while_texts_leave(gathered, on_shift, after, otherwise):
    Network.objects.current().resume_sending()
    on_shift()
    gathered()

    after(0.1)

    assert otherwise == []
    assert len(paged()) == 1

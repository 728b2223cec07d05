"""The click that sends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from alerts.dispatch import audience, planning, tasks
from alerts.dispatch.audience import cells_within, nearest
from alerts.dispatch.drafting import draft, edit
from alerts.dispatch.ending import approvals_that_ran_out
from alerts.dispatch.refusals import (
    AlreadyReleased,
    NotVerified,
    PlaceDoesNotMatch,
    Refusal,
    SamePerson,
    Superseded,
)
from alerts.dispatch.releasing import Release, fingerprint, release, stop
from alerts.dispatch.roster import PREFIX
from alerts.dispatch.watch import beat
from alerts.models import (
    Alert,
    AlertStatus,
    Delivery,
    Event,
    Heartbeat,
    IncidentStatus,
    Kind,
    Network,
    OutboundStatus,
    SkipReason,
)
from alerts.models.kinds import RULES
from tests.conftest import SIXTH_AND_VERMONT

pytestmark = pytest.mark.django_db

PLACE = "6th St & Vermont Ave"
WHATEVER = {"what_it_was": "probation"}


@pytest.fixture
def loud(network, make_responder):
    """A network in which anything for more than two people takes a second person."""
    Network.objects.update(second_person_above=2)
    for _ in range(3):
        make_responder()


def test_it_queues_a_text_for_everybody_near(make_alert, make_responder, volunteer):
    people = {make_responder(), make_responder(language="ko")}
    alert = make_alert()
    assert release(alert, by=volunteer) == Release.RELEASED
    rows = Delivery.objects.select_related("responder", "text")
    assert {row.responder for row in rows} == people
    assert all(row.text.language == row.responder.language for row in rows)
    assert {row.status for row in rows} == {OutboundStatus.QUEUED}


def test_it_remembers_who_released_it_and_how_long_it_lives(make_alert, volunteer):
    alert = make_alert()
    release(alert, by=volunteer)
    alert.refresh_from_db()
    assert alert.status == AlertStatus.RELEASED
    assert alert.released_by == volunteer
    assert alert.expires_at - alert.released_at == timedelta(minutes=45)
    assert alert.incident.events.filter(what=Event.What.RELEASED, by=volunteer).exists()


# -- The table of kinds -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "takes_two"),
    [
        (Kind.CHECK, False),
        (Kind.ALERT, True),
        (Kind.UPDATE, True),
        (Kind.ENOUGH, False),
        (Kind.ALL_CLEAR, False),
        (Kind.STAND_DOWN, False),
        (Kind.CORRECTION, False),
        (Kind.DRILL, False),
    ],
)
def test_it_takes_two_people_for_what_is_louder(
    kind, takes_two, loud, make_responder, make_incident, make_released, make_person, volunteer
):
    for _ in range(4):
        make_responder(is_scout=True, is_drill_volunteer=True)
    if kind in {Kind.CHECK, Kind.DRILL}:
        alert = draft(make_incident(is_drill=kind == Kind.DRILL), kind=kind, by=volunteer)
    elif kind == Kind.ALERT:
        alert = make_released(taken="")
    else:
        Network.objects.update(second_person_above=100)
        first = make_released()
        Network.objects.update(second_person_above=2)
        if kind == Kind.CORRECTION:
            first.incident.judge(IncidentStatus.NOT_ICE, by=volunteer, **WHATEVER)
        alert = draft(first.incident, kind=kind, by=volunteer)
    if kind != Kind.ALERT:
        release(alert, by=volunteer)
    alert.refresh_from_db()
    expected = AlertStatus.AWAITING_APPROVAL if takes_two else AlertStatus.RELEASED
    assert alert.status == expected
    assert alert.deliveries.exists() is not takes_two


@pytest.mark.parametrize(("people", "takes_two"), [(2, False), (3, True)])
def test_it_takes_two_above_so_many_people(
    people, takes_two, network, make_alert, make_responder, volunteer
):
    Network.objects.update(second_person_above=2)
    for _ in range(people):
        make_responder()
    done = release(make_alert(), by=volunteer)
    assert (done == Release.AWAITING_APPROVAL) is takes_two


@pytest.mark.parametrize(("radius_m", "takes_two"), [(1_500, False), (1_501, True)])
def test_it_takes_two_beyond_so_far(radius_m, takes_two, make_alert, volunteer):
    done = release(make_alert(radius_m=radius_m), by=volunteer)
    assert (done == Release.AWAITING_APPROVAL) is takes_two


def test_it_does_not_let_one_person_send_a_loud_alert_in_quiet_parts(
    loud, make_alert, make_responder, volunteer
):
    Network.objects.update(second_person_above=3)
    first = make_alert()
    assert release(first, by=volunteer) == Release.RELEASED
    elsewhere = (34.0782, -118.2606)
    make_responder(at=elsewhere)
    incident = first.incident
    incident.locate(lat=elsewhere[0], lon=elsewhere[1], label="Echo Park", confidence=1)
    second = make_alert(incident)
    assert second.audience == 1
    assert release(second, by=volunteer) == Release.AWAITING_APPROVAL


# -- The second person ------------------------------------------------------------------------
def test_it_waits_for_another_person_who_types_the_place(loud, make_alert, make_person, volunteer):
    alert = make_alert()
    assert release(alert, by=volunteer) == Release.AWAITING_APPROVAL
    assert not alert.deliveries.exists()
    assert release(alert, by=make_person(), place="6th st and vermont") == Release.RELEASED
    assert alert.deliveries.count() == 3


def test_it_does_not_let_the_writer_approve(loud, make_alert, volunteer):
    alert = make_alert()
    release(alert, by=volunteer)
    with pytest.raises(SamePerson):
        release(alert, by=volunteer, place=PLACE)
    assert not alert.deliveries.exists()


@pytest.mark.parametrize("place", ["", "7th St & Vermont Ave", "K-001"])
def test_it_does_not_take_another_place_for_an_approval(place, loud, make_alert, make_person):
    alert = make_alert()
    with pytest.raises(PlaceDoesNotMatch):
        release(alert, by=make_person(), place=place)
    assert not alert.deliveries.exists()


def test_it_counts_whoever_edited_last_as_the_writer(loud, make_alert, make_person, volunteer):
    editor = make_person()
    alert = edit(make_alert(), by=editor, words="NE lot")
    assert release(alert, by=editor, place=PLACE) == Release.AWAITING_APPROVAL
    assert release(alert, by=volunteer, place=PLACE) == Release.RELEASED


def test_it_asks_again_when_the_approval_ran_out(loud, make_alert, volunteer):
    alert = make_alert()
    release(alert, by=volunteer)
    Alert.objects.update(asked_at=timezone.now() - timedelta(minutes=10, seconds=1))
    assert release(alert, by=volunteer) == Release.AWAITING_APPROVAL
    alert.refresh_from_db()
    assert alert.asked_at > timezone.now() - timedelta(minutes=1)


def test_it_makes_a_draft_again_of_what_nobody_approved(loud, make_alert, volunteer):
    alert = make_alert()
    release(alert, by=volunteer)
    now = timezone.now()
    assert approvals_that_ran_out(now + timedelta(minutes=9)) == 0
    assert approvals_that_ran_out(now + timedelta(minutes=11)) == 1
    alert.refresh_from_db()
    assert (alert.status, alert.asked_by) == (AlertStatus.DRAFT, None)


def test_it_looks_at_the_number_of_people_when_released_not_when_drafted(
    network, make_alert, make_responder, volunteer
):
    Network.objects.update(second_person_above=1)
    make_responder()
    alert = make_alert()
    make_responder()
    assert release(alert, by=volunteer) == Release.AWAITING_APPROVAL


# -- What is no longer true -----------------------------------------------------------------
def test_it_refuses_an_alert_nobody_verified(make_incident, volunteer):
    alert = Alert.objects.create(incident=make_incident(), kind=Kind.ALERT, drafted_by=volunteer)
    with pytest.raises(NotVerified):
        release(alert, by=volunteer)


@pytest.mark.parametrize("kind", [kind for kind in Kind if RULES[kind].needs_verification])
def test_it_is_refused_by_the_database_without_a_verification(kind, make_incident, volunteer):
    alert = Alert.objects.create(incident=make_incident(), kind=kind, drafted_by=volunteer)
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        alert.move(AlertStatus.RELEASED, released_by=volunteer, released_at=now, expires_at=now)


@pytest.mark.parametrize("status", [IncidentStatus.NOT_ICE, IncidentStatus.MERGED])
def test_it_does_not_send_what_was_judged_otherwise_meanwhile(
    status, make_alert, make_incident, make_responder, volunteer
):
    make_responder()
    alert = make_alert()
    columns = {"merged_into": make_incident()} if status == IncidentStatus.MERGED else WHATEVER
    alert.incident.move(status, **columns)
    with pytest.raises(Superseded):
        release(alert, by=volunteer)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("change", ["place", "size"])
def test_it_does_not_send_facts_that_changed_meanwhile(change, make_alert, volunteer):
    alert = make_alert()
    incident = alert.incident
    if change == "place":
        incident.locate(lat=34.06, lon=-118.3, label="8th St & Western Ave", confidence=1)
    else:
        incident.salute = {**incident.salute, "size": "12"}
        incident.save(update_fields=["salute"])
    with pytest.raises(Superseded):
        release(alert, by=volunteer)
    assert release(edit(alert, by=volunteer), by=volunteer) == Release.RELEASED


def test_it_does_not_send_what_the_presser_did_not_see(make_alert, volunteer, make_person):
    alert = make_alert()
    seen = fingerprint(alert)
    edit(alert, by=make_person(), words="NE lot")
    with pytest.raises(Superseded):
        release(alert, by=volunteer, seen=seen)
    assert release(alert, by=volunteer, seen=fingerprint(alert)) == Release.RELEASED


def test_it_sends_a_check_although_more_was_reported_meanwhile(
    make_incident, make_responder, volunteer
):
    make_responder(is_scout=True)
    incident = make_incident()
    alert = draft(incident, kind=Kind.CHECK, by=volunteer)
    incident.last_report_at = timezone.now()
    incident.independent_reporters = 4
    incident.save(update_fields=["last_report_at", "independent_reporters"])
    assert release(alert, by=volunteer) == Release.RELEASED


# -- Once -----------------------------------------------------------------------------------
def test_it_has_one_effect_when_pressed_twice(make_alert, make_responder, volunteer):
    make_responder()
    alert = make_alert()
    release(alert, by=volunteer)
    with pytest.raises(AlreadyReleased):
        release(alert, by=volunteer)
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_has_one_effect_when_two_people_press_at_once(
    make_alert, make_responder, make_person, volunteer
):
    for _ in range(3):
        make_responder()
    alert, people, start = make_alert(), [volunteer, make_person()], Barrier(2)

    def press(person):
        start.wait()
        try:
            return release(alert, by=person)
        except Refusal as err:
            return type(err)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(press, people))
    assert set(done) == {AlreadyReleased, Release.RELEASED}
    assert Delivery.objects.count() == 3


def test_it_does_not_send_what_was_thrown_away(make_alert, volunteer):
    alert = make_alert()
    stop(alert, by=volunteer)
    with pytest.raises(Superseded):
        release(alert, by=volunteer)


# -- Stopping -------------------------------------------------------------------------------
def test_it_takes_back_what_has_not_left(make_released, make_responder, volunteer):
    for _ in range(3):
        make_responder()
    alert = make_released(taken="")
    gone = alert.deliveries.first()
    Delivery.objects.filter(pk=gone.pk).update(status=OutboundStatus.ACCEPTED)
    assert stop(alert, by=volunteer) == 2
    alert.refresh_from_db()
    assert alert.status == AlertStatus.STOPPED
    skipped = alert.deliveries.filter(status=OutboundStatus.SKIPPED)
    assert {row.skip_reason for row in skipped} == {SkipReason.STOPPED}
    assert skipped.count() == 2
    assert not alert.waves.filter(is_done=False).exists()


def test_it_says_so_when_it_was_stopped_before(make_released, volunteer):
    alert = make_released()
    stop(alert, by=volunteer)
    with pytest.raises(AlreadyReleased):
        stop(alert, by=volunteer)


# -- Planning -------------------------------------------------------------------------------
def test_it_leaves_a_large_audience_to_a_task(
    monkeypatch, make_alert, make_responder, volunteer, django_assert_max_num_queries
):
    monkeypatch.setattr(planning, "HEAD", 3)
    for _ in range(5):
        make_responder()
    alert = make_alert(mode=Alert.Mode.EVERYONE)
    release(alert, by=volunteer)
    alert.refresh_from_db()
    assert alert.deliveries.count() == 3
    assert alert.planned_at is None
    assert planning.unplanned() == [alert.pk]
    assert planning.plan_rest(alert.pk) == 2
    assert planning.plan_rest(alert.pk) == 0
    assert planning.unplanned() == []
    assert alert.deliveries.count() == 5


def test_it_wakes_a_pump_that_was_quicker_than_the_planning(
    monkeypatch, make_alert, make_responder, volunteer, network
):
    monkeypatch.setattr(planning, "HEAD", 1)
    monkeypatch.setattr(audience, "FIRST_PEOPLE", 1)
    Network.objects.update(second_person_radius_m=5_000)
    for _ in range(2):
        make_responder()
    alert = make_alert(mode=Alert.Mode.EVERYONE, radius_m=5_000)
    assert release(alert, by=volunteer) == Release.RELEASED
    rung = []
    monkeypatch.setattr(tasks, "ring", lambda task, *_ids: rung.append(task.name))
    portions = len(nearest(alert))

    beat(f"{PREFIX}elsewhere", since=0.0, load=0.1, is_settled=True)
    tasks.plan(str(alert.pk))
    assert rung == []

    Heartbeat.objects.all().delete()
    Alert.objects.update(planned_at=None)
    tasks.plan(str(alert.pk))
    assert rung == ["alerts.dispatch.tasks.pump"] * portions
    assert portions > 1


def test_it_does_not_plan_what_was_stopped(monkeypatch, make_alert, make_responder, volunteer):
    monkeypatch.setattr(planning, "HEAD", 1)
    for _ in range(3):
        make_responder()
    alert = make_alert(mode=Alert.Mode.EVERYONE)
    release(alert, by=volunteer)
    stop(alert, by=volunteer)
    assert planning.plan_rest(alert.pk) == 0
    assert alert.deliveries.count() == 1


def test_it_plans_nobody_who_left_before(monkeypatch, make_alert, make_responder, volunteer):
    monkeypatch.setattr(planning, "HEAD", 1)
    people = [make_responder(last_asked_at=timezone.now() - timedelta(days=d)) for d in (3, 2, 1)]
    alert = make_alert(mode=Alert.Mode.EVERYONE)
    release(alert, by=volunteer)
    people[1].leave(at=timezone.now())
    planning.plan_rest(alert.pk)
    assert [row.responder for row in alert.deliveries.order_by("pk")] == [people[0], people[2]]


def test_it_plans_the_nearest_first_and_then_who_was_asked_longest_ago(
    make_alert, make_responder, volunteer
):
    far = make_responder(at=(34.0700, -118.2917))
    recently = make_responder(last_asked_at=timezone.now())
    never = make_responder()
    alert = make_alert(mode=Alert.Mode.EVERYONE)
    release(alert, by=volunteer)
    rows = alert.deliveries.order_by("priority", "distance_m", "pk")
    assert [row.responder for row in rows] == [never, recently, far]


def test_it_texts_somebody_with_many_zones_once_at_the_least_distance(
    make_alert, make_responder, volunteer
):
    cells = cells_within(*SIXTH_AND_VERMONT, 1_500)
    make_responder(cells=list(cells))
    alert = make_alert(mode=Alert.Mode.EVERYONE)
    release(alert, by=volunteer)
    assert alert.deliveries.get().distance_m == min(cells.values())


def test_it_writes_in_a_language_we_have_to_who_reads_another(
    network, make_alert, make_responder, volunteer
):
    Network.objects.update(languages=["en", "es"])
    make_responder(language="ko")
    alert = make_alert()
    release(alert, by=volunteer)
    assert alert.deliveries.get().text.language == "en"


def test_it_sends_at_most_eight_scouts_the_nearest(make_incident, make_responder, volunteer):
    far = make_responder(at=(34.0700, -118.2917), is_scout=True)
    for _ in range(9):
        make_responder(is_scout=True)
    alert = draft(make_incident(), kind=Kind.CHECK, by=volunteer, radius_m=2_000)
    release(alert, by=volunteer)
    asked = {row.responder for row in alert.deliveries.all()}
    assert len(asked) == 8
    assert far not in asked
    alert.refresh_from_db()
    assert alert.audience == 8


def test_it_carries_segments_priority_and_kind_of_each_text(make_alert, make_responder, volunteer):
    make_responder(language="ko")
    alert = make_alert(words="behind the market, come from the Shatto Place side please")
    release(alert, by=volunteer)
    row = alert.deliveries.get()
    assert row.segments == alert.texts.get(language="ko").segments == 2
    assert row.priority == RULES[Kind.ALERT].priority


@pytest.mark.django_db(transaction=True)
def test_it_never_texts_who_leaves_between_planning_and_sending(
    make_alert, make_responder, volunteer, outbox, run_pump
):
    leaving, staying = make_responder(), make_responder()
    release(make_alert(), by=volunteer)
    leaving.leave(at=timezone.now())
    run_pump()
    assert [text.to for text in outbox] == [staying.number]
    assert Delivery.objects.get(responder=leaving).skip_reason == SkipReason.LEFT


def test_it_asks_few_questions_of_the_database(
    make_alert, make_responder, volunteer, django_assert_max_num_queries
):
    for _ in range(20):
        make_responder()
    alert = make_alert()
    with django_assert_max_num_queries(35):
        release(alert, by=volunteer)

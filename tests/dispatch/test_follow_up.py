"""Update, enough, all clear, correction, stand-down: to exactly those who got it."""

import pytest
from django.utils import timezone

from alerts.dispatch import planning
from alerts.dispatch.answers import answer
from alerts.dispatch.drafting import draft
from alerts.dispatch.planning import plan_rest
from alerts.dispatch.releasing import release
from alerts.models import (
    Alert,
    AlertStatus,
    Delivery,
    Event,
    IncidentStatus,
    Kind,
    OptOut,
    Outbound,
    OutboundStatus,
    Responder,
    SkipReason,
    Verification,
)

pytestmark = pytest.mark.django_db

NOT_GOT = [status for status in OutboundStatus if status not in Outbound.GOT_IT]


@pytest.fixture
def follow(volunteer):
    """Release a later word about an alert; a correction judges first."""

    def send(alert, kind):
        if kind == Kind.CORRECTION:
            alert.incident.refresh_from_db()
            alert.incident.judge(IncidentStatus.NOT_ICE, by=volunteer, what_it_was="sheriff")
        later = draft(alert.incident, kind=kind, by=volunteer)
        release(later, by=volunteer)
        later.refresh_from_db()
        return later

    return send


def told(alert):
    return {row.responder for row in alert.deliveries.all()}


REPLACING = [Kind.UPDATE, Kind.ALL_CLEAR, Kind.STAND_DOWN, Kind.CORRECTION]


@pytest.mark.parametrize("kind", [*REPLACING, Kind.ENOUGH])
def test_it_goes_to_exactly_those_who_got_or_may_have_got_it(
    kind, make_released, make_responder, follow
):
    people = {status: make_responder() for status in OutboundStatus}
    make_responder(at=(34.0195, -118.4912))
    alert = make_released(mode=Alert.Mode.EVERYONE, taken="")
    for status, responder in people.items():
        Delivery.objects.filter(responder=responder).update(status=status)
    assert told(follow(alert, kind)) == {people[status] for status in Outbound.GOT_IT}


@pytest.mark.parametrize("status", [OutboundStatus.QUEUED, OutboundStatus.SKIPPED])
@pytest.mark.parametrize(
    "earlier", [{"is_possible_double": True}, {"sid": "SM1", "error_code": "30003"}]
)
def test_it_goes_to_those_who_may_have_got_it_at_an_earlier_attempt(
    status, earlier, make_released, make_responder, follow
):
    person = make_responder()
    alert = make_released(mode=Alert.Mode.EVERYONE, taken="")
    alert.deliveries.update(status=status, attempt=1, **earlier)
    assert told(follow(alert, Kind.CORRECTION)) == {person}


@pytest.mark.parametrize("kind", [*REPLACING, Kind.ENOUGH])
def test_it_leaves_out_who_left_since(kind, make_released, make_responder, follow):
    left, opted_out, paused, stays = (make_responder() for _ in range(4))
    alert = make_released()
    left.leave(at=timezone.now())
    OptOut.objects.keep(opted_out.number, source=OptOut.Source.CARRIER)
    paused.move(Responder.Status.PAUSED)
    assert told(follow(alert, kind)) == {paused, stays}


@pytest.mark.parametrize("kind", REPLACING)
def test_it_takes_back_what_still_waits(kind, make_released, make_responder, follow):
    got, waits = make_responder(), make_responder()
    alert = make_released(taken="")
    Delivery.objects.filter(responder=got).update(status=OutboundStatus.DELIVERED)
    follow(alert, kind)
    alert.refresh_from_db()
    row = alert.deliveries.get(responder=waits)
    assert (row.status, row.skip_reason) == (OutboundStatus.SKIPPED, SkipReason.SUPERSEDED)
    assert alert.status == AlertStatus.FINISHED
    assert not alert.waves.filter(is_done=False).exists()


def test_it_takes_back_earlier_words_that_still_wait(make_released, make_responder, follow):
    make_responder()
    alert = make_released()
    update = follow(alert, Kind.UPDATE)
    correction = follow(alert, Kind.CORRECTION)
    update.refresh_from_db()
    assert update.deliveries.get().skip_reason == SkipReason.SUPERSEDED
    assert update.status == AlertStatus.FINISHED
    assert correction.deliveries.get().status == OutboundStatus.QUEUED


def test_it_does_not_take_a_correction_back(make_released, make_responder, follow):
    make_responder()
    alert = make_released()
    correction = follow(alert, Kind.CORRECTION)
    follow(alert, Kind.STAND_DOWN)
    assert correction.deliveries.get().status == OutboundStatus.QUEUED


def test_it_corrects_also_when_nothing_left_yet(make_released, make_responder, follow):
    make_responder()
    alert = make_released(taken="")
    correction = follow(alert, Kind.CORRECTION)
    assert told(correction) == set()
    assert alert.deliveries.get().status == OutboundStatus.SKIPPED


def test_it_overtakes_what_is_queued(make_released, make_responder, follow):
    make_responder()
    first = make_released()
    waiting = make_released(taken="")
    correction = follow(first, Kind.CORRECTION)
    queue = Delivery.objects.filter(status=OutboundStatus.QUEUED).order_by(
        "priority", "distance_m", "id"
    )
    assert [row.alert for row in queue] == [correction, waiting]


def test_it_reaches_everybody_who_got_any_alert_about_the_incident(
    make_released, make_responder, follow
):
    near = make_responder()
    first = make_released()
    later = make_responder()
    make_released(first.incident)
    assert told(follow(first, Kind.CORRECTION)) == {near, later}


def test_it_reaches_those_who_got_an_alert_about_what_was_merged_in(
    make_released, make_verified_incident, make_responder, follow
):
    one = make_responder()
    merged = make_released()
    one.move(Responder.Status.PAUSED)
    other = make_responder()
    alert = make_released()
    merged.incident.refresh_from_db()
    merged.incident.move(IncidentStatus.MERGED, merged_into=alert.incident)
    assert told(follow(alert, Kind.CORRECTION)) == {one, other}


def test_it_calls_scouts_back_too_in_a_stand_down(
    make_incident, make_responder, make_person, volunteer, follow
):
    scout = make_responder(is_scout=True, may_be_woken=True)
    incident = make_incident()
    check = draft(incident, kind=Kind.CHECK, by=volunteer)
    release(check, by=volunteer)
    check.deliveries.update(status=OutboundStatus.DELIVERED)
    incident.judge(IncidentStatus.VERIFIED, by=volunteer)
    Verification.objects.create(incident=incident, by=volunteer, seen_by="trained_person")
    scout.move(Responder.Status.PAUSED)
    alert = draft(incident, kind=Kind.ALERT, by=volunteer)
    release(alert, by=volunteer)
    assert told(alert) == set()
    assert told(follow(alert, Kind.STAND_DOWN)) == {scout}


def test_it_tells_enough_to_those_who_may_still_be_coming(make_released, make_responder, follow):
    people = {digit: make_responder() for digit in ("", "1", "2", "3", "4")}
    alert = make_released(mode=Alert.Mode.EVERYONE)
    for digit, responder in people.items():
        if digit:
            answer(responder, digit=digit, at=timezone.now())
    assert told(follow(alert, Kind.ENOUGH)) == {people[""], people["1"]}


def test_it_does_not_tell_enough_twice(make_released, make_responder, follow):
    make_responder()
    alert = make_released()
    follow(alert, Kind.ENOUGH)
    assert told(follow(alert, Kind.ENOUGH)) == set()


def test_it_is_over_when_all_is_clear(make_released, make_responder, follow):
    make_responder()
    alert = make_released()
    follow(alert, Kind.ALL_CLEAR)
    alert.incident.refresh_from_db()
    assert alert.incident.status == IncidentStatus.OVER
    kinds = alert.incident.events.filter(what=Event.What.RELEASED)
    assert [event.detail for event in kinds] == ["alert", "all_clear"]


@pytest.mark.parametrize("kind", REPLACING)
def test_it_leaves_a_large_queue_to_the_task_but_ends_the_alert_at_once(
    kind, monkeypatch, make_released, make_responder, follow
):
    monkeypatch.setattr(planning, "HEAD", 2)
    people = [make_responder() for _ in range(9)]
    alert = make_released(mode=Alert.Mode.EVERYONE, taken="")
    plan_rest(alert.pk)
    got = alert.deliveries.filter(responder__in=people[:5])
    got.update(status=OutboundStatus.DELIVERED)
    later = follow(alert, kind)
    alert.refresh_from_db()
    assert alert.status == AlertStatus.FINISHED
    assert later.planned_at is None
    assert later.deliveries.count() == 2
    plan_rest(later.pk)
    assert told(later) == set(people[:5])
    assert not alert.deliveries.filter(status=OutboundStatus.QUEUED).exists()


@pytest.mark.django_db(transaction=True)
def test_it_reaches_phones_in_their_languages(
    make_released, make_responder, follow, run_pump, outbox
):
    for language in ("en", "es", "ko"):
        make_responder(language=language)
    alert = make_released(taken="")
    run_pump()
    phones = {text.to for text in outbox}
    follow(alert, Kind.CORRECTION)
    run_pump()
    assert len(outbox) == 6
    assert {text.to for text in outbox[3:]} == phones
    assert any("NOT immigration agents" in text.body for text in outbox[3:])
    assert any("NO era ICE" in text.body for text in outbox[3:])
    assert any("이민단속 아님" in text.body for text in outbox[3:])

"""Alerts that end by themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.dispatch.drafting import draft
from alerts.dispatch.ending import OPEN, end_what_is_over, end_what_is_untrue
from alerts.dispatch.releasing import release
from alerts.models import (
    Alert,
    AlertStatus,
    Delivery,
    IncidentStatus,
    Kind,
    OutboundStatus,
    SkipReason,
)

pytestmark = pytest.mark.django_db

SETTLED = [status for status in OutboundStatus if status not in OPEN]


def test_it_expires_when_its_life_is_over_with_texts_unsent(make_released, make_responder):
    make_responder()
    alert = make_released(taken="")
    assert end_what_is_over(alert.expires_at - timedelta(seconds=1)) == 0
    assert end_what_is_over(alert.expires_at) == 1
    alert.refresh_from_db()
    assert alert.status == AlertStatus.EXPIRED
    assert alert.deliveries.get().skip_reason == SkipReason.EXPIRED


def test_it_is_finished_when_its_life_is_over_and_all_was_sent(make_released, make_responder):
    make_responder()
    alert = make_released(taken=OutboundStatus.SENT)
    end_what_is_over(alert.expires_at)
    alert.refresh_from_db()
    assert alert.status == AlertStatus.FINISHED
    assert not alert.waves.filter(is_done=False).exists()


def test_it_has_expired_when_it_was_never_planned_to_the_end(make_released, make_responder):
    make_responder()
    alert = make_released()
    Alert.objects.update(planned_at=None)
    end_what_is_over(alert.expires_at)
    alert.refresh_from_db()
    assert alert.status == AlertStatus.EXPIRED


@pytest.mark.parametrize("status", SETTLED)
def test_it_is_finished_when_every_text_is_settled(make_released, make_responder, status):
    make_responder()
    alert = make_released(mode=Alert.Mode.EVERYONE, taken=status)
    assert end_what_is_over(timezone.now()) == 1
    alert.refresh_from_db()
    assert (alert.status, bool(alert.ended_at)) == (AlertStatus.FINISHED, True)


@pytest.mark.parametrize("status", OPEN)
def test_it_goes_on_while_a_text_may_still_change(make_released, make_responder, status):
    make_responder()
    make_released(mode=Alert.Mode.EVERYONE, taken="")
    Delivery.objects.update(status=status)
    assert end_what_is_over(timezone.now()) == 0


def test_it_goes_on_in_waves_because_somebody_may_still_refuse(make_released, make_responder):
    make_responder()
    make_released()
    assert end_what_is_over(timezone.now()) == 0


def test_it_goes_on_while_it_is_being_planned(make_released, make_responder):
    make_responder()
    make_released(mode=Alert.Mode.EVERYONE)
    Alert.objects.update(planned_at=None)
    assert end_what_is_over(timezone.now()) == 0


@pytest.mark.parametrize("through", ["the judgement", "the sweep"])
def test_it_sends_no_more_of_what_turned_out_wrong(
    through, make_released, make_responder, volunteer
):
    make_responder()
    alert = make_released(taken="")
    alert.incident.judge(IncidentStatus.NOT_ICE, by=volunteer, what_it_was="sheriff")
    if through == "the judgement":
        assert end_what_is_untrue(alert.incident) == 1
    else:
        assert end_what_is_over(timezone.now()) == 1
    alert.refresh_from_db()
    assert alert.status == AlertStatus.FINISHED
    assert alert.deliveries.get().skip_reason == SkipReason.SUPERSEDED


def test_it_asks_scouts_no_longer_once_it_is_judged(make_incident, make_responder, volunteer):
    make_responder(is_scout=True)
    incident = make_incident()
    check = draft(incident, kind=Kind.CHECK, by=volunteer)
    release(check, by=volunteer)
    incident.judge(IncidentStatus.UNVERIFIABLE, by=volunteer)
    assert end_what_is_untrue(incident) == 1
    assert check.deliveries.get().status == OutboundStatus.SKIPPED


def test_it_goes_on_correcting_an_incident_that_is_looked_at_again(
    make_released, make_responder, volunteer
):
    make_responder()
    alert = make_released()
    alert.incident.judge(IncidentStatus.NOT_ICE, by=volunteer, what_it_was="sheriff")
    correction = draft(alert.incident, kind=Kind.CORRECTION, by=volunteer)
    release(correction, by=volunteer)
    alert.incident.refresh_from_db()
    alert.incident.move(IncidentStatus.CHECKING)
    end_what_is_over(timezone.now())
    assert correction.deliveries.get().status == OutboundStatus.QUEUED


def test_it_ends_everything_once(make_released, make_responder):
    make_responder()
    alert = make_released()
    assert end_what_is_over(alert.expires_at) == 1
    assert end_what_is_over(alert.expires_at) == 0


def test_it_asks_one_question_each_when_nothing_is_over(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert end_what_is_over(timezone.now()) == 0

"""A zone repeats of its owner what an audience is chosen by, and never for long anything else."""

import logging

import pytest

from alerts.models import OptOut, Responder, WrongState, Zone
from alerts.responders.leaving import leave, leave_by_row
from alerts.responders.zones import mend_zones

pytestmark = pytest.mark.django_db

Status = Responder.Status


def is_asked(responder: Responder) -> bool:
    """Whether the zone says so; it must say what the owner's own row says."""
    says = responder.zones.get().is_reachable
    assert says == Responder.objects.reachable().filter(pk=responder.pk).exists()
    assert not Zone.objects.stale().exists()
    return bool(says)


def test_it_repeats_what_the_owner_said_when_they_joined(make_responder):
    zone = make_responder(language="ko", may_be_woken=False).zones.get()
    assert (zone.is_reachable, zone.language, zone.may_be_woken) == (True, "ko", False)
    assert not make_responder(status=Status.INVITED).zones.get().is_reachable
    assert not Zone.objects.stale().exists()


def test_it_follows_every_change_of_state(make_responder):
    responder = make_responder()
    asked = []
    for status in (Status.PAUSED, Status.ACTIVE, Status.UNREACHABLE, Status.ACTIVE, Status.LEFT):
        responder.move(status)
        asked.append(is_asked(responder))
    assert asked == [False, True, False, True, False]
    with pytest.raises(WrongState):
        responder.move(Status.PAUSED)
    assert not is_asked(responder)


def test_it_is_not_asked_once_the_number_opted_out(make_responder):
    active, by_row, by_number, other = (make_responder() for _ in range(4))
    OptOut.objects.keep(active.number, source=OptOut.Source.CARRIER)
    leave_by_row(by_row, source=OptOut.Source.STAFF)
    leave(by_number.number, source=OptOut.Source.WORD)
    assert [is_asked(each) for each in (active, by_row, by_number, other)] == [
        False,
        False,
        False,
        True,
    ]
    active.refresh_from_db()
    assert active.status == Status.ACTIVE


def test_it_stays_unasked_when_somebody_resumes_a_number_that_opted_out(make_responder):
    responder = make_responder(status=Status.PAUSED)
    OptOut.objects.keep(responder.number, source=OptOut.Source.WORD)
    responder.move(Status.ACTIVE)
    assert not is_asked(responder)


def test_it_is_not_asked_when_the_number_opted_out_before(make_responder):
    OptOut.objects.keep("+12135550199", source=OptOut.Source.WORD)
    assert not is_asked(make_responder(number="+12135550199"))


def test_it_is_mended_where_it_says_something_else(make_responder, caplog):
    wrong, missing, spoken, right = (make_responder() for _ in range(4))
    wrong.move(Status.PAUSED)
    wrong.zones.update(is_reachable=True)
    missing.zones.update(is_reachable=False)
    spoken.zones.update(language="es", may_be_woken=False)
    assert set(Zone.objects.stale().values_list("responder", flat=True)) == {
        wrong.pk,
        missing.pk,
        spoken.pk,
    }
    with caplog.at_level(logging.WARNING):
        assert mend_zones() == 3
    assert "3 zones" in caplog.text
    assert [is_asked(each) for each in (wrong, missing, spoken, right)] == [
        False,
        True,
        True,
        True,
    ]
    zone = spoken.zones.get()
    assert (zone.language, zone.may_be_woken) == ("en", True)
    assert mend_zones() == 0

"""Who leaves stays off, whatever they were before."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from alerts.models import OptOut, Responder
from alerts.responders import leaving
from alerts.responders.leaving import leave
from tests.unreadable import make_unreadable

NUMBER = "+13235550142"


@pytest.mark.parametrize("status", ["invited", "active", "paused", "unreachable"])
def test_it_takes_anybody_off(make_responder: Callable[..., Responder], status: str) -> None:
    responder = make_responder(number=NUMBER, status=status)

    assert leave(NUMBER, source=OptOut.Source.WORD)

    responder.refresh_from_db()
    assert responder.status == Responder.Status.LEFT
    assert responder.left_at is not None
    assert OptOut.objects.forbids(NUMBER)
    assert not Responder.objects.reachable().exists()


def test_it_takes_off_somebody_whose_number_cannot_be_read_any_more(
    make_responder: Callable[..., Responder],
) -> None:
    responder = make_responder(number=NUMBER)
    make_unreadable(responder, as_of=make_responder())

    assert leave(NUMBER, source=OptOut.Source.WORD)

    assert Responder.objects.get(pk=responder.pk).status == Responder.Status.LEFT
    assert OptOut.objects.forbids(NUMBER)


def test_it_keeps_numbers_never_seen(db: None) -> None:
    assert leave(NUMBER, source=OptOut.Source.CARRIER)

    assert OptOut.objects.forbids(NUMBER)
    assert OptOut.objects.get().source == "carrier"


def test_it_changes_nothing_the_second_time(make_responder: Callable[..., Responder]) -> None:
    responder = make_responder(number=NUMBER)
    leave(NUMBER, source=OptOut.Source.WORD)
    responder.refresh_from_db()
    left_at = responder.left_at

    assert not leave(NUMBER, source=OptOut.Source.STAFF)

    responder.refresh_from_db()
    assert responder.left_at == left_at
    assert OptOut.objects.get().source == "word"


def test_it_keeps_the_opt_out_and_the_leave_together(
    make_responder: Callable[..., Responder], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_responder(number=NUMBER)
    monkeypatch.setattr(leaving, "mark_left", lambda _responder: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        leave(NUMBER, source=OptOut.Source.WORD)

    assert not OptOut.objects.forbids(NUMBER)


def test_it_leaves_others_alone(make_responder: Callable[..., Responder]) -> None:
    make_responder(number=NUMBER)
    other = make_responder()

    leave(NUMBER, source=OptOut.Source.WORD)

    assert list(Responder.objects.reachable()) == [other]


def test_it_keeps_no_number(db: None) -> None:
    leave(NUMBER, source=OptOut.Source.WORD)

    assert NUMBER not in str(OptOut.objects.values().get())


@pytest.mark.django_db(transaction=True)
def test_it_is_new_once_when_the_word_comes_five_times_at_once(
    make_responder: Callable[..., Responder],
) -> None:
    make_responder(number=NUMBER)
    together = Barrier(5)
    answers: list[bool] = []

    def hurry() -> None:
        together.wait()
        answers.append(leave(NUMBER, source=OptOut.Source.WORD))
        connection.close()

    racers = [Thread(target=hurry) for _racer in range(5)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(answers) == [False, False, False, False, True]
    assert Responder.objects.get().status == Responder.Status.LEFT

"""Nobody gets on the list without evidence, twice, or against their word."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from alerts.models import Consent, OptOut, Person, Responder
from alerts.models.places import cell_at
from alerts.responders.joining import AlreadyKnown, OptedOut, add_responder
from alerts.responders.leaving import leave

NUMBER = "+13105550177"
KOREATOWN = cell_at(34.0618, -118.3002)


def add(by: Person | None = None, **facts: Any) -> Responder:
    values = {
        "language": "ko",
        "cells": [KOREATOWN],
        "method": Consent.Method.PAPER,
        "note": "Training at the library, before Ana",
        "handle": "지민",
    }
    return add_responder(NUMBER, by=by, **{**values, **facts})


def test_it_puts_a_neighbour_on_the_list(make_person: Callable[..., Person]) -> None:
    coordinator = make_person()

    responder = add(by=coordinator)

    assert list(Responder.objects.reachable().filter(zones__cell=KOREATOWN)) == [responder]
    fresh = Responder.objects.get()
    assert (fresh.number, fresh.handle, fresh.language) == (NUMBER, "지민", "ko")


def test_it_keeps_the_evidence_without_the_number(make_person: Callable[..., Person]) -> None:
    coordinator = make_person()

    add(by=coordinator)

    consent = Consent.objects.get()
    assert consent.note == "Training at the library, before Ana"
    assert consent.recorded_by == coordinator
    assert consent.wording_version == "2026-11"
    assert NUMBER not in str(Consent.objects.values().get())


def test_it_refuses_a_number_that_is_known(make_person: Callable[..., Person]) -> None:
    first = add()

    with pytest.raises(AlreadyKnown) as refused:
        add()

    assert refused.value.responder == first
    assert Consent.objects.count() == 1


@pytest.mark.parametrize("was_a_responder", [True, False])
def test_it_refuses_a_number_that_left(db: None, was_a_responder: bool) -> None:
    if was_a_responder:
        add()
    leave(NUMBER, source=OptOut.Source.WORD)

    with pytest.raises(OptedOut):
        add()

    assert not Responder.objects.reachable().exists()


@pytest.mark.django_db(transaction=True)
def test_it_adds_one_when_two_add_at_once() -> None:
    together = Barrier(2)
    answers: list[str] = []

    def hurry() -> None:
        together.wait()
        try:
            add()
            answers.append("added")
        except AlreadyKnown:
            answers.append("known")
        connection.close()

    racers = [Thread(target=hurry) for _racer in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(answers) == ["added", "known"]
    assert Responder.objects.count() == Consent.objects.count() == 1

"""A text from our account that we did not send is an alarm; our own never is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from alerts.carriers import Listed, Outcome, memory
from alerts.dispatch import ledger
from alerts.dispatch.messages import queue_message
from alerts.models import Heartbeat, Message
from tests.dispatch.released import BODY, at_full_speed, release

pytestmark = pytest.mark.django_db(transaction=True)

SOON = timedelta(milliseconds=5)
"""Finer than this is no clock of a database."""


@pytest.fixture(autouse=True)
def full_speed(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    at_full_speed()
    monkeypatch.setattr(ledger, "SETTLED", timedelta(0))


def foreign(body: str = "ICE at the school, run!", to: str = "+12135550177") -> Listed:
    return Listed("SM" + "f" * 32, to, body, "delivered", datetime.now(UTC) - SOON)


def test_it_pages_once_about_a_text_we_did_not_send(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any, paged: list[str]
) -> None:
    release(make_verified_incident(), [make_responder()])
    run_pump()
    memory.list_foreign(foreign())

    assert (ledger.compare(), ledger.compare()) == (1, 1)

    assert paged == [""]
    assert Heartbeat.objects.get(name="ledger").facts["foreign"] == [foreign().sid]


def test_it_knows_its_own_texts_even_those_whose_answer_was_lost(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any, paged: list[str]
) -> None:
    release(make_verified_incident(), [make_responder(), make_responder()])
    queue_message(
        purpose=Message.Purpose.OUTCOME, number="+12135550199", language="en", body="Over."
    )
    memory.script(Outcome("unknown"), times=2, taken=True)
    run_pump()

    assert len(outbox) == 3
    assert ledger.compare() == 0
    assert not paged


def test_it_is_not_fooled_by_our_words_to_somebody_we_did_not_text(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any, paged: list[str]
) -> None:
    release(make_verified_incident(), [make_responder()])
    run_pump()
    make_responder(number="+12135550177")
    memory.list_foreign(foreign(BODY))

    assert ledger.compare() == 1


def test_it_goes_on_when_words_of_ours_cannot_be_read_any_more(
    outbox: Any, run_pump: Any, paged: list[str]
) -> None:
    for body in ("Over.", "All clear."):
        queue_message(
            purpose=Message.Purpose.OUTCOME, number="+12135550177", language="en", body=body
        )
    run_pump()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_message SET body ="
            " (SELECT body FROM alerts_message ORDER BY body DESC LIMIT 1)"
        )
    memory.list_foreign(foreign())

    assert ledger.compare() == 1


def test_it_concludes_nothing_while_the_list_is_silent(outbox: Any, paged: list[str]) -> None:
    memory.list_foreign(foreign())
    memory.cut_list()

    assert ledger.compare() == 0
    assert not paged


def test_it_leaves_a_text_of_this_moment_alone(
    outbox: Any, paged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "SETTLED", timedelta(seconds=30))
    memory.list_foreign(foreign())

    assert ledger.compare() == 0

"""Single texts: kept once, counted, never to somebody who left, not too many by themselves."""

from typing import Any

import pytest
from django.db import IntegrityError

from alerts.dispatch.messages import queue_message
from alerts.models import Message, OptOut, OutboundStatus, ReportReceipt
from alerts.models.kinds import MESSAGE_PRIORITY, PAGE_PRIORITY

pytestmark = pytest.mark.django_db

NUMBER = "+12135550123"


def queue(**columns: Any) -> Message | None:
    defaults = {
        "purpose": Message.Purpose.QUESTION,
        "number": NUMBER,
        "language": "en",
        "body": "Where?",
    }
    return queue_message(**{**defaults, **columns})


def test_it_keeps_a_text_with_what_it_costs_and_how_urgent_it_is() -> None:
    question = queue(body="어" * 71)
    page = queue(purpose=Message.Purpose.PAGE)

    assert question and page
    assert (question.segments, question.priority) == (2, MESSAGE_PRIORITY)
    assert page.priority == PAGE_PRIORITY
    assert Message.objects.get(pk=question.pk).number == NUMBER


@pytest.mark.parametrize(
    "purpose", [Message.Purpose.RECEIPT, Message.Purpose.HELP, Message.Purpose.JOIN]
)
def test_it_sends_at_most_two_automatic_replies_an_hour_to_one_number(purpose: str) -> None:
    kept = [queue(purpose=purpose) for _ in range(4)]

    assert [message is not None for message in kept] == [True, True, False, False]
    assert queue(purpose=purpose, number="+12135550124")


def test_it_does_not_count_what_a_person_wrote_or_what_was_found() -> None:
    for _ in range(5):
        assert queue()
        assert queue(purpose=Message.Purpose.OUTCOME)
        assert queue(purpose=Message.Purpose.LEFT, ignores_opt_out=True)


def test_it_keeps_nothing_for_a_number_that_left() -> None:
    OptOut.objects.keep(NUMBER, source=OptOut.Source.WORD)

    assert queue() is None
    assert not Message.objects.exists()


def test_it_lets_only_the_goodbye_pass_an_opt_out() -> None:
    with pytest.raises(IntegrityError):
        queue(ignores_opt_out=True)


def test_it_puts_a_note_on_a_receipt_page_at_once() -> None:
    receipt, _secret = ReportReceipt.objects.issue()

    note = queue(number=None, receipt=receipt)

    assert note
    assert note.status == OutboundStatus.DELIVERED
    assert receipt.notes.get().body == "Where?"

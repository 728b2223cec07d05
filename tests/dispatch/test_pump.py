"""Handing over: what leaves, in which order, and what becomes of the row."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alerts.carriers import Outcome, memory
from alerts.models import (
    Alert,
    AlertStatus,
    Delivery,
    Heartbeat,
    Message,
    Network,
    OptOut,
    OutboundStatus,
    Responder,
    SkipReason,
)
from alerts.models.kinds import Kind
from tests.dispatch.released import BODY, at_full_speed, release

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def full_speed(transactional_db: None) -> None:
    at_full_speed()


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("status", flat=True))


def test_it_hands_every_due_text_over_once(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    responders = [make_responder() for _ in range(20)]
    release(make_verified_incident(), responders)

    run_pump()
    run_pump()

    assert sorted(text.to for text in outbox) == sorted(each.number for each in responders)
    assert {text.body for text in outbox} == {BODY}
    assert states() == [OutboundStatus.ACCEPTED] * 20
    assert Delivery.objects.exclude(sid="").count() == 20

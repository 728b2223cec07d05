"""Reports, scouts and answers for the desk's tests."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alerts.models import (
    Alert,
    AlertStatus,
    AlertText,
    Answer,
    Delivery,
    Incident,
    Kind,
    OutboundStatus,
    Person,
    Report,
    ReportReceipt,
    Responder,
)
from alerts.models.keys import index_of
from alerts.triage import nearby
from alerts.triage.gathering import gather
from alerts.triage.reporters import text_index_of
from tests.conftest import SIXTH_AND_VERMONT


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    """The counts per cell are kept for half a minute in a process; a test starts without."""
    nearby.forget()
    yield
    nearby.forget()


@pytest.fixture
def make_report(db: None, numbers: Callable[[], str]) -> Callable[..., Report]:
    """A text about vans at 6th and Vermont, not gathered yet; `at=None` names no place."""

    def make(
        text: str = "vans at 6th and vermont",
        *,
        at: tuple[float, float] | None = SIXTH_AND_VERMONT,
        number: str | None = "",
        receipt: ReportReceipt | None = None,
        minutes_ago: float = 0,
        **columns: Any,
    ) -> Report:
        number = None if receipt or number is None else number or numbers()
        place = {}
        if at:
            place = {
                "lat": at[0],
                "lon": at[1],
                "place_label": columns.pop("label", "6th St & Vermont Ave"),
                "place_confidence": columns.pop("confidence", 0.95),
                "place_precision_m": columns.pop("precision_m", 30),
            }
        return Report.objects.create(
            **{
                "channel": Report.Channel.SMS if number else Report.Channel.WEB,
                "text": text,
                "text_index": text_index_of(text),
                "number": number,
                "number_index": index_of("phone", number) if number else "",
                "receipt": receipt,
                "received_at": timezone.now() - timedelta(minutes=minutes_ago),
                **place,
                **columns,
            }
        )

    return make


@pytest.fixture
def gathered(make_report: Callable[..., Report]) -> Callable[..., Report]:
    """A report that has found its incident, with `report.incident` set."""

    def make(*args: Any, **kwargs: Any) -> Report:
        report = make_report(*args, **kwargs)
        gather(report)
        return report

    return make


@pytest.fixture
def make_check(
    db: None, make_responder: Callable[..., Responder], make_person: Callable[..., Person]
) -> Callable[..., Delivery]:
    """A check about an incident that one scout got; `expired` when its life is over."""

    def make(incident: Incident, *, expired: bool = False) -> Delivery:
        now = timezone.now()
        by = make_person()
        released_at = now - timedelta(minutes=30 if expired else 1)
        alert = Alert.objects.create(
            incident=incident,
            kind=Kind.CHECK,
            status=AlertStatus.RELEASED,
            drafted_by=by,
            released_by=by,
            released_at=released_at,
            expires_at=released_at + timedelta(minutes=20),
            planned_at=released_at,
        )
        text = AlertText.objects.create(alert=alert, language="en", body="CHECK", segments=1)
        return Delivery.objects.create(
            alert=alert,
            responder=make_responder(is_scout=True),
            text=text,
            status=OutboundStatus.DELIVERED,
        )

    return make


@pytest.fixture
def answered() -> Callable[..., Answer]:
    """What the scout of a delivery replied."""

    def make(delivery: Delivery, what: str = Answer.What.CONFIRMED, **columns: Any) -> Answer:
        return Answer.objects.create(
            delivery=delivery,
            alert=delivery.alert,
            responder=delivery.responder,
            what=what,
            **columns,
        )

    return make

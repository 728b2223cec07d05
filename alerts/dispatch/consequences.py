"""What follows from the carrier's error codes for people, alerts and the whole house."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from alerts.carriers.errors import TABLE, Consequence, consequence_of
from alerts.dispatch.callback import HandOver
from alerts.dispatch.pager import page_otherwise
from alerts.dispatch.slowing import slow_down
from alerts.models import (
    Alert,
    AlertStatus,
    Delivery,
    Event,
    Message,
    Network,
    OptOut,
    OutboundStatus,
    Responder,
    WrongState,
)
from alerts.models.clock import database_now
from alerts.models.fields import Unreadable
from alerts.responders.leaving import leave

log = logging.getLogger(__name__)

FILTERED_LEAST = 20
FILTERED_SHARE = 0.05
"""At 5 % of at least 20 texts taken for spam the rest would be too, and the sender with them."""

FILTER_CODES = [error.code for error in TABLE if error.consequence is Consequence.FILTERED]
HANDED = (
    OutboundStatus.ACCEPTED,
    OutboundStatus.SENT,
    OutboundStatus.DELIVERED,
    OutboundStatus.UNDELIVERED,
    OutboundStatus.FAILED,
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error code the carrier gave about one hand-over."""

    hand_over: HandOver
    code: str


def follow(complaints: Iterable[Complaint]) -> None:
    """Do what follows from each code, once; a second time changes nothing.

    Call it in the transaction that writes the states, so that neither is there without the other.
    """
    by_consequence: dict[Consequence, list[Complaint]] = defaultdict(list)
    for complaint in complaints:
        by_consequence[consequence_of(complaint.code)].append(complaint)
    for consequence, act in ACTS.items():
        if consequence in by_consequence:
            act(by_consequence[consequence])


def let_leave(complaints: Sequence[Complaint]) -> None:
    """Keep the opt-outs that the carrier knew before we did."""
    for number in numbers_of(complaints):
        leave(number, source=OptOut.Source.CARRIER)


def numbers_of(complaints: Sequence[Complaint]) -> list[str]:
    """Return the numbers (E.164) of the receivers, as far as they can be opened."""
    numbers = []
    for complaint in complaints:
        try:
            numbers.append(number_of(complaint.hand_over))
        except Unreadable:
            log.warning("the receiver of %s cannot be read", complaint.hand_over.pk)
    return numbers


def number_of(hand_over: HandOver) -> str:
    """Return the number (E.164) of a text's receiver; raise Unreadable."""
    if isinstance(hand_over.pk, int):
        return str(Responder.objects.get(deliveries=hand_over.pk).number)
    return str(Message.objects.get(pk=hand_over.pk).number)


def deliveries_in(complaints: Sequence[Complaint]) -> list[int]:
    """Return the keys of the deliveries among what was complained about."""
    return [each.hand_over.pk for each in complaints if isinstance(each.hand_over.pk, int)]


def mark_unreachable(complaints: Sequence[Complaint]) -> None:
    """Ask these responders no more until a person has looked at the number."""
    pks = deliveries_in(complaints)
    people = Delivery.objects.filter(pk__in=pks).values("responder")
    Responder.objects.filter(pk__in=people).move(Responder.Status.UNREACHABLE)


def stop_everything(complaints: Sequence[Complaint]) -> None:
    """Stop all sending: the carrier refuses our account, and only a person can mend that."""
    network = Network.objects.current()
    if not network.is_stopped:
        log.error("sending stopped: the carrier answers %s", complaints[0].code)
        network.stop_sending(by=None, why=f"carrier {complaints[0].code}")
        transaction.on_commit(page_otherwise, robust=True)


def break_circuit(complaints: Sequence[Complaint]) -> None:
    """Stop each alert that carriers take for spam."""
    for alert in Alert.objects.filter(deliveries__in=deliveries_in(complaints)).distinct():
        if alert.status == AlertStatus.RELEASED and is_filtered(alert):
            stop_alert(alert)


def is_filtered(alert: Alert) -> bool:
    """Say whether too many texts of `alert` were taken for spam."""
    counts = Delivery.objects.filter(alert=alert).aggregate(
        handed=Count("pk", filter=Q(status__in=HANDED)),
        filtered=Count("pk", filter=Q(error_code__in=FILTER_CODES)),
    )
    handed, filtered = int(counts["handed"]), int(counts["filtered"])
    return handed >= FILTERED_LEAST and filtered >= FILTERED_SHARE * handed


def stop_alert(alert: Alert) -> None:
    """Stop one alert and page; somebody else's stop is as good."""
    log.error("alert %s stopped: taken for spam", alert.pk)
    try:
        alert.move(AlertStatus.STOPPED, ended_at=database_now())
    except WrongState:
        return
    Event.objects.note(alert.incident, Event.What.STOPPED)
    transaction.on_commit(page_otherwise, robust=True)


def lower_pace(_complaints: Sequence[Complaint]) -> None:
    """Halve the pace for a while."""
    slow_down(Network.ONLY)


ACTS = {
    Consequence.LEFT: let_leave,
    Consequence.UNREACHABLE: mark_unreachable,
    Consequence.STOP_ALL: stop_everything,
    Consequence.FILTERED: break_circuit,
    Consequence.SLOW_DOWN: lower_pace,
}

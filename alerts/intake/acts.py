"""What each reading of a text does: a report, an answer, a goodbye and the others."""

from collections.abc import Callable

from django.utils import timezone

from alerts.dispatch.answers import answer
from alerts.guard.limits import within
from alerts.intake.arrival import Arrival, Links
from alerts.intake.receiving import ask_place, place_later, receive
from alerts.models import Event, Incident, Message, OptOut, Report
from alerts.responders.leaving import leave

NORMAL_REPORTS = 5
NORMAL_SECONDS = 600
EXACT_ENOUGH_M = 400
"""A place known less exactly than this is worth one question."""

Purpose = Message.Purpose


def leaves(arrival: Arrival) -> Links:
    """Text this number never again, and say so once where the carrier did not."""
    is_new = leave(arrival.number, source=OptOut.Source.WORD)
    if is_new and not arrival.is_answered:
        arrival.reply("left", Purpose.LEFT, is_goodbye=True)
    if arrival.reading.other:
        # A responder who says more than goodbye: somebody should read it.
        return Links(report=report_of(arrival))
    return Links()


def joins(arrival: Arrival) -> Links:
    """Say what the network does and how to join it."""
    if not arrival.is_answered:
        arrival.reply("join", Purpose.JOIN)
    return Links()


def asks_help(arrival: Arrival) -> Links:
    """Say who we are; to somebody we asked to go, which digits there are."""
    if not arrival.is_answered:
        writer = arrival.writer
        name = "digits" if writer.delivery else "help"
        arrival.reply(name, Purpose.HELP, is_checking=writer.is_checking)
    return Links()


def answers(arrival: Arrival) -> Links:
    """Record a responder's answer, or tell them that the alert is over."""
    digits, responder = arrival.reading.digits, arrival.writer.responder
    given = None
    if digits and responder:
        given = answer(
            responder,
            digit=digits.digit,
            minutes=digits.minutes,
            code=digits.code,
            note=digits.note,
            at=timezone.now(),
        )
    if given is None:
        arrival.reply("late", Purpose.HELP)
        return Links()
    return Links(answer=given, incident=given.alert.incident)


def says_where(arrival: Arrival) -> Links:
    """Put an earlier report where its writer now says it is."""
    report, place = arrival.writer.question, arrival.writer.place
    if report is None or place is None:
        return reports(arrival)
    place_later(report, place)
    arrival.reply("placed", Purpose.ANSWERED, incident=report.incident, place=place.label)
    return Links(incident=report.incident)


def replies(arrival: Arrival) -> Links:
    """Add to the conversation with the desk."""
    thread = arrival.writer.thread
    if thread is None or thread.incident is None:
        return reports(arrival)
    Event.objects.note(thread.incident, Event.What.REPORTED, detail="reply")
    return Links(incident=thread.incident)


def reports(arrival: Arrival) -> Links:
    """Make a report of it and thank for it."""
    report = report_of(arrival)
    acknowledge(report, arrival)
    delivery = arrival.writer.delivery if arrival.reading.other == "answer" else None
    return Links(report=report, incident=delivery.alert.incident if delivery else report.incident)


def report_of(arrival: Arrival, *, incident: Incident | None = None) -> Report:
    """Receive the text as a report, of `incident` where that is known."""
    is_normal = arrival.writer.responder is not None or within(
        "text report", arrival.number, limit=NORMAL_REPORTS, seconds=NORMAL_SECONDS
    )
    return receive(
        channel=Report.Channel.SMS,
        text=arrival.body,
        language=arrival.language,
        number=arrival.number,
        incident=incident,
        is_doubtful=not is_normal,
    )


def acknowledge(report: Report, arrival: Arrival) -> None:
    """Thank for a report, once per incident, or ask the one question that would place it."""
    if not report.is_first and is_thanked(report):
        return
    name = receipt_for(report)
    labels = [choice["label"] for choice in report.place_choices]
    message = arrival.reply(
        name, Purpose.RECEIPT, incident=report.incident, place=report.place_label, choices=labels
    )
    if message and name in {"which", "where"}:
        ask_place(report)


def is_thanked(report: Report) -> bool:
    """Say whether its writer had an automatic answer about this incident."""
    earlier = Message.objects.filter(
        purpose=Purpose.RECEIPT,
        incident=report.incident,
        number_index=report.number_index,
    )
    return earlier.exists()


def receipt_for(report: Report) -> str:
    """Return the name of the text that answers a report."""
    if report.is_outside:
        return "outside"
    if report.place_label and (report.place_precision_m or 0) <= EXACT_ENOUGH_M:
        return "receipt"
    return "which" if len(report.place_choices) > 1 else "where"


ACTS: dict[str, Callable[[Arrival], Links]] = {
    "leave": leaves,
    "join": joins,
    "help": asks_help,
    "answer": answers,
    "place": says_where,
    "thread": replies,
    "report": reports,
}

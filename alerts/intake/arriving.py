"""What a text does when it arrives: stored, read, acted on and answered in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from alerts.carriers import inbound
from alerts.dispatch.answers import answer
from alerts.dispatch.messages import queue_message
from alerts.guard.limits import within
from alerts.intake.cleaning import clean
from alerts.intake.language import guess
from alerts.intake.once import first_time
from alerts.intake.receiving import ask_place, place_later, receive
from alerts.intake.switchboard import Reading, read
from alerts.intake.tasks import fetch_media
from alerts.intake.wording import word
from alerts.intake.writers import Writer, know
from alerts.models import (
    Answer,
    Attachment,
    Event,
    InboundText,
    Incident,
    Message,
    Network,
    OptOut,
    Photo,
    Report,
)
from alerts.models.people import phone_digests
from alerts.responders.leaving import leave
from rapidresponse.celery import ring

NORMAL_REPORTS = 5
NORMAL_SECONDS = 600
EXACT_ENOUGH_M = 400
"""A place known less exactly than this is worth one question."""

Purpose = Message.Purpose


@dataclass(frozen=True, slots=True)
class Arrival:
    """A text with everything we know when we act on it."""

    text: inbound.InboundText
    body: str
    writer: Writer
    reading: Reading
    language: str
    """To answer in."""
    network: Network

    @property
    def number(self) -> str:
        return self.text.from_

    @property
    def is_answered(self) -> bool:
        """Whether the carrier has already answered it by itself."""
        return bool(self.text.opt_out_type)

    def reply(
        self,
        name: str,
        purpose: str,
        *,
        incident: Incident | None = None,
        is_goodbye: bool = False,
        **facts: object,
    ) -> Message | None:
        """Queue the text `name` to the writer; None when it may not be sent."""
        if not self.number.startswith("+"):
            # A short code or a sender by name: nobody there reads.
            return None
        return queue_message(
            purpose=purpose,
            number=self.number,
            language=self.language,
            body=word(name, self.language, network=self.network, **facts),
            incident=incident,
            ignores_opt_out=is_goodbye,
        )


@dataclass(frozen=True, slots=True)
class Links:
    """What came of a text."""

    report: Report | None = None
    answer: Answer | None = None
    incident: Incident | None = None


def take_in(text: inbound.InboundText) -> None:
    """Store a signed text and do what it says; one seen before changes nothing."""
    with transaction.atomic():
        if first_time("sid", text.sid):
            store(arrive(text))


def arrive(text: inbound.InboundText) -> Arrival:
    """Find out who wrote a text, in which language, and what it is."""
    network = Network.objects.current()
    body = clean(text.body)
    writer = know(text.from_, body)
    if text.opt_out_type:
        reading = Reading(text.opt_out_type)
    else:
        reading = read(body, writer.as_sender(), prefix=network.code_prefix)
    language = reading.language or guess(body, otherwise=writer.language)
    return Arrival(text, body, writer, reading, language, network)


def store(arrival: Arrival) -> InboundText:
    """Act on a text and keep it with what came of it."""
    links = ACTS[arrival.reading.kind](arrival)
    report = links.report
    if arrival.text.media and report is None and arrival.reading.kind not in ABOUT_EARLIER:
        # A photo that comes with HELP or with a digit is no less a report for it.
        report = report_of(arrival, incident=links.incident)
    row = InboundText.objects.create(
        number=arrival.number,
        **phone_digests(arrival.number),
        body=arrival.body,
        language=arrival.language,
        reading=READINGS[arrival.reading.kind],
        other_reading=arrival.reading.other,
        report=report,
        answer=links.answer,
        incident=links.incident,
        responder=arrival.writer.responder,
    )
    for media in arrival.text.media[: Photo.MOST]:
        attachment = Attachment.objects.create(text=row, url=media.url)
        ring(fetch_media, str(attachment.pk))
    return row


# -- What each reading does ------------------------------------------------------------------
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
        arrival.reply("digits" if arrival.writer.delivery else "help", Purpose.HELP)
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


ACTS: dict[str, Callable[[Arrival], Links]] = {
    "leave": leaves,
    "join": joins,
    "help": asks_help,
    "answer": answers,
    "place": says_where,
    "thread": replies,
    "report": reports,
}
ABOUT_EARLIER = frozenset({"place", "thread"})
"""Readings that add to a report we have."""
READINGS = {kind: kind for kind in ACTS} | {"place": InboundText.Reading.THREAD.value}


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
    earlier = Message.objects.filter(
        purpose=Purpose.RECEIPT,
        incident=report.incident,
        number_index=report.number_index,
    )
    if earlier.exists():
        return
    name = receipt_for(report)
    labels = [choice["label"] for choice in report.place_choices]
    message = arrival.reply(
        name, Purpose.RECEIPT, incident=report.incident, place=report.place_label, choices=labels
    )
    if message and name in {"which", "where"}:
        ask_place(report)


def receipt_for(report: Report) -> str:
    """Return the name of the text that answers a report."""
    if report.is_outside:
        return "outside"
    if report.place_label and (report.place_precision_m or 0) <= EXACT_ENOUGH_M:
        return "receipt"
    return "which" if len(report.place_choices) > 1 else "where"

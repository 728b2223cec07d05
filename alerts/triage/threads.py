"""The conversation with one reporter, by text or on their receipt page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.dispatch.messages import queue_message
from alerts.dispatch.segments import to_gsm
from alerts.models import Event, InboundText, Incident, Message, Person, Report
from alerts.models.fields import Unreadable, readable
from alerts.models.keys import indexes_of
from alerts.triage.wording import write

LIFE = timedelta(minutes=30)
"""A question not delivered by then is not worth asking."""
OPEN_FOR = timedelta(hours=2)
"""How long after our question a text from that number counts as its answer."""
MOST_CHARACTERS = 480

QUESTIONS: dict[str, Promise] = {
    "where": _("Where exactly?"),
    "still": _("Is it still going on?"),
    "eyes": _("Seen with your own eyes?"),
    "agency": _("What do vests or cars say?"),
    "how_many": _("How many?"),
    "photo": _("A photo, from a safe distance?"),
}


class NobodyToAsk(Exception):
    """The reporter cannot be reached: they left, or gave no way to answer."""


class NothingToAsk(Exception):
    """An empty question, or one too long for a text."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a thread."""

    at: datetime
    body: str
    is_ours: bool
    by: str = ""
    """Who of us wrote it; empty for what the house wrote by itself."""
    status: str = ""
    status_words: str = ""
    language: str = "en"


def ask(report: Report, *, by: Person, question: str = "", words: str = "") -> Message:
    """Ask the reporter one of QUESTIONS in their language, or `words` as typed.

    A text reporter gets a text, a web reporter a note on their page. Raise NobodyToAsk,
    NothingToAsk.
    """
    body = to_gsm(words.strip())
    if question in QUESTIONS:
        body = write(f"question_{question}", report.language)
    if not body or len(body) > MOST_CHARACTERS or report.incident is None:
        raise NothingToAsk
    with transaction.atomic():
        message = _send(report, report.incident, body=body, by=by)
        Event.objects.note(report.incident, Event.What.ASKED, by=by, detail=question)
    return message


def _send(report: Report, incident: Incident, *, body: str, by: Person) -> Message:
    if not report.number and report.receipt is None:
        raise NobodyToAsk
    message = queue_message(
        purpose=Message.Purpose.QUESTION,
        number=report.number,
        receipt=report.receipt,
        language=report.language,
        body=body,
        incident=incident,
        written_by=by,
        life=LIFE,
    )
    if message is None:
        raise NobodyToAsk
    return message


def questions_of_desk(number: str) -> QuerySet[Message]:
    """Return what the desk asked `number` (E.164) lately about something still open."""
    return Message.objects.filter(
        purpose=Message.Purpose.QUESTION,
        number_index__in=indexes_of("phone", number),
        created_at__gt=timezone.now() - OPEN_FOR,
        incident__status__in=Incident.OPEN,
    )


def open_thread(number: str) -> Report | None:
    """Return the report whose writer the desk asked something lately, None when nobody waits.

    `number` is E.164. Its next text belongs to that conversation and that incident.
    """
    newest_first = questions_of_desk(number).order_by("-created_at")
    asked = newest_first.values_list("incident", flat=True).first()
    if asked is None:
        return None
    theirs = Report.objects.filter(incident=asked, number_index__in=indexes_of("phone", number))
    return theirs.order_by("-received_at").first()


def lines_of(report: Report) -> list[Line]:
    """Return the thread with the writer of `report` about its incident, oldest first."""
    return sorted([*_theirs(report), *_ours(report)], key=lambda line: line.at)


def _theirs(report: Report) -> Iterator[Line]:
    for other in _same_writer(report):
        yield Line(
            other.received_at, readable(other, "text"), is_ours=False, language=other.language
        )
    if report.number_index:
        texts = InboundText.objects.filter(
            number_index=report.number_index,
            incident=report.incident_id,
            reading=InboundText.Reading.THREAD,
            report=None,
        )
        for text in texts:
            yield Line(
                text.received_at, readable(text, "body"), is_ours=False, language=text.language
            )


def _same_writer(report: Report) -> Iterator[Report]:
    if report.number_index:
        yield from Report.objects.filter(
            incident=report.incident_id, number_index=report.number_index
        )
    elif report.receipt_id:
        yield from Report.objects.filter(incident=report.incident_id, receipt=report.receipt_id)
    else:
        yield report


def _ours(report: Report) -> Iterator[Line]:
    messages = Message.objects.filter(incident=report.incident_id).select_related("written_by")
    if report.number_index:
        messages = messages.filter(number_index=report.number_index)
    elif report.receipt_id:
        messages = messages.filter(receipt=report.receipt_id)
    else:
        return
    for message in messages.order_by("created_at"):
        yield Line(
            message.created_at,
            readable(message, "body"),
            is_ours=True,
            by=message.written_by.name if message.written_by else "",
            status=message.status,
            status_words=message.get_status_display(),
            language=message.language,
        )


def masked(of: Report | InboundText) -> str:
    """Return what may be shown of a writer's number, such as "•••0123"."""
    try:
        return f"•••{of.number[-4:]}" if of.number else ""
    except Unreadable:
        return "•••"

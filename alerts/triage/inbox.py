"""Every text that came in, what the switchboard made of it, and how to read it differently."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.urls import reverse

from alerts.dispatch.answers import answer, open_delivery
from alerts.models import Event, InboundText, Incident, Person, Report, WrongState
from alerts.models.fields import readable
from alerts.places import resolve
from alerts.triage.gathering import gather
from alerts.triage.importance import weigh_again
from alerts.triage.placing import hint
from alerts.triage.threads import masked, open_thread

Reading = InboundText.Reading
MOST_SHOWN = 100


class CannotReadSo(Exception):
    """There is nothing this text could be that way: no alert to answer, no conversation."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the inbox: a text, or a form."""

    at: datetime
    body: str
    language: str
    channel: str
    reading: str
    reading_words: str
    masked: str
    incident: Incident | None
    text: InboundText | None
    """None for a form: it can only be a report."""
    could_be: tuple[tuple[str, str], ...] = ()


def items(*, reading: str = "", before: datetime | None = None) -> list[Item]:
    """Return the newest texts and forms, newest first, at most MOST_SHOWN: two queries."""
    texts = InboundText.objects.select_related("incident", "report__incident")
    forms = Report.objects.exclude(channel=Report.Channel.SMS).select_related("incident")
    if before:
        texts, forms = texts.filter(received_at__lt=before), forms.filter(received_at__lt=before)
    found: list[Item] = []
    if reading in Reading.values:
        texts = texts.filter(reading=reading)
    found += [_of_text(text) for text in texts.order_by("-received_at")[:MOST_SHOWN]]
    if reading in ("", Reading.REPORT):
        found += [_of_form(report) for report in forms.order_by("-received_at")[:MOST_SHOWN]]
    newest_first: Iterable[Item] = sorted(found, key=lambda item: item.at, reverse=True)
    return list(islice(newest_first, MOST_SHOWN))


def _of_text(text: InboundText) -> Item:
    incident = text.incident or (text.report.incident if text.report else None)
    return Item(
        at=text.received_at,
        body=readable(text, "body"),
        language=text.language,
        channel=str(Report.Channel.SMS.label),
        reading=text.reading,
        reading_words=str(text.get_reading_display()),
        masked=masked(text),
        incident=incident,
        text=text,
        could_be=tuple(_others(text)),
    )


def _others(text: InboundText) -> Iterable[tuple[str, str]]:
    for other in (Reading.REPORT, Reading.ANSWER, Reading.THREAD):
        if other == text.reading or (other == Reading.ANSWER and text.responder_id is None):
            continue
        yield other.value, str(other.label)


def _of_form(report: Report) -> Item:
    return Item(
        at=report.received_at,
        body=readable(report, "text"),
        language=report.language,
        channel=str(report.get_channel_display()),
        reading=Reading.REPORT,
        reading_words=str(Reading.REPORT.label),
        masked="",
        incident=report.incident,
        text=None,
    )


def unread_count() -> int:
    """Return how many texts wait in incidents nobody judged."""
    return InboundText.objects.filter(
        reading=Reading.REPORT, report__incident__status__in=Incident.UNJUDGED
    ).count()


def read_as(text: InboundText, reading: str, *, by: Person) -> None:
    """Read a text differently: as a report, an answer, or part of a conversation.

    Nothing is lost: a report that was none leaves its incident and stays stored. Raise
    CannotReadSo, and WrongState when somebody was first.
    """
    acts = {Reading.REPORT: _as_report, Reading.ANSWER: _as_answer, Reading.THREAD: _as_thread}
    if reading not in acts or reading == text.reading:
        raise CannotReadSo
    with transaction.atomic():
        before = text.reading
        taken = InboundText.objects.filter(pk=text.pk, reading=before)
        if not taken.update(reading=reading, other_reading=before):
            raise WrongState(f"text {text.pk} was read differently by somebody else")
        text.refresh_from_db()
        incident = acts[Reading(reading)](text)
        Event.objects.note(incident, Event.What.REASSIGNED, by=by, detail=reading)


def _as_report(text: InboundText) -> Incident:
    # A text that was a report before has its row still.
    report = text.report or Report.objects.create(
        channel=Report.Channel.SMS,
        received_at=text.received_at,
        language=text.language,
        text=text.body,
        number=text.number,
        number_index=text.number_index,
    )
    _locate(report)
    incident = gather(report)
    _link(text, report=report, incident=incident)
    return incident


def _locate(report: Report) -> None:
    found = resolve(report.text, hint())
    if not found or not found[0].is_confident:
        return
    best = found[0]
    report.lat, report.lon, report.place_label = best.lat, best.lon, best.label
    report.place_confidence, report.place_precision_m = best.confidence, best.precision_m
    report.save(
        update_fields=["lat", "lon", "place_label", "place_confidence", "place_precision_m"]
    )


def _as_answer(text: InboundText) -> Incident:
    delivery = open_delivery(text.responder) if text.responder else None
    digit = next((one for one in text.body if one in "1234567"), "")
    if delivery is None or text.responder is None or not digit:
        raise CannotReadSo
    given = answer(
        text.responder, digit=digit, minutes=None, code="", note=text.body, at=text.received_at
    )
    if given is None:
        raise CannotReadSo
    incident = given.alert.incident
    _leave_incident(text)
    _link(text, answer=given, incident=incident)
    return incident


def _as_thread(text: InboundText) -> Incident:
    report = open_thread(text.number) or _last_report(text)
    if report is None or report.incident is None:
        raise CannotReadSo
    if text.report_id != report.pk:
        _leave_incident(text)
    _link(text, incident=report.incident)
    return report.incident


def _last_report(text: InboundText) -> Report | None:
    theirs = Report.objects.filter(
        number_index=text.number_index, incident__status__in=Incident.OPEN
    ).exclude(texts=text)
    return theirs.order_by("-received_at").first()


def _leave_incident(text: InboundText) -> None:
    """Take the report this text was out of its incident; the row stays."""
    report = text.report
    if report is None or report.incident is None:
        return
    left, report.incident = report.incident, None
    report.save(update_fields=["incident"])
    weigh_again(left)


def _link(text: InboundText, **columns: object) -> None:
    InboundText.objects.filter(pk=text.pk).update(**columns)


def incident_url(item: Item) -> str:
    """Return where a line of the inbox leads."""
    return reverse("incident", args=[item.incident.pk]) if item.incident else ""

"""What happens when a text arrives: stored, read, acted on and answered in one transaction."""

from django.db import transaction

from alerts.carriers import inbound
from alerts.intake.acts import ACTS, report_of
from alerts.intake.arrival import Arrival
from alerts.intake.cleaning import clean
from alerts.intake.language import guess
from alerts.intake.once import first_time
from alerts.intake.switchboard import Reading, read
from alerts.intake.tasks import fetch_media
from alerts.intake.writers import know
from alerts.models import Attachment, InboundText, Network, Photo
from alerts.models.people import phone_digests
from rapidresponse.celery import ring

ABOUT_EARLIER = frozenset({"place", "thread"})
"""Readings that add to a report we have."""
READINGS = {kind: kind for kind in ACTS} | {"place": InboundText.Reading.THREAD.value}


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

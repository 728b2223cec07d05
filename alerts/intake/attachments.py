"""Photos that came with a text: fetched from the carrier, drawn anew and kept with the report."""

import logging
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from alerts.carriers import media
from alerts.intake.photos import NotReadable, Picture, keeping, read_picture
from alerts.models import Attachment, Event, Photo, Report
from alerts.triage.importance import weigh_again

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
"""Longer than one try takes; doubled after each."""


def claim(attachment_id: str, *, now: datetime) -> Attachment | None:
    """Take the next try of an attachment that is due; None when it is not, or is gone."""
    due = Attachment.objects.filter(pk=attachment_id, why_not="", due_at__lte=now)
    attachment = due.select_related("text__report", "text__incident").first()
    if attachment is None:
        return None
    wait = FIRST_WAIT * 2**attachment.tries
    claimed = due.filter(tries=attachment.tries).update(tries=F("tries") + 1, due_at=now + wait)
    attachment.tries += claimed
    return attachment if claimed else None


def fetch(attachment_id: str) -> None:
    """Make one try to get a photo; what fails for now stays due, what fails for good says why."""
    attachment = claim(attachment_id, now=timezone.now())
    if attachment is None:
        return
    if attachment.tries > Attachment.MOST_TRIES:
        give_up(attachment, Attachment.WhyNot.UNAVAILABLE)
        return
    try:
        _kind, content = async_to_sync(media.fetch_media)(attachment.url)
        store(attachment, read_picture(content))
    except media.MediaUnavailable as err:
        log.info("attachment %s is not there yet: %s", attachment.pk, err)
    except media.MediaRefused:
        give_up(attachment, Attachment.WhyNot.REFUSED)
    except NotReadable:
        give_up(attachment, Attachment.WhyNot.UNREADABLE)


def store(attachment: Attachment, picture: Picture) -> None:
    """Keep the photo with the report its text belongs to, and let the desk see it."""
    report = report_of(attachment)
    if report is None:
        give_up(attachment, Attachment.WhyNot.REFUSED)
        return
    with transaction.atomic():
        # Whoever deletes the row stores the photo.
        if not Attachment.objects.filter(pk=attachment.pk).delete()[0]:
            return
        with keeping([picture], report) as photos:
            Photo.objects.bulk_create(photos)
            if report.incident:
                weigh_again(report.incident)
                Event.objects.note(report.incident, Event.What.REPORTED, detail="photo")


def report_of(attachment: Attachment) -> Report | None:
    """Return the report of the text, or the writer's latest of the incident it belongs to."""
    text = attachment.text
    if text.report:
        return text.report
    theirs = Report.objects.filter(incident=text.incident_id, number_index=text.number_index)
    return theirs.order_by("-received_at").first()


def give_up(attachment: Attachment, why: str) -> None:
    """Stop trying; the row stays as the record of it."""
    log.warning("attachment %s given up: %s", attachment.pk, why)
    Attachment.objects.filter(pk=attachment.pk).update(why_not=why)

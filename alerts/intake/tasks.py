"""Doorways for the workers: photos that came with a text are fetched after the answer."""

from celery import shared_task

from alerts.intake.attachments import fetch


@shared_task(ignore_result=True)
def fetch_media(attachment_id: str) -> None:
    """Fetch one photo from the carrier, if it is due. Safe to run twice and beside itself."""
    fetch(attachment_id)

"""What lost bells and crashes leave behind in this room."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from alerts.intake.tasks import fetch_media
from alerts.models import Attachment, Heartbeat, Photo
from rapidresponse.celery import ring

MOST_AT_ONCE = 50
ORPHAN_AGE = timedelta(hours=1)
"""Far longer than any request lives."""
LOOKED = "orphans"
BETWEEN_LOOKS = timedelta(hours=1)


def sweep(now: datetime) -> int:
    """Ring for photos that are due, and look once an hour for files without a row.

    Return how many bells were rung; cheap enough for every two seconds.
    """
    looked = Heartbeat.objects.age_of(LOOKED, now=now)
    if looked is None or looked > BETWEEN_LOOKS:
        Heartbeat.objects.beat(LOOKED)
        remove_orphans(now)
    due = Attachment.objects.filter(why_not="", due_at__lte=now).order_by("due_at")
    waiting = list(due.values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in waiting:
        ring(fetch_media, str(pk))
    return len(waiting)


def remove_orphans(now: datetime) -> int:
    """Remove sealed photos whose row was never committed; return how many.

    A crash between writing the file and committing the row leaves one.
    """
    if not settings.MEDIA_DIR.is_dir():
        return 0
    oldest = (now - ORPHAN_AGE).timestamp()
    old = {
        photo_id: path
        for path in settings.MEDIA_DIR.glob("*.sealed")
        if (photo_id := id_in(path)) and path.stat().st_mtime < oldest
    }
    known = Photo.objects.filter(pk__in=old).values_list("pk", flat=True)
    orphans = old.keys() - set(known)
    for photo_id in orphans:
        old[photo_id].unlink(missing_ok=True)
    return len(orphans)


def id_in(path: Path) -> UUID | None:
    """Return the photo's id in a file name, None for a file that is not ours."""
    try:
        return UUID(path.stem)
    except ValueError:
        return None

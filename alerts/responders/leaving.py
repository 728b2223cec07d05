"""Nobody who left is ever texted again."""

from django.db import transaction
from django.utils import timezone

from alerts.models import OptOut, Responder, WrongState


def leave(number: str, *, source: OptOut.Source) -> bool:
    """Stop texting an E.164 number for good, whether or not it was ever a responder's.

    Return whether that is new. The opt-out is kept first and committed with the rest: the pump
    reads it in the transaction that claims a text.
    """
    with transaction.atomic():
        is_new = OptOut.objects.keep(number, source=source)
        responder = Responder.objects.with_number(number).first()
        if responder is not None:
            mark_left(responder)
    return is_new


def leave_by_row(responder: Responder, *, source: OptOut.Source) -> bool:
    """Stop texting a responder for good, also one whose number cannot be read any more.

    Return whether that is new.
    """
    with transaction.atomic():
        is_new = OptOut.objects.keep_digest(responder.opt_out_digest, source=source)
        mark_left(responder)
    return is_new


def mark_left(responder: Responder) -> None:
    """Take `responder` off the list; twice, or twice at once, changes nothing more."""
    try:
        responder.leave(at=timezone.now())
    except WrongState:
        # Every other state may become `left`, so somebody has just done it.
        responder.refresh_from_db(fields=["status", "left_at"])

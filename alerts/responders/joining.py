"""How somebody who asked to be texted gets on the list."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from alerts.models import Consent, OptOut, Person, Responder
from alerts.models.keys import suppression_of
from alerts.responders.consent import WORDING_VERSION


class AlreadyKnown(Exception):
    """The number is on the list, or was."""

    def __init__(self, responder: Responder) -> None:
        super().__init__(f"responder {responder.pk}")
        self.responder = responder


class OptedOut(Exception):
    """The number must not be texted: only its owner can change that, from that phone."""


def add_responder(
    number: str,
    *,
    language: str,
    cells: Iterable[int],
    method: str,
    note: str,
    by: Person | None,
    is_scout: bool = False,
    handle: str = "",
    may_be_woken: bool = True,
    is_drill_volunteer: bool = False,
    given_at: datetime | None = None,
    status: str = Responder.Status.ACTIVE,
) -> Responder:
    """Put an E.164 number on the list with the evidence that its owner asked for it.

    `cells` are H3 cells (resolution 8), `method` is one of Consent.Method, `note` says where and
    before whom. Raise AlreadyKnown or OptedOut.
    """
    if OptOut.objects.forbids(number):
        raise OptedOut
    refuse_known(number)
    try:
        with transaction.atomic():
            responder = Responder.add(
                number,
                cells=cells,
                language=language,
                handle=handle,
                is_scout=is_scout,
                may_be_woken=may_be_woken,
                is_drill_volunteer=is_drill_volunteer,
                status=status,
            )
            keep_evidence(
                number, language=language, method=method, note=note, by=by, given_at=given_at
            )
    except IntegrityError:
        # Of two people adding the same number at once, one is told.
        refuse_known(number)
        raise
    return responder


def refuse_known(number: str) -> None:
    """Raise AlreadyKnown if `number` is or was on the list."""
    known = Responder.objects.with_number(number).first()
    if known is not None:
        raise AlreadyKnown(known)


def keep_evidence(
    number: str,
    *,
    language: str,
    method: str,
    note: str,
    by: Person | None,
    given_at: datetime | None,
) -> None:
    """Write down that the owner of `number` asked for texts; it outlives the responder."""
    Consent.objects.create(
        opt_out_digest=suppression_of(number),
        method=method,
        wording_version=WORDING_VERSION,
        language=language,
        note=note,
        given_at=given_at or timezone.now(),
        recorded_by=by,
    )

"""Who wrote to us, and what we are waiting for from them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils import timezone

from alerts.dispatch.answers import open_delivery
from alerts.intake.locating import places_in
from alerts.intake.switchboard import Asked, Sender
from alerts.models import Answer, Delivery, Kind, Report, Responder
from alerts.models.keys import indexes_of
from alerts.models.querysets import labels
from alerts.places import Candidate, Hint, pick
from alerts.triage.threads import open_thread, questions_of_desk

QUESTION_LIFE = timedelta(hours=2)
"""How long a number means one of our numbered places."""


@dataclass(frozen=True)
class Writer:
    """A number that sent us a text, with what that text could refer to."""

    body: str
    responder: Responder | None
    delivery: Delivery | None
    """The newest alert or check this responder got within its life."""
    is_checking: bool
    """Whether we asked this responder to go and look."""
    question: Report | None
    """Their report that we asked the place of."""
    thread: Report | None
    """Their report the desk asked about."""

    @property
    def language(self) -> str:
        """The language to answer in when a text says too little."""
        known = self.responder or self.thread or self.question
        return known.language if known else "en"

    @cached_property
    def names_place(self) -> bool:
        """Whether the resolver finds any place in the text."""
        return bool(places_in(self.body))

    @cached_property
    def place(self) -> Candidate | None:
        """The place this text gives to the report that we asked about."""
        if self.question is None:
            return None
        offered = [Candidate.from_dict(choice) for choice in self.question.place_choices]
        if picked := pick(offered, self.body):
            return picked
        candidates = places_in(self.body, Hint(before=self.question.text))
        return candidates[0] if candidates and candidates[0].is_confident else None

    @property
    def digits(self) -> str:
        """The digits that answer what this responder got."""
        return "".join(
            digit
            for digit, what in Answer.DIGITS.items()
            if self.is_checking or what not in Answer.ONLY_CHECKS
        )

    def as_sender(self) -> Sender:
        """Return what the switchboard needs to know."""
        return Sender(
            asked=tuple(self.asked()),
            is_responder=self.responder is not None,
            digits=self.digits,
            names_place=lambda: self.names_place,
            picks_place=lambda: self.place is not None,
        )

    def asked(self) -> list[Asked]:
        """Return what we wait for: the newest first, the desk last as it takes any text."""
        moments: list[tuple[datetime, Asked]] = []
        if self.delivery and self.delivery.attempted_at:
            moments.append((self.delivery.attempted_at, "alert"))
        if self.question and self.question.place_asked_at:
            moments.append((self.question.place_asked_at, "place"))
        newest_first: list[Asked] = [asked for _at, asked in sorted(moments, reverse=True)]
        return [*newest_first, "desk"] if self.thread else newest_first


def know(number: str, body: str) -> Writer:
    """Look up who `number` (E.164) is and what we asked them.

    One query for somebody we know nothing of, as most who report; up to nine for a scout.
    """
    responders = Responder.objects.with_number(number)
    questions = Report.objects.filter(
        number_index__in=indexes_of("phone", number),
        place_asked_at__gt=timezone.now() - QUESTION_LIFE,
    )
    known = labels(responder=responders, question=questions, asked=questions_of_desk(number))
    responder = responders.first() if "responder" in known else None
    delivery = open_delivery(responder) if responder else None
    question = None
    if "question" in known:
        question = questions.select_related("incident").order_by("-place_asked_at").first()
    return Writer(
        body=body,
        responder=responder,
        delivery=delivery,
        is_checking=bool(responder and delivery and open_delivery(responder, kinds=(Kind.CHECK,))),
        question=question,
        thread=open_thread(number) if "asked" in known else None,
    )

"""A text with everything we know about it, and how to answer its writer."""

from dataclasses import dataclass

from alerts.carriers import inbound
from alerts.dispatch.messages import queue_message
from alerts.intake.switchboard import Reading
from alerts.intake.wording import word
from alerts.intake.writers import Writer
from alerts.models import Answer, Incident, Message, Network, Report


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

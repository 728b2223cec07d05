"""What every carrier takes and gives: plain values, no models, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

CarrierStatus = Literal["accepted", "sent", "delivered", "undelivered", "failed"]
"""What a carrier may say became of a text: these of our Outbound states, in no other words."""

MAX_CHARACTERS = 1_600


class Text(NamedTuple):
    """One text to hand over."""

    to: str
    """E.164."""
    body: str
    """At most 1,600 characters."""
    callback_url: str = ""
    """Where the carrier reports what became of it; carries our signed id and attempt."""
    seconds_valid: int = 36_000
    """How long the carrier may keep trying, 5 to 36,000 seconds; what lies outside is clamped."""


class Outcome(NamedTuple):
    """What is known about one text after it was handed to a carrier.

    `accepted`: the carrier has it. `refused`: it never will, for the reason in `code`.
    `throttled`: certainly not taken, so it may be sent again at once; `code` says whether the
    carrier was busy (its own code) or no connection could be opened ("connect"), in which case
    no byte of the text left this machine. `unknown`: everything else, to be settled by a
    receipt or by the carrier's list.
    """

    kind: Literal["accepted", "refused", "throttled", "unknown"]
    sid: str = ""
    """The carrier's name for the text, when accepted."""
    code: str = ""
    """The carrier's error code, when it gave one; see `errors.consequence_of`."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One text as the carrier's own list shows it."""

    sid: str
    to: str
    body: str
    status: CarrierStatus
    created_at: datetime
    """Aware; the carrier's clock, in whole seconds."""
    code: str = ""


class Carrier(Protocol):
    """A phone network we can hand a text to."""

    async def send(self, text: Text) -> Outcome:
        """Hand over one text. Never raises for what the carrier or the network does."""

    async def sent_to(self, number: str, *, since: datetime) -> Sequence[Listed] | None:
        """Return what the carrier lists to `number` (E.164) created at or after `since`.

        None when the carrier did not answer: nothing may be concluded then.
        """

    async def sent_since(self, since: datetime) -> Sequence[Listed] | None:
        """Return what the account sent by its API, to anybody, at or after `since`, newest first.

        Without what the carrier answers by itself. In a flood only the newest 10,000. None when
        the carrier did not answer.
        """

    async def close(self) -> None:
        """Give up kept connections."""

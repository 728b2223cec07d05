"""What follows from each of Twilio's error codes, and what the desk reads about it.

The codes are those of https://www.twilio.com/docs/api/errors; `docs/carrier-errors.md` is made
from this table. The rest of the house asks for the consequence and never reads a code.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class Consequence(Enum):
    """What we do about a refused or failed text; `MEANINGS` says it in words."""

    LEFT = "left"
    UNREACHABLE = "unreachable"
    RETRY_ONCE = "retry_once"
    FILTERED = "filtered"
    STOP_ALL = "stop_all"
    TOO_LATE = "too_late"
    SLOW_DOWN = "slow_down"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CarrierError:
    """One code, what follows from it, and the sentence the desk reads."""

    code: str
    consequence: Consequence
    sentence: str | Promise


C = Consequence

TABLE = (
    # Ours: no byte was sent.
    CarrierError("connect", C.SLOW_DOWN, _("The carrier could not be reached; trying again.")),
    # The account.
    CarrierError("401", C.STOP_ALL, _("The carrier refuses our credentials.")),
    CarrierError("20003", C.STOP_ALL, _("The carrier refuses our credentials.")),
    CarrierError("20005", C.STOP_ALL, _("Our account at the carrier is not active.")),
    CarrierError("30002", C.STOP_ALL, _("Our account at the carrier is suspended.")),
    CarrierError("90010", C.STOP_ALL, _("Our account at the carrier is not active.")),
    # The person or the phone.
    CarrierError("21610", C.LEFT, _("This person has sent STOP and gets no more texts.")),
    CarrierError("21211", C.UNREACHABLE, _("This is not a valid phone number.")),
    CarrierError("21614", C.UNREACHABLE, _("This number cannot receive texts.")),
    CarrierError("30005", C.UNREACHABLE, _("This phone number no longer exists.")),
    CarrierError("30006", C.UNREACHABLE, _("This number is a landline or cannot be reached.")),
    CarrierError("30003", C.RETRY_ONCE, _("The phone was off or had no signal.")),
    CarrierError("30004", C.OTHER, _("The phone or its carrier blocked this text.")),
    CarrierError("30008", C.OTHER, _("The text was lost for a reason the carrier does not know.")),
    CarrierError("30410", C.OTHER, _("The phone's carrier did not answer in time.")),
    # The words.
    CarrierError("30007", C.FILTERED, _("The phone's carrier took this text for spam.")),
    CarrierError("30019", C.OTHER, _("The text is too large for the phone's carrier.")),
    CarrierError("21602", C.OTHER, _("The text was empty.")),
    CarrierError("21617", C.OTHER, _("The text is longer than 1,600 characters.")),
    # The pace.
    CarrierError("20429", C.SLOW_DOWN, _("We sent too many requests at once; slowing down.")),
    CarrierError("21611", C.SLOW_DOWN, _("Our queue at the carrier is full; slowing down.")),
    CarrierError("30001", C.SLOW_DOWN, _("Our queue at the carrier is full; slowing down.")),
    CarrierError("30022", C.SLOW_DOWN, _("We are above our registered rate; slowing down.")),
    CarrierError("63017", C.SLOW_DOWN, _("We are above the account's rate; slowing down.")),
    CarrierError("30023", C.OTHER, _("Our registered number of texts for today is used up.")),
    CarrierError("30036", C.TOO_LATE, _("The carrier could not send this text in time.")),
    # Our sender.
    CarrierError("21212", C.OTHER, _("Our own number is not valid; check the sender's settings.")),
    CarrierError("21408", C.OTHER, _("Texts to this country are not switched on.")),
    CarrierError("21603", C.OTHER, _("No sender is configured; check the sender's settings.")),
    CarrierError("21604", C.OTHER, _("The text had no receiver.")),
    CarrierError("21606", C.OTHER, _("Our number cannot send texts; check the sender's settings.")),
    CarrierError("21608", C.OTHER, _("A trial account can only text numbers it has verified.")),
    CarrierError("21609", C.OTHER, _("Our public address is not valid; check PUBLIC_URL.")),
    CarrierError("21612", C.OTHER, _("Our number cannot reach this number.")),
    CarrierError("21701", C.OTHER, _("The messaging service does not exist; check its setting.")),
    CarrierError("21703", C.OTHER, _("The messaging service has no phone number.")),
    CarrierError("30024", C.OTHER, _("Our number is not known to the phone's carrier yet.")),
    CarrierError("30032", C.OTHER, _("Our toll-free number is not verified.")),
    CarrierError("30034", C.OTHER, _("Our number is not registered for texts in the USA.")),
)

MEANINGS = {
    C.LEFT: "the person blocked us at the carrier; the number is never texted again.",
    C.UNREACHABLE: "the responder is not asked again until a person has looked at the number.",
    C.RETRY_ONCE: "the text is sent once more after 60 seconds.",
    C.FILTERED: "at 5 % of at least 20 texts the alert stops and a coordinator is paged.",
    C.STOP_ALL: "everything stops; a coordinator is paged by a way that is not SMS.",
    C.TOO_LATE: "shown as too late; the text is not sent again.",
    C.SLOW_DOWN: "the text goes back to the queue or is counted as failed; the pace is lowered.",
    C.OTHER: "the text counts as failed; a person decides.",
}

BY_CODE = {error.code: error for error in TABLE}
UNKNOWN_SENTENCE = _("The carrier did not send this text.")


def consequence_of(code: str) -> Consequence:
    """Return what follows from the code of an Outcome, a receipt or a listed text."""
    error = BY_CODE.get(code)
    return error.consequence if error else Consequence.OTHER


def sentence_for(code: str) -> str | Promise:
    """Return the sentence the desk reads about a code, translated when it is shown."""
    error = BY_CODE.get(code)
    return error.sentence if error else UNKNOWN_SENTENCE


def as_markdown() -> str:
    """Return docs/carrier-errors.md, in English."""
    with override("en"):
        lines = [
            "# Carrier errors",
            "",
            "Made from `alerts/carriers/errors.py` by a test; edit that file.",
            "",
            "What follows from a code:",
            "",
            *(f"- **{item.value}**: {MEANINGS[item]}" for item in Consequence),
            "",
            "| code | consequence | what the desk reads |",
            "| --- | --- | --- |",
            *(f"| {link(e.code)} | {e.consequence.value} | {e.sentence} |" for e in TABLE),
            f"| any other | {Consequence.OTHER.value} | {UNKNOWN_SENTENCE} |",
        ]
    return "\n".join(lines) + "\n"


def link(code: str) -> str:
    """Return a code as a link to Twilio's page about it; ours have none."""
    return f"[{code}](https://www.twilio.com/docs/api/errors/{code})" if len(code) == 5 else code

"""What Twilio posts to us: the proof that it is Twilio, then plain values in our own words."""

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.utils.datastructures import MultiValueDict

from alerts.carriers.base import CarrierStatus
from alerts.carriers.signature import as_signed, sign
from alerts.carriers.statuses import OURS

Params = Mapping[str, str | Sequence[str]]
"""A form: Django's QueryDict, or a mapping from name to its value or list of values."""

Handled = Literal["", "leave", "join", "help"]

SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}", re.ASCII)
SENDER = re.compile(r"\+?[1-9][0-9]{2,14}", re.ASCII)
CODE = re.compile(r"[0-9]{1,6}", re.ASCII)
MAX_MEDIA = 10

OPT_OUT_TYPES: dict[str, Handled] = {"STOP": "leave", "START": "join", "HELP": "help"}

# What Twilio answers by itself when the word is the whole text.
# https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
# YES is missing on purpose: Twilio takes it for START from a blocked number only, while here
# it confirms an invitation.
DEFAULT_WORDS: dict[str, Handled] = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), "leave"
    ),
    **dict.fromkeys(("START", "UNSTOP"), "join"),
    **dict.fromkeys(("HELP", "INFO"), "help"),
}


class MalformedWebhook(Exception):
    """A signed request that lacks what Twilio documents; nothing in it can be used."""


class UnknownStatus(MalformedWebhook):
    """A receipt with a status word this version does not know; answer 2xx and go on."""


@dataclass(frozen=True, slots=True)
class Media:
    """One attachment of a text; `carriers.media.fetch_media` downloads it."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class InboundText:
    """One text somebody sent to our number."""

    sid: str
    from_: str
    """E.164, or a short code (3 to 8 digits without +)."""
    to: str
    body: str
    """As typed: may be empty, hold NUL or bidirectional marks."""
    media: tuple[Media, ...] = ()
    opt_out_type: Handled = ""
    """The word the carrier has already answered by itself, if any."""


@dataclass(frozen=True, slots=True)
class CarrierReceipt:
    """The carrier's word about a text of ours."""

    sid: str
    status: CarrierStatus
    code: str = ""
    """The carrier's error code when it failed; see `errors.consequence_of`."""


def is_signed(url: str, params: Params, signature: str | None) -> bool:
    """Say whether Twilio signed this form for `url`, with the current or the previous token.

    `url` is the configured public address with path and query, never one built from request
    headers. False without a signature, and always while no token is configured.
    """
    if not signature:
        return False
    tokens = (settings.TWILIO_AUTH_TOKEN, settings.TWILIO_AUTH_TOKEN_PREVIOUS)
    given = signature.encode(errors="replace")
    fields = [(name, list(values)) for name, values in values_by_name(params)]
    try:
        return any(
            hmac.compare_digest(sign(form, fields, token).encode(), given)
            for token in tokens
            if token
            for form in as_signed(url)
        )
    except UnicodeEncodeError:
        return False


def values_by_name(params: Params) -> Iterable[tuple[str, Sequence[str]]]:
    """Return each name of a form with all its values."""
    if isinstance(params, MultiValueDict):
        return params.lists()
    return ((name, (value,) if isinstance(value, str) else value) for name, value in params.items())


def read_inbound(params: Params) -> InboundText:
    """Return the text in a signed form. Raise MalformedWebhook if it is not one.

    https://www.twilio.com/docs/messaging/guides/webhook-request
    """
    form = {name: values[-1] for name, values in values_by_name(params) if values}
    body = form.get("Body", "")
    return InboundText(
        sid=matching(SID, form, "MessageSid"),
        from_=matching(SENDER, form, "From"),
        to=matching(SENDER, form, "To"),
        body=body,
        media=tuple(read_media(form)),
        opt_out_type=OPT_OUT_TYPES.get(form.get("OptOutType", "").upper())
        or DEFAULT_WORDS.get(body.strip().upper(), ""),
    )


def read_media(form: Mapping[str, str]) -> Iterable[Media]:
    """Return up to ten attachments; one without an address is left out."""
    count = form.get("NumMedia") or "0"
    if not CODE.fullmatch(count):
        raise MalformedWebhook("NumMedia")
    for index in range(min(int(count), MAX_MEDIA)):
        if url := form.get(f"MediaUrl{index}"):
            yield Media(url, form.get(f"MediaContentType{index}", "").lower())


def read_receipt(params: Params) -> CarrierReceipt:
    """Return the receipt in a signed form. Raise MalformedWebhook if it is not one.

    https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
    """
    form = {name: values[-1] for name, values in values_by_name(params) if values}
    sid = matching(SID, form, "MessageSid")
    word = form.get("MessageStatus", "").lower()
    if word not in OURS:
        raise UnknownStatus(f"receipt of {sid}")
    code = form.get("ErrorCode", "")
    return CarrierReceipt(sid, OURS[word], code if CODE.fullmatch(code) else "")


def matching(pattern: re.Pattern[str], form: Mapping[str, str], name: str) -> str:
    """Return one field; raise MalformedWebhook, naming it, unless it matches `pattern`."""
    value = form.get(name, "")
    if not pattern.fullmatch(value):
        raise MalformedWebhook(name)
    return value

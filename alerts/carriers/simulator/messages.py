"""One text as the network keeps it, and as Twilio's API shows it."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted

API_VERSION = "2010-04-01"
FINAL = frozenset({"delivered", "undelivered", "failed", "received", "canceled"})

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWO = frozenset("^{}\\[~]|€\f")

ERROR_MESSAGES = {
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity Period Expired",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a text."""

    sid: str
    content_type: str
    content: bytes

    def as_record(self) -> dict[str, str]:
        """Return this file for a ledger file."""
        data = base64.b64encode(self.content).decode()
        return {"sid": self.sid, "content_type": self.content_type, "data": data}


@dataclass(slots=True)
class Message:
    """One text in either direction."""

    seq: int
    sid: str
    to: str
    from_: str
    body: str
    direction: str
    status: str
    created_at: float
    """Seconds since 1970."""
    callback_url: str = ""
    service_sid: str = ""
    attachments: tuple[Attachment, ...] = ()
    sent_at: float | None = None
    updated_at: float = 0.0
    error_code: int | None = None
    fate: tuple[str, int] | None = None
    """How it will end instead of delivered: a status and an error code."""
    is_redacted: bool = False
    is_deleted: bool = False

    def as_entry(self) -> dict[str, object]:
        """Return this text as the ledger shows it: as the phone saw it, redacted or not."""
        return {
            "seq": self.seq,
            "to": self.to,
            "from": self.from_,
            "body": self.body,
            "sid": self.sid,
            "status": self.status,
        }

    def as_record(self) -> dict[str, object]:
        """Return all there is to know about a new text, for a ledger file."""
        record = self.as_entry() | {"at": self.created_at, "direction": self.direction}
        if self.callback_url:
            record["callback_url"] = self.callback_url
        if self.service_sid:
            record["service_sid"] = self.service_sid
        if self.attachments:
            record["media"] = [each.as_record() for each in self.attachments]
        return record

    def as_json(self, account_sid: str) -> str:
        """Return this text as a Message of Twilio's API.

        Written by hand, since this is most of the work of a create request.
        """
        uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{self.sid}"
        # A Messaging Service has not chosen its sender yet.
        is_undecided = self.status == "accepted"
        return (
            f'{{"body": {quoted("" if self.is_redacted else self.body)},'
            f' "num_segments": "{0 if is_undecided else segments(self.body)}",'
            f' "direction": "{self.direction}",'
            f' "from": {"null" if is_undecided else quoted(self.from_)},'
            f' "to": {quoted(self.to)},'
            f' "date_updated": "{rfc2822(int(self.updated_at or self.created_at))}",'
            f' "price": null, "error_message": {self.error_message},'
            f' "uri": "{uri}.json", "account_sid": "{account_sid}",'
            f' "num_media": "{len(self.attachments)}", "status": "{self.status}",'
            f' "messaging_service_sid": {quoted(self.service_sid) if self.service_sid else "null"},'
            f' "sid": "{self.sid}",'
            f' "date_sent": {date_or_null(self.sent_at)},'
            f' "date_created": "{rfc2822(int(self.created_at))}",'
            f' "error_code": {"null" if self.error_code is None else self.error_code},'
            f' "price_unit": "USD", "api_version": "{API_VERSION}",'
            f' "subresource_uris": {{"media": "{uri}/Media.json"}}}}'
        )

    @property
    def error_message(self) -> str:
        """What Twilio says about the error code, as JSON."""
        if self.error_code is None:
            return "null"
        return quoted(ERROR_MESSAGES.get(self.error_code, "Unknown error"))


@lru_cache(maxsize=1024)
def segments(body: str) -> int:
    """Return how many segments a text takes."""
    letters = set(body)
    if letters <= GSM | GSM_TWO:
        length = len(body) + sum(body.count(letter) for letter in letters & GSM_TWO)
        single, part = 160, 153
    else:
        length = len(body.encode("utf-16-le", "surrogatepass")) // 2
        single, part = 70, 67
    return 1 if length <= single else -(-length // part)


@lru_cache(maxsize=4096)
def rfc2822(second: int) -> str:
    """Return a second since 1970 as Twilio writes times."""
    return datetime.fromtimestamp(second, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")


def date_or_null(at: float | None) -> str:
    return "null" if at is None else f'"{rfc2822(int(at))}"'

"""The phone network itself: phones, texts, blocks and what becomes of each text. No I/O."""

import re
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from alerts.carriers.simulator.faults import Faults
from alerts.carriers.simulator.keywords import REPLIES, keyword_in
from alerts.carriers.simulator.messages import Attachment, Message

PHONES = re.compile(r"\+1(?:213|310|323|424|818)55501[0-9]{2}", re.ASCII)
BENCHMARK_PHONES = re.compile(r"\+1555[0-9]{7}", re.ASCII)
HANGUL = re.compile("[\uac00-\ud7a3]")

Entry = dict[str, object]


@dataclass(slots=True)
class Stats:
    """What a benchmark wants to know."""

    taken: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    in_flight: int = 0
    most_in_flight: int = 0
    callbacks_sent: int = 0
    callbacks_failed: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    """How many create requests got each HTTP status."""


class PhoneNetwork:
    """The state of one phone network with one account and one number of ours.

    `webhook_url` is where inbound texts are posted, `token` opens the control API (nothing does
    while it is empty). `sent_after` and `delivered_after` are the seconds from taken to sent and
    from sent to delivered. `codes` supplies the phones page with sign-in codes ({"username",
    "code"}), `languages` with the language of a number; both may take their time. `on_entry`,
    set later, hears of everything (see `ledger.remember`). Not thread-safe: use it on one event
    loop.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        number: str,
        webhook_url: str = "",
        token: str = "",
        service_sid: str = "",
        api_key: str = "",
        api_secret: str = "",
        sent_after: float = 0.2,
        delivered_after: float = 0.8,
        has_benchmark_phones: bool = False,
        codes: Callable[[], list[dict[str, object]]] | None = None,
        languages: Callable[[], Mapping[str, str]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.number = number
        self.webhook_url = webhook_url
        self.token = token
        self.service_sid = service_sid
        self.api_key = api_key
        self.api_secret = api_secret
        self.sent_after = sent_after
        self.delivered_after = delivered_after
        self.has_benchmark_phones = has_benchmark_phones
        self.codes = codes or list
        self.languages = languages or dict
        self.on_entry: Callable[[Entry], None] | None = None
        self.clock = clock
        self.seq = 0
        self.sid_prefix = secrets.token_hex(8)
        self.forget()

    def reset(self) -> None:
        """Forget texts, blocks and faults; sequence numbers go on."""
        self.forget()
        self._record("reset")

    def forget(self) -> None:
        """Begin with nothing in memory."""
        self.epoch = secrets.token_hex(4)
        self.messages: list[Message] = []
        self.by_sid: dict[str, Message] = {}
        self.by_phone: dict[str, list[Message]] = {}
        self.blocked: set[str] = set()
        self.faults = Faults()
        self.stats = Stats()
        self._to_send: deque[tuple[float, Message]] = deque()
        self._to_deliver: deque[tuple[float, Message]] = deque()

    def is_phone(self, number: str) -> bool:
        """Say whether a phone with this number exists."""
        if PHONES.fullmatch(number):
            return True
        return self.has_benchmark_phones and bool(BENCHMARK_PHONES.fullmatch(number))

    def take(self, to: str, body: str, *, service_sid: str = "", callback_url: str = "") -> Message:
        """Take one text of ours to the phone `to`."""
        now = self.clock()
        message = self._add(
            Message(
                *self._next_name("SM"),
                to,
                self.number,
                body,
                "outbound-api",
                "accepted" if service_sid else "queued",
                now,
                callback_url,
                service_sid,
            )
        )
        if rule := self.faults.besides("undelivered", to):
            message.fate = (rule.status, int(rule.values["code"]))
        self._to_send.append((now + self.sent_after, message))
        stats = self.stats
        stats.taken += 1
        stats.first_at = stats.first_at or now
        stats.last_at = now
        return message

    def receive(
        self, from_: str, body: str, attachments: Iterable[Attachment] = ()
    ) -> tuple[Message, str]:
        """Take one text from a phone to our number, answering Twilio's own words.

        Return it with STOP, START or HELP when it was such a word, else "".
        """
        attachments = tuple(attachments)
        message = self._add(
            Message(
                *self._next_name("MM" if attachments else "SM"),
                self.number,
                from_,
                body,
                "inbound",
                "received",
                self.clock(),
                service_sid=self.service_sid,
                attachments=attachments,
            )
        )
        word = keyword_in(body, is_blocked=from_ in self.blocked)
        if word:
            self._answer(from_, word)
        return message, word

    def _answer(self, phone: str, word: str) -> None:
        was_blocked = phone in self.blocked
        self.heed(phone, word)
        # Said once: the second STOP, and HELP after STOP, stay without an answer.
        if was_blocked == (word == "START"):
            now = self.clock()
            reply = self._add(
                Message(
                    *self._next_name("SM"),
                    phone,
                    self.number,
                    REPLIES[word],
                    "outbound-reply",
                    "queued",
                    now,
                )
            )
            self._to_send.append((now + self.sent_after, reply))

    def heed(self, phone: str, word: str) -> None:
        """Block or unblock a phone for the word it sent."""
        if word == "STOP":
            self.blocked.add(phone)
        elif word == "START":
            self.blocked.discard(phone)

    def _next_name(self, kind: str) -> tuple[int, str]:
        self.seq += 1
        return self.seq, f"{kind}{self.sid_prefix}{self.seq:016x}"

    def _add(self, message: Message) -> Message:
        self.keep(message)
        if self.on_entry:
            self._record("text", **message.as_record())
        return message

    def keep(self, message: Message) -> None:
        """Put a text where it is found, without telling anybody."""
        self.messages.append(message)
        self.by_sid[message.sid] = message
        phone = message.from_ if message.direction == "inbound" else message.to
        if phone in self.by_phone:
            self.by_phone[phone].append(message)
        else:
            self.by_phone[phone] = [message]

    def redact(self, message: Message) -> None:
        """Show this text without its words from now on; the phone has them all the same."""
        message.is_redacted = True
        message.updated_at = self.clock()
        self._record("redacted", sid=message.sid)

    def delete(self, message: Message) -> None:
        """Show this text no more in Twilio's API."""
        message.is_deleted = True
        self._record("deleted", sid=message.sid)

    def cancel(self, message: Message) -> None:
        """Keep a queued text from being sent."""
        self._settle(message, "canceled", now=self.clock())

    def resume(self) -> None:
        """Go on with the texts that were on their way when the network was last stopped."""
        now = self.clock()
        for message in self.messages:
            if message.status in {"accepted", "queued"}:
                self._to_send.append((now, message))
            elif message.status == "sent":
                self._to_deliver.append((now, message))

    def next_due(self) -> float | None:
        """Return when the next text changes its status; None when all are settled."""
        heads = [queue[0][0] for queue in (self._to_send, self._to_deliver) if queue]
        return min(heads, default=None)

    def walk(self) -> Iterator[Message]:
        """Move on every text that is due, yielding each one whose status changed."""
        now = self.clock()
        while self._to_send and self._to_send[0][0] <= now:
            message = self._to_send.popleft()[1]
            if message.fate and message.fate[0] == "failed":
                yield self._settle(message, *message.fate, now=now)
            elif message.status != "canceled":
                message.sent_at = now
                self._to_deliver.append((now + self.delivered_after, message))
                yield self._settle(message, "sent", now=now)
        while self._to_deliver and self._to_deliver[0][0] <= now:
            message = self._to_deliver.popleft()[1]
            status, code = message.fate or ("delivered", None)
            yield self._settle(message, status, code, now=now)

    def _settle(
        self, message: Message, status: str, code: int | None = None, *, now: float
    ) -> Message:
        message.status = status
        message.error_code = code
        message.updated_at = now
        if self.on_entry:
            self._record("status", at=now, sid=message.sid, status=status, code=code)
        return message

    def since(self, seq: int, *, to: str = "") -> Iterator[Message]:
        """Yield the texts after sequence number `seq`, oldest first, or those to one number."""
        if to and to != self.number:
            messages = self.by_phone.get(to, [])
            return (each for each in messages if each.seq > seq and each.to == to)
        first = self.messages[0].seq if self.messages else 1
        later = self.messages[max(0, seq + 1 - first) :]
        return (each for each in later if not to or each.to == to)

    def language_of(self, phone: str, known: Mapping[str, str]) -> str:
        """Return the language of a phone: as told by the host, Korean by its script, or ""."""
        if phone in known:
            return known[phone]
        typed = (each.body for each in self.by_phone.get(phone, ()) if each.from_ == phone)
        return "ko" if any(HANGUL.search(body) for body in typed) else ""

    def _record(self, event: str, **what: object) -> None:
        if self.on_entry:
            self.on_entry({"event": event, **what})

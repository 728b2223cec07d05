"""Texts through Twilio's Messages API: the official client on our own transport."""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Self
from urllib.parse import quote_plus, urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from twilio.base.exceptions import TwilioException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from alerts.carriers.base import Listed, Outcome, Text
from alerts.carriers.connections import NoAnswer, NotConnected
from alerts.carriers.credentials import api_credentials
from alerts.carriers.statuses import OURS
from alerts.carriers.transport import (
    TWILIO_CODES,
    TWILIO_URL,
    LeanHttpClient,
    code_in,
    is_good,
)

# Within a string JSON writes \" for a quote, so only a key of an answer looks like this.
SID = re.compile(rb'"sid"\s*:\s*"((?:SM|MM)[0-9a-fA-F]{32})"')
SECONDS_VALID = range(5, 36_001)
UNSAFE = re.compile(r"[^A-Za-z0-9_.~-]")
PAGE_SIZE = 1_000
MAX_PAGES = 10

# What an answer that is not Twilio's makes the SDK raise, beside its own exceptions.
NONSENSE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
NO_LIST = (TwilioException, NotConnected, NoAnswer, *NONSENSE)


class EndNotReached(Exception):
    """The carrier's list is longer than we read."""


class TwilioCarrier:
    """Texts through Twilio's Messages API, or what speaks it at `api_url`.

    Sends from `service_sid` (a Messaging Service) if given, else from `number` (E.164).
    """

    def __init__(
        self,
        *,
        account_sid: str,
        username: str,
        password: str,
        number: str = "",
        service_sid: str = "",
        api_url: str = TWILIO_URL,
        connect_seconds: float = 3.0,
        read_seconds: float = 7.0,
    ) -> None:
        self.http = LeanHttpClient(
            api_url, connect_seconds=connect_seconds, read_seconds=read_seconds
        )
        sender = {"MessagingServiceSid": service_sid} if service_sid else {"From": number}
        self.sender = urlencode(sender)
        # The SDK would take a region or an edge from the process's environment.
        environment = {"TWILIO_ACCOUNT_SID": account_sid}
        client = Client(
            username, password, account_sid, http_client=self.http, environment=environment
        )
        self.messages = client.api.account.messages
        self.head = self.http.head_of(
            "POST",
            f"{TWILIO_URL}/2010-04-01/Accounts/{account_sid}/Messages.json",
            headers=client.get_headers("POST", None),
            auth=client.auth,
        )

    @classmethod
    def from_settings(cls) -> Self:
        """Return a carrier for the configured account.

        Raise ImproperlyConfigured without credentials or sender.
        """
        username, password = api_credentials()
        if not (settings.TWILIO_ACCOUNT_SID and username):
            raise ImproperlyConfigured(
                "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and"
                " TWILIO_API_SECRET, are not set."
            )
        if not (settings.TWILIO_MESSAGING_SERVICE_SID or settings.NETWORK_NUMBER):
            raise ImproperlyConfigured(
                "Neither TWILIO_MESSAGING_SERVICE_SID nor NETWORK_NUMBER is set."
            )
        return cls(
            account_sid=settings.TWILIO_ACCOUNT_SID,
            username=username,
            password=password,
            number=settings.NETWORK_NUMBER,
            service_sid=settings.TWILIO_MESSAGING_SERVICE_SID,
            api_url=settings.TWILIO_API_URL or TWILIO_URL,
        )

    async def send(self, text: Text) -> Outcome:
        """Hand over one text. Never raises for what the carrier or the network does."""
        try:
            # Not `messages.create_async`, which asks the machine who it is, sorts 26 fields into
            # each request and reads three dates out of each answer: most of what a text costs
            # there.
            status, answer = await self.http.ask(self.head, self.form_of(text))
        except NotConnected:
            return Outcome("throttled", code="connect")
        except NoAnswer:
            return Outcome("unknown")
        return outcome_of(status, answer)

    def form_of(self, text: Text) -> bytes:
        """Return the form of Twilio's create request for `text`."""
        seconds = min(max(text.seconds_valid, SECONDS_VALID[0]), SECONDS_VALID[-1])
        form = f"{self.sender}&{common(text.body, seconds)}&To={quoted(text.to)}"
        if text.callback_url:
            form += f"&StatusCallback={quoted(text.callback_url)}"
        return form.encode()

    async def sent_to(self, number: str, *, since: datetime) -> Sequence[Listed] | None:
        """Return what the carrier lists to `number` (E.164) created at or after `since`.

        None when the carrier did not answer, or so much that the end was not reached. Asked
        without DateSent, which a text still in Twilio's queue does not have.
        """
        found: list[MessageInstance] = []
        try:
            async for page in self.pages(to=number):
                found += page
            return recent(found, since)
        except (EndNotReached, *NO_LIST):
            return None

    async def sent_since(self, since: datetime) -> Sequence[Listed] | None:
        """Return what the account sent by its API, to anybody, at or after `since`, newest first.

        Without what the carrier answers by itself. In a flood only the newest 10,000. None when
        the carrier did not answer.
        """
        found: list[MessageInstance] = []
        try:
            with suppress(EndNotReached):
                async for page in self.pages():
                    found += page
                    if any(message.date_created < since for message in page):
                        break
            return recent((each for each in found if each.direction == "outbound-api"), since)
        except NO_LIST:
            return None

    async def pages(self, **filters: str) -> AsyncIterator[list[MessageInstance]]:
        """Yield Twilio's list, newest first, page by page.

        Raise EndNotReached after ten pages if there are more.
        """
        page = await self.messages.page_async(page_size=PAGE_SIZE, **filters)
        yield list(page)
        for _ in range(MAX_PAGES - 1):
            if page.next_page_url is None:
                return
            page = await page.next_page_async()
            yield list(page)
        if page.next_page_url is not None:
            raise EndNotReached

    async def close(self) -> None:
        """Give up kept connections."""
        self.http.close()


@lru_cache(maxsize=64)
def common(body: str, seconds: int) -> str:
    """Return the fields that hardly differ within an alert, encoded once."""
    return urlencode({"Body": body, "ValidityPeriod": seconds})


def quoted(value: str) -> str:
    """Return `quote_plus(value)`, which looks at one character after the other in Python.

    The addresses of an alert's receipts have all but their last part in common.
    """
    end = value.rfind("/", 0, -1) + 1
    return quoted_once(value[:end]) + UNSAFE.sub(quoted_character, value[end:])


def quoted_character(match: re.Match[str]) -> str:
    return quoted_once(match[0])


@lru_cache(maxsize=256)
def quoted_once(value: str) -> str:
    return quote_plus(value)


def outcome_of(status: int, answer: bytes) -> Outcome:
    """Return what an answer to a create request says about the text.

    Twilio says of a 429 that it was not processed; it says no such thing of a 5xx, and a 4xx
    without one of its codes was written by something between us and it.
    https://www.twilio.com/docs/api/errors/20429 and /20500
    """
    if is_good(status):
        sid = sid_in(answer)
        return Outcome("accepted", sid=sid) if sid else Outcome("unknown")
    found = code_in(answer) or status
    code = str(found)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome("throttled", code=code)
    if status == HTTPStatus.UNAUTHORIZED:
        return Outcome("refused", code=code)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome("refused" if found in TWILIO_CODES else "unknown", code=code)
    return Outcome("unknown", code=code)


def sid_in(answer: bytes) -> str:
    """Return the carrier's name for a text it took, "" if the answer is not Twilio's.

    Looked for, because reading the whole of an answer takes longer than writing the request.
    """
    found = SID.search(answer)
    return found[1].decode() if found else ""


def recent(messages: Iterable[MessageInstance], since: datetime) -> list[Listed]:
    """Return Twilio's messages to phones created at or after `since`, in our words.

    Raise TypeError for nonsense.
    """
    start = since.replace(microsecond=0)  # Twilio's times are whole seconds, cut off
    found = [listed(each) for each in messages if each.direction != "inbound"]
    return [text for text in found if text.created_at >= start]


def listed(message: MessageInstance) -> Listed:
    """Return one of Twilio's messages in our words.

    One in a status we do not know is at the carrier all the same, and that is what counts.
    """
    if not isinstance(message.date_created, datetime):
        raise TypeError("date_created")
    return Listed(
        sid=str(message.sid),
        to=str(message.to),
        body=message.body or "",
        status=OURS.get(str(message.status), "accepted"),
        created_at=message.date_created,
        code=str(message.error_code or ""),
    )

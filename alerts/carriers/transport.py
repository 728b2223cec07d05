"""The HTTP under Twilio's SDK: kept-alive, with time limits, without retries or look-ups.

The SDK's own clients have no time limit, open a connection per thread or stop at 100, look for
proxies and certificates on every request and log the receiver of every text.
"""

import json
import re
from functools import cached_property, lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from twilio.base.exceptions import TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from alerts.carriers.connections import Pool
from alerts.carriers.credentials import basic_auth

TWILIO_URL = "https://api.twilio.com"
TWILIO_CODES = range(10_000, 1_000_000)
MAX_CONNECTIONS = 256
# Shorter than any server or balancer keeps an idle connection: a text written to one that the
# other side is just closing would be `unknown`.
IDLE_SECONDS = 15.0
# A page of a thousand texts of 1,600 characters in a script that JSON writes as escapes.
MAX_ANSWER = 16 * 1024 * 1024
# The fields of a text that hardly differ within an alert.
SHARED_FIELDS = frozenset({"Body", "From", "MessagingServiceSid", "ValidityPeriod"})
UNSAFE = re.compile(r"[^A-Za-z0-9_.~-]")


class LeanClient(Client):  # type: ignore[misc]  # the SDK has no types
    """Twilio's client, which asks the machine who it is once and not for every text."""

    def get_headers(self, method: str, headers: dict[str, str] | None) -> dict[str, str]:
        """Return the headers of a request; see `twilio.base.client_base.ClientBase`."""
        if headers or method != "POST":
            return dict(super().get_headers(method, headers))
        return self.headers_of_a_form.copy()

    @cached_property
    def headers_of_a_form(self) -> dict[str, str]:
        return dict(super().get_headers("POST", None))

    def copy_non_none_values(self, data: Any) -> Any:
        """Return `data`: nobody here writes a form with gaps."""
        return data


class LeanHttpClient(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """Sends the SDK's requests over kept connections to `api_url`, on one event loop."""

    def __init__(self, api_url: str, *, connect_seconds: float, read_seconds: float) -> None:
        # No call of the base's __init__: its logger would write down whom we text.
        self.is_async = True
        self.api_url = api_url.rstrip("/")
        split = urlsplit(self.api_url)
        self.host, self.path = split.netloc, split.path
        self.pool = Pool(
            self.api_url,
            connect_seconds=connect_seconds,
            answer_seconds=read_seconds,
            idle_seconds=IDLE_SECONDS,
            max_connections=MAX_CONNECTIONS,
            max_answer=MAX_ANSWER,
        )

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Send one request, once; see `twilio.http.HttpClient.request`.

        Raise NotConnected when nothing was sent, NoAnswer when something may have been, and
        TwilioRestException for an answer other than 2xx. The SDK would raise that too, but
        believes the status it reads in some bodies, and keeps the address, in which a receiver
        may stand.
        """
        body = encoded(data).encode() if data else b""
        said = tuple((headers or {}).items())
        head = head_of(method, self.target(uri, params), self.host, said, auth)
        status, answer = await self.pool.ask(b"%s%d\r\n\r\n%s" % (head, len(body), body))
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            code = code_in(answer) or status
            raise TwilioRestException(status, "", code=code, method=method)
        return Response(status, answer.decode(errors="replace"))

    def target(self, uri: str, params: dict[str, object] | None = None) -> str:
        """Return what to ask for at the address we were told to use.

        Raise ValueError for an address that is not Twilio's: our credentials go nowhere else.
        """
        if not uri.startswith(TWILIO_URL + "/"):
            raise ValueError(f"not below {TWILIO_URL}")
        query = f"?{urlencode(params)}" if params else ""
        return self.path + uri.removeprefix(TWILIO_URL) + query

    def close(self) -> None:
        """Close the kept connections."""
        self.pool.close()


# All texts of an account have the same; the addresses of its list differ.
@lru_cache(maxsize=64)
def head_of(
    method: str,
    target: str,
    host: str,
    headers: tuple[tuple[str, str], ...],
    auth: tuple[str, str] | None,
) -> bytes:
    """Return the head of a request up to the value of Content-Length, which stands last."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if auth:
        lines.append(f"Authorization: {basic_auth(*auth)}")
    return "\r\n".join([*lines, "Content-Length: "]).encode()


def encoded(data: dict[str, object]) -> str:
    """Return `urlencode(data)`, encoding once what the texts of one alert share."""
    return "&".join(
        f"{name}={(quoted_once if name in SHARED_FIELDS else quoted)(str(value))}"
        for name, value in data.items()
    )


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


def code_in(body: bytes) -> int | None:
    """Return Twilio's error code in an answer, None if the answer is not Twilio's."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, int) and code in TWILIO_CODES else None

"""The HTTP under Twilio's SDK: kept-alive, with time limits, without retries or look-ups.

The SDK's own clients have no time limit, open a connection per thread or stop at 100, look for
proxies and certificates on every request and log the receiver of every text.
"""

import json
from collections.abc import Awaitable, Mapping
from urllib.parse import urlencode, urlsplit

from twilio.base.exceptions import TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from alerts.carriers.connections import Pool
from alerts.carriers.credentials import basic_auth

TWILIO_URL = "https://api.twilio.com"
TWILIO_CODES = range(10_000, 1_000_000)
GOOD = range(200, 300)
# Shorter than any server or balancer keeps an idle connection: a text written to one that the
# other side is just closing would be `unknown`.
IDLE_SECONDS = 15.0
# A page of a thousand texts of 1,600 characters in a script that JSON writes as escapes.
MAX_ANSWER = 16 * 1024 * 1024


class LeanHttpClient(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """Sends requests over kept connections to `api_url`, on one event loop."""

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
        """Send one request of the SDK, once; see `twilio.http.HttpClient.request`.

        Raise NotConnected when nothing was sent, NoAnswer when something may have been, and
        TwilioRestException for an answer other than 2xx. The SDK would raise that too, but
        believes the status it reads in some bodies, and keeps the address, in which a receiver
        may stand.
        """
        query = f"?{urlencode(params)}" if params else ""
        head = self.head_of(method, uri + query, headers=headers or {}, auth=auth)
        status, answer = await self.ask(head, urlencode(data).encode() if data else b"")
        if not is_good(status):
            code = code_in(answer) or status
            raise TwilioRestException(status, "", code=code, method=method)
        return Response(status, answer.decode(errors="replace"))

    def ask(self, head: bytes, body: bytes) -> Awaitable[tuple[int, bytes]]:
        """Send one request; return the status and the body of the answer; see `Pool.ask`."""
        return self.pool.ask(b"%s%d\r\n\r\n%s" % (head, len(body), body))

    def head_of(
        self,
        method: str,
        uri: str,
        *,
        headers: Mapping[str, str],
        auth: tuple[str, str] | None,
    ) -> bytes:
        """Return the head of a request up to the value of Content-Length, which stands last."""
        lines = [f"{method} {self.target(uri)} HTTP/1.1", f"Host: {self.host}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if auth:
            lines.append(f"Authorization: {basic_auth(*auth)}")
        return "\r\n".join([*lines, "Content-Length: "]).encode()

    def target(self, uri: str) -> str:
        """Return what to ask for at the address we were told to use.

        Raise ValueError for an address that is not Twilio's: our credentials go nowhere else.
        """
        if not uri.startswith(TWILIO_URL + "/"):
            raise ValueError(f"not below {TWILIO_URL}")
        return self.path + uri.removeprefix(TWILIO_URL)

    def close(self) -> None:
        """Close the kept connections."""
        self.pool.close()


def is_good(status: int) -> bool:
    """Say whether an HTTP status is one of 2xx."""
    return status in GOOD


def code_in(body: bytes) -> int | None:
    """Return Twilio's error code in an answer, None if the answer is not Twilio's."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, int) and code in TWILIO_CODES else None

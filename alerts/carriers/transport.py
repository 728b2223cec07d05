"""The HTTP under Twilio's SDK: kept-alive, with time limits, without retries or look-ups.

The SDK's own clients have no time limit, open a connection per thread or stop at 100, look for
proxies and certificates on every request and log the receiver of every text.
"""

import json
from http import HTTPStatus
from urllib.parse import urlencode

import aiohttp
from twilio.base.exceptions import TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from alerts.carriers.credentials import basic_auth

TWILIO_URL = "https://api.twilio.com"
MAX_CONNECTIONS = 256
# Shorter than any server or balancer keeps an idle connection: a text written to one that the
# other side is just closing would be `unknown`.
IDLE_SECONDS = 15.0
TWILIO_CODES = range(10_000, 1_000_000)


class NotConnected(Exception):
    """No connection could be opened, so certainly nothing was sent."""


class AioHttpClient(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """Sends the SDK's requests through one aiohttp session, made on the loop that uses it."""

    def __init__(self, api_url: str, *, connect_seconds: float, read_seconds: float) -> None:
        # No call of the base's __init__: its logger would write down whom we text.
        self.is_async = True
        self.api_url = api_url.rstrip("/")
        self.timeout = aiohttp.ClientTimeout(
            # The whole, so that an answer that trickles in cannot hold a text for ever.
            total=connect_seconds + read_seconds + 1,
            connect=connect_seconds,
            sock_read=read_seconds,
        )
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, str | int] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Send one request; see `twilio.http.HttpClient.request`.

        Raise NotConnected when nothing was sent; TimeoutError, OSError or aiohttp.ClientError
        when something may have been; TwilioRestException for an answer other than 2xx. The SDK
        would raise that too, but believes the status it reads in some bodies, and keeps the
        address, in which a receiver may stand.
        """
        try:
            async with self.session.request(
                method,
                self.addressed(uri),
                params=params or None,
                data=urlencode(data).encode() if data is not None else None,
                headers={**(headers or {}), **authorization(auth)},
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as err:
            raise NotConnected from err
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            code = code_in(body) or answer.status
            raise TwilioRestException(answer.status, "", code=code, method=method)
        return Response(answer.status, body.decode(errors="replace"), answer.headers)

    def addressed(self, uri: str) -> str:
        """Return `uri` at the address we were told to use."""
        if not uri.startswith(TWILIO_URL + "/"):
            raise ValueError(f"not below {TWILIO_URL}")
        return self.api_url + uri.removeprefix(TWILIO_URL)

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=MAX_CONNECTIONS, keepalive_timeout=IDLE_SECONDS, ttl_dns_cache=300
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self.timeout,
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        """Close the kept connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def authorization(auth: tuple[str, str] | None) -> dict[str, str]:
    """Return the header that signs a request in; aiohttp's own way to say it is going away."""
    return {"Authorization": basic_auth(*auth)} if auth else {}


def code_in(body: bytes) -> int | None:
    """Return Twilio's error code in an answer, None if the answer is not Twilio's."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, int) and code in TWILIO_CODES else None

"""Photos that came with a text, fetched from the carrier: never from anywhere else.

https://www.twilio.com/docs/messaging/api/media-resource
"""

import re
from urllib.parse import urljoin, urlsplit

import aiohttp
from django.conf import settings

from alerts.carriers.credentials import api_credentials, basic_auth

TWILIO_URL = "https://api.twilio.com"
MAX_BYTES = 5 * 1024 * 1024
PATH = re.compile(
    r"/2010-04-01/Accounts/(?P<account>AC[0-9a-fA-F]{32})/Messages/(?:SM|MM)[0-9a-fA-F]{32}"
    r"/Media/ME[0-9a-fA-F]{32}",
    re.ASCII,
)
# Twilio answers with a redirect to a signed address on its own delivery network.
DELIVERY_HOSTS = frozenset({"media.twiliocdn.com", "mms.twiliocdn.com"})
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=3, sock_read=7)


class MediaRefused(Exception):
    """The address, or what lies there, is nothing we fetch; trying again will not help."""


class MediaUnavailable(Exception):
    """The carrier did not hand it over now; try again later."""


async def fetch_media(url: str) -> tuple[str, bytes]:
    """Return the content type and the bytes, at most 5 MB, of one attachment.

    `url` is a MediaUrl of a signed webhook. Raise MediaRefused for any address but our own
    account's at the configured carrier, for a redirect to elsewhere and for too much data;
    MediaUnavailable when the carrier does not answer.
    """
    headers = {"Authorization": basic_auth(*api_credentials())}
    async with aiohttp.ClientSession(
        timeout=TIMEOUT, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        try:
            async with session.get(
                address_of(url), headers=headers, allow_redirects=False
            ) as answer:
                if answer.status not in {302, 307}:
                    return await content_of(answer)
                elsewhere = delivery_address(answer)
            # Without our credentials: the address carries its own permission.
            async with session.get(elsewhere, allow_redirects=False) as answer:
                return await content_of(answer)
        except (TimeoutError, OSError, aiohttp.ClientError) as err:
            raise MediaUnavailable from err


def address_of(url: str) -> str:
    """Return where to fetch `url`; raise MediaRefused unless it is an attachment of ours."""
    base = (settings.TWILIO_API_URL or TWILIO_URL).rstrip("/")
    for start in (TWILIO_URL, base):
        path = url.removeprefix(start)
        match = PATH.fullmatch(path)
        if match and match["account"] == settings.TWILIO_ACCOUNT_SID:
            return base + path
    raise MediaRefused("not an attachment at our carrier")


def delivery_address(answer: aiohttp.ClientResponse) -> str:
    """Return where a redirect leads; raise MediaRefused unless that is Twilio's own network."""
    target = urljoin(str(answer.url), answer.headers.get("Location", ""))
    split = urlsplit(target)
    if split.scheme != "https" or split.netloc not in DELIVERY_HOSTS:
        raise MediaRefused("redirected to a foreign host")
    return target


async def content_of(answer: aiohttp.ClientResponse) -> tuple[str, bytes]:
    """Return the type and the bytes of an answer, reading no more than is allowed."""
    if answer.status in {404, 410}:
        raise MediaRefused("gone")
    if answer.status != 200:
        raise MediaUnavailable(f"status {answer.status}")
    content = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > MAX_BYTES:
            raise MediaRefused("larger than 5 MB")
    return answer.content_type, bytes(content)

"""Signed inbound texts per second and per core, each stored before it is answered."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import os
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from django.conf import settings

from bench.processes import Web, cpu_seconds, free_port, running_web

TEXTS = 2_000
CONNECTIONS = 16
BODIES = (
    "la migra en la {n} y Vermont, 4 agentes",
    "ICE vans at {n}th and Normandie",
    "웨스턴이랑 윌셔 코너에 이민국 {n}명",
    "agents at the 7-Eleven on Olympic and Normandie, {n} cars",
)


@dataclass(frozen=True, slots=True)
class Result:
    """What one run of `texts` signed webhooks took."""

    texts: int
    seconds: float
    cpu_seconds: float
    slowest_ms: float

    @property
    def per_core(self) -> float:
        """Texts a second that one core of ours serves."""
        return self.texts / self.cpu_seconds


def measure(texts: int = TEXTS) -> Result:
    """Post `texts` signed texts from as many numbers at a granian worker of our own."""
    with running_web(free_port(), os.environ) as web:
        asyncio.run(post_all(web, 50, first=texts))
        before, begin = cpu_seconds(web.pid), time.monotonic()
        times = asyncio.run(post_all(web, texts, first=0))
        seconds = time.monotonic() - begin
        used = cpu_seconds(web.pid) - before
    return Result(texts, seconds, used, sorted(times)[int(texts * 0.99)])


async def post_all(web: Web, texts: int, *, first: int) -> list[float]:
    """Post the texts over kept connections; return the milliseconds of each."""
    numbers, times = iter(range(first, first + texts)), []
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)

    async def post_some(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            fields = text_fields(number)
            begin = time.monotonic()
            async with session.post(
                f"{web.url}/twilio/sms/",
                data=urlencode(fields),
                headers={
                    **web.headers,
                    "Content-Type": "application/x-www-form-urlencoded",
                    "X-Twilio-Signature": signature(fields),
                },
            ) as answer:
                assert answer.status == 200, await answer.text()
            times.append((time.monotonic() - begin) * 1_000)

    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(post_some(session) for _ in range(CONNECTIONS)))
    return times


def text_fields(number: int) -> dict[str, str]:
    """Return the form of one inbound text as Twilio posts it."""
    body = BODIES[number % len(BODIES)].format(n=number % 9 + 1)
    return fields_of(f"SM{number:032x}", f"+1555{number:07d}", body)


def fields_of(sid: str, number: str, body: str) -> dict[str, str]:
    """Return the form of an inbound text called `sid`."""
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "AccountSid": settings.TWILIO_ACCOUNT_SID,
        "From": number,
        "To": settings.NETWORK_NUMBER,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "ApiVersion": "2010-04-01",
    }


def signature(fields: dict[str, str]) -> str:
    """Sign as Twilio does: https://www.twilio.com/docs/usage/security"""
    signed = f"{settings.PUBLIC_URL}/twilio/sms/" + "".join(
        itertools.chain.from_iterable(sorted(fields.items()))
    )
    mac = hmac.new(settings.TWILIO_AUTH_TOKEN.encode(), signed.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()

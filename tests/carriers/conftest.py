"""A phone network per test, spoken to over real connections on a free port."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web

from alerts.carriers import memory
from alerts.carriers.credentials import basic_auth
from alerts.carriers.simulator.door import serve
from alerts.carriers.simulator.http import Answer, Request
from alerts.carriers.simulator.network import PhoneNetwork
from alerts.carriers.simulator.site import Site
from alerts.carriers.twilio import TwilioCarrier

ACCOUNT = "AC" + "a1" * 16
SERVICE = "MG" + "b2" * 16
AUTH_TOKEN = "c3" * 16
HASTY_SECONDS = 0.3
API_KEY = "SK" + "d4" * 16
TOKEN = "open sesame"
NETWORK_NUMBER = "+12135550100"
ANA = "+12135550123"
JIWOO = "+13235550145"


@dataclass
class Phones:
    """A running simulator: its state, its address, and what was asked of it."""

    network: PhoneNetwork
    url: str
    session: aiohttp.ClientSession
    requests: list[Request] = field(default_factory=list)

    async def control(self, method: str, path: str, data: object = None, **query: str) -> Any:
        """Use the control API as a script would, and return the JSON of a good answer."""
        async with self.session.request(
            method,
            f"{self.url}/api/{path}",
            json=data,
            params=query,
            headers={"Authorization": f"Token {TOKEN}"},
        ) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def order(self, *rules: dict[str, Any]) -> None:
        await self.control("POST", "faults/", list(rules))

    async def text_in(self, from_: str, body: str, **more: object) -> Any:
        return await self.control("POST", "inbound/", {"from": from_, "body": body, **more})

    async def ledger(self, **query: str) -> list[dict[str, Any]]:
        return (await self.control("GET", "messages/", **query))["results"]

    async def twilio(
        self, method: str, path: str, form: dict[str, str] | None = None, **kwargs: Any
    ) -> tuple[int, Any]:
        """Use Twilio's API as curl would; return the status and the JSON of the answer."""
        kwargs.setdefault("headers", {"Authorization": basic_auth(ACCOUNT, AUTH_TOKEN)})
        async with self.session.request(
            method, f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/{path}", data=form, **kwargs
        ) as answer:
            content = await answer.read()
            return answer.status, await answer.json() if content else None

    def creates(self) -> list[dict[str, str]]:
        """The forms of the create requests so far."""
        return [
            dict(parse_qsl(request.body.decode(), keep_blank_values=True))
            for request in self.requests
            if request.head.method == "POST" and request.head.path.endswith("/Messages.json")
        ]


@dataclass
class Webhook:
    """An address that keeps what is posted to it."""

    url: str
    posts: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    """Address, form and signature of each post."""
    status: int = 200
    arrived: Callable[[int], Awaitable[None]] = None  # type: ignore[assignment]


@pytest.fixture
async def webhook() -> AsyncIterator[Webhook]:
    changed = asyncio.Condition()

    async def keep(request: web.Request) -> web.Response:
        form = dict(parse_qsl(await request.text(), keep_blank_values=True))
        url = f"http://{request.host}{request.path_qs}"
        hook.posts.append((url, form, request.headers.get("X-Twilio-Signature", "")))
        async with changed:
            changed.notify_all()
        return web.Response(status=hook.status, text="<Response/>", content_type="text/xml")

    async def arrived(count: int) -> None:
        async with asyncio.timeout(30), changed:
            await changed.wait_for(lambda: len(hook.posts) >= count)

    app = web.Application()
    app.router.add_post("/{path:.*}", keep)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    hook = Webhook(f"http://127.0.0.1:{port}/twilio/sms/", arrived=arrived)
    yield hook
    await runner.cleanup()


@pytest.fixture
async def phones(webhook: Webhook) -> AsyncIterator[Phones]:
    network = PhoneNetwork(
        account_sid=ACCOUNT,
        auth_token=AUTH_TOKEN,
        number=NETWORK_NUMBER,
        webhook_url=webhook.url,
        token=TOKEN,
        service_sid=SERVICE,
        api_key=API_KEY,
        api_secret="the key's secret",
        sent_after=0.01,
        delivered_after=0.02,
    )
    site = Site(network)

    def keep(request: Request) -> Answer | Awaitable[Answer]:
        running.requests.append(request)
        return site.answer(request)

    server = await serve(keep)
    port = server.sockets[0].getsockname()[1]
    async with aiohttp.ClientSession() as session:
        running = Phones(network, f"http://127.0.0.1:{port}", session)
        yield running
    server.close()
    await site.exchange.close()


@pytest.fixture
async def make_carrier(phones: Phones) -> AsyncIterator[Callable[..., TwilioCarrier]]:
    made = []

    def make(**changes: Any) -> TwilioCarrier:
        values = {
            "account_sid": ACCOUNT,
            "username": ACCOUNT,
            "password": AUTH_TOKEN,
            "service_sid": SERVICE,
            "api_url": phones.url,
            "connect_seconds": 5.0,
            "read_seconds": 20.0,
        }
        made.append(TwilioCarrier(**{**values, **changes}))
        return made[-1]

    yield make
    for carrier in made:
        await carrier.close()


@pytest.fixture
def carrier(make_carrier: Callable[..., TwilioCarrier]) -> TwilioCarrier:
    return make_carrier()


@pytest.fixture
def hasty_carrier(make_carrier: Callable[..., TwilioCarrier]) -> TwilioCarrier:
    """A carrier that does not wait long for an answer."""
    return make_carrier(read_seconds=HASTY_SECONDS)


@pytest.fixture(autouse=True)
def empty_memory() -> None:
    memory.reset()

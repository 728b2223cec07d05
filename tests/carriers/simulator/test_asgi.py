"""The simulator inside another application, behind a real server as in the demo."""

import asyncio

import aiohttp
import pytest
import uvicorn

from alerts.carriers.base import Outcome, Text
from alerts.carriers.simulator import PhoneNetwork, simulator_app
from alerts.carriers.twilio import TwilioCarrier
from tests.carriers.conftest import (
    ACCOUNT,
    ANA,
    AUTH_TOKEN,
    HASTY_SECONDS,
    NETWORK_NUMBER,
    SERVICE,
    TOKEN,
)


@pytest.fixture
async def mounted(webhook):
    """The address of a simulator below /simulator in another application, and its network."""
    network = PhoneNetwork(
        account_sid=ACCOUNT,
        auth_token=AUTH_TOKEN,
        number=NETWORK_NUMBER,
        webhook_url=webhook.url,
        token=TOKEN,
        service_sid=SERVICE,
        sent_after=0.01,
        delivered_after=0.01,
    )
    simulator = simulator_app(network, prefix="/simulator")

    async def host(scope, receive, send):
        if scope["path"].startswith("/simulator"):
            await simulator(scope, receive, send)

    config = uvicorn.Config(host, port=0, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(30):
        while not server.started:
            await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/simulator", network
    server.should_exit = server.force_exit = True
    await serving


@pytest.fixture
async def session():
    async with aiohttp.ClientSession(headers={"Authorization": f"Token {TOKEN}"}) as session:
        yield session


@pytest.fixture
async def carrier(mounted):
    carrier = TwilioCarrier(
        account_sid=ACCOUNT,
        username=ACCOUNT,
        password=AUTH_TOKEN,
        service_sid=SERVICE,
        api_url=mounted[0],
        read_seconds=20.0,
    )
    yield carrier
    await carrier.close()


async def test_it_takes_texts_and_calls_back(mounted, carrier, webhook, session):
    url, _ = mounted

    outcome = await carrier.send(Text(ANA, "hello", webhook.url))
    await webhook.arrived(2)

    assert outcome.kind == "accepted"
    assert [form["MessageStatus"] for _, form, _ in webhook.posts] == ["sent", "delivered"]
    async with session.get(f"{url}/api/messages/", params={"to": ANA}) as answer:
        (entry,) = (await answer.json())["results"]
    assert (entry["sid"], entry["status"]) == (outcome.sid, "delivered")


async def test_it_texts_in(mounted, webhook, session):
    url, _ = mounted

    async with session.post(f"{url}/api/inbound/", json={"from": ANA, "body": "hola"}) as answer:
        assert (await answer.json())["status"] == 200

    assert webhook.posts[0][1]["Body"] == "hola"


@pytest.mark.parametrize(
    ("fault", "is_taken"), [("reset_before", False), ("reset_after_accept", True), ("hang", True)]
)
async def test_it_leaves_as_little_known_as_a_cut_connection(
    mounted, carrier, session, fault, is_taken
):
    url, network = mounted
    rules = [{"fault": fault, "count": 1, "seconds": 60}]
    async with session.post(f"{url}/api/faults/", json=rules) as answer:
        assert answer.status == 200

    if fault == "hang":
        carrier.http.pool.answer_seconds = HASTY_SECONDS
    assert await carrier.send(Text(ANA, "hello")) == Outcome("unknown")
    carrier.http.pool.answer_seconds = 20.0
    assert len(network.messages) == is_taken
    assert (await carrier.send(Text(ANA, "hello"))).kind == "accepted"


async def test_it_sends_visitors_to_the_page(mounted, session):
    url, _ = mounted

    async with session.get(url) as answer:
        assert answer.status == 200
        assert str(answer.url) == f"{url}/"
        assert "<h1>Phones</h1>" in await answer.text()


async def test_it_refuses_an_endless_body(mounted, session, monkeypatch):
    monkeypatch.setattr("alerts.carriers.simulator.asgi.MAX_BODY", 1000)

    async with session.post(f"{mounted[0]}/api/inbound/", data=b"x" * 2000) as answer:
        assert answer.status == 413

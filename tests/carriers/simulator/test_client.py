"""The simulator's own client: forms to many addresses."""

import asyncio

import pytest

from alerts.carriers.connections import NoAnswer
from alerts.carriers.simulator import client as clients
from alerts.carriers.simulator.client import Client


@pytest.fixture
async def client():
    client = Client()
    yield client
    client.close()


async def test_it_posts_to_a_path_with_a_query(client, webhook):
    url = webhook.url + "?a=1&b=%20"

    status, body = await client.post(url, b"x=%ED%95%9C", {"X-Twilio-Signature": "s"})

    assert (status, body) == (200, b"<Response/>")
    assert webhook.posts == [(url, {"x": "한"}, "s")]


async def test_it_keeps_connections_apart_by_address(client, webhook):
    await client.post(webhook.url, b"", {})
    await client.post(webhook.url.replace("127.0.0.1", "localhost"), b"", {})
    await client.post(webhook.url, b"", {})

    assert [len(pool.idle) for pool in client.pools.values()] == [1, 1]


async def test_it_opens_no_more_connections_than_allowed(monkeypatch, webhook):
    monkeypatch.setattr(clients, "MAX_CONNECTIONS", 2)
    client = Client()

    answers = await asyncio.gather(*(client.post(webhook.url, b"", {}) for _ in range(10)))

    (pool,) = client.pools.values()
    assert [status for status, _body in answers] == [200] * 10
    assert 1 <= len(pool.idle) <= 2
    client.close()


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/", "http:///x", "/twilio/sms/"])
async def test_it_knows_no_other_addresses(client, url):
    with pytest.raises(NoAnswer):
        await client.post(url, b"", {})


async def test_it_says_when_nobody_is_there(client, unused_tcp_port):
    with pytest.raises(NoAnswer, match="no connection"):
        await client.post(f"http://127.0.0.1:{unused_tcp_port}/", b"", {})

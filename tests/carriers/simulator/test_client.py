"""The simulator's own client, against servers that speak HTTP in more than one way."""

import asyncio

import pytest

from alerts.carriers.simulator.client import Client, NoAnswer


@pytest.fixture
async def serve():
    """Start a server that gives each connection the next answers; return its address."""
    servers = []

    async def start(*connections: list[bytes]) -> str:
        waiting = list(connections)

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for answer in waiting.pop(0):
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
                for byte in (answer[:7], answer[7:]):
                    writer.write(byte)
                    await writer.drain()
                    await asyncio.sleep(0.01)
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"

    yield start
    for server in servers:
        server.close()


@pytest.fixture
async def client():
    client = Client()
    yield client
    client.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (OK, (200, b"hi")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", (403, b"")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
            (200, b"abcde"),
        ),
        (b"HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", (200, b"hi")),
    ],
)
async def test_it_reads_an_answer(serve, client, answer, expected):
    url = await serve([answer])

    assert await client.post(url, b"a=b", {}) == expected


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"220 smtp ready\r\n\r\n"]
)
async def test_it_says_when_there_is_no_answer(serve, client, answer):
    url = await serve([answer])

    with pytest.raises(NoAnswer):
        await client.post(url, b"a=b", {})


async def test_it_keeps_connections(serve, client):
    url = await serve([OK, OK, OK])

    assert [(await client.post(url, b"", {}))[0] for _ in range(3)] == [200, 200, 200]


async def test_it_opens_a_new_connection_for_one_that_died(serve, client):
    url = await serve([OK], [OK])

    assert (await client.post(url, b"", {}))[0] == 200
    assert (await client.post(url, b"", {}))[0] == 200


async def test_it_gives_up_a_silent_server(serve, client, monkeypatch):
    monkeypatch.setattr("alerts.carriers.simulator.client.SECONDS", 0.1)
    server = await asyncio.start_server(lambda reader, writer: asyncio.sleep(5), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    with pytest.raises(NoAnswer, match="TimeoutError"):
        await client.post(f"http://127.0.0.1:{port}/", b"", {})
    server.close()


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/", "http:///x", "/twilio/sms/"])
async def test_it_knows_no_other_addresses(client, url):
    with pytest.raises(NoAnswer):
        await client.post(url, b"", {})

"""What stands between us and Twilio may answer too; none of it may be taken for Twilio's word."""

import asyncio
import json
import logging
import socket
from urllib.parse import quote_plus

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from alerts.carriers.base import Outcome, Text
from alerts.carriers.transport import LeanHttpClient
from alerts.carriers.twilio import quoted
from tests.carriers.conftest import ANA

SID = "SM" + "0f" * 16
OTHER = "MM" + "aB" * 16


@pytest.fixture
async def stranger():
    """A server that answers every request with what the test sets, and counts them."""

    async def answer(request: web.Request) -> web.Response:
        server.seen.append(str(request.rel_url))
        server.connections.add(request.transport)
        return web.Response(**server.answer)

    server = web.Application()
    server.router.add_route("*", "/{path:.*}", answer)
    server.seen, server.connections, server.answer = [], set(), {}
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (201, "", Outcome("unknown")),
        (201, "[]", Outcome("unknown")),
        (201, "null", Outcome("unknown")),
        (201, '"hello"', Outcome("unknown")),
        (201, "{}", Outcome("unknown")),
        (201, '{"sid": null}', Outcome("unknown")),
        (201, '{"sid": ["SM"]}', Outcome("unknown")),
        (201, '{"sid": "SM1"}', Outcome("unknown")),
        (201, f'{{"sid": "{SID}", "date_created": 7}}', Outcome("accepted", sid=SID)),
        (201, "[" * 100_000, Outcome("unknown")),
        (201, f'{{"sid": "{SID}"}}', Outcome("accepted", sid=SID)),
        (201, f'{{\n  "to": "x",\n  "sid" : "{SID}"\n}}', Outcome("accepted", sid=SID)),
        (201, json.dumps({"body": f'"sid": "{SID}"'}), Outcome("unknown")),
        (201, json.dumps({"body": f'\\"sid": "{SID}"', "sid": OTHER}), Outcome("accepted", OTHER)),
        (201, f'{{"messaging_service_sid": "{SID}"}}', Outcome("unknown")),
        (201, f'{{"sid": "{SID}0"}}', Outcome("unknown")),
        (200, "<html>Sign in to the hotel's network</html>", Outcome("unknown")),
        (302, "", Outcome("unknown", code="302")),
        (400, "<html>Bad gateway configuration</html>", Outcome("unknown", code="400")),
        (403, '{"message": "blocked by policy"}', Outcome("unknown", code="403")),
        (404, '{"code": 404}', Outcome("unknown", code="404")),
        (400, '{"code": "21211"}', Outcome("unknown", code="400")),
        (400, '{"code": true}', Outcome("unknown", code="400")),
        (400, '{"code": 21211}', Outcome("refused", code="21211")),
        (401, "<html>Unauthorized</html>", Outcome("refused", code="401")),
        (429, "slow down", Outcome("throttled", code="429")),
        (
            500,
            '{"type": "t", "title": "x", "status": 429, "code": 20429}',
            Outcome("unknown", code="20429"),
        ),
        (503, "", Outcome("unknown", code="503")),
    ],
)
async def test_it_believes_only_what_is_twilios(make_carrier, stranger, status, body, outcome):
    stranger.answer = {"status": status, "text": body}

    assert await make_carrier(api_url=stranger.url).send(Text(ANA, "hello")) == outcome


@given(st.text())
def test_it_writes_values_as_everybody_does(value):
    assert quoted(value) == quote_plus(value)


async def test_it_follows_no_redirect(make_carrier, stranger):
    stranger.answer = {"status": 307, "headers": {"Location": f"{stranger.url}/elsewhere"}}

    outcome = await make_carrier(api_url=stranger.url).send(Text(ANA, "hello"))

    assert outcome.kind == "unknown"
    assert len(stranger.seen) == 1


async def test_it_keeps_the_path_of_the_configured_address(make_carrier, stranger):
    await make_carrier(api_url=f"{stranger.url}/simulator/").send(Text(ANA, "hello"))

    assert stranger.seen[0].startswith("/simulator/2010-04-01/Accounts/AC")


async def test_it_ignores_proxies_and_regions_of_the_environment(
    make_carrier, stranger, monkeypatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    stranger.answer = {"status": 201, "text": f'{{"sid": "{SID}"}}'}

    outcome = await make_carrier(api_url=stranger.url).send(Text(ANA, "hello"))

    assert outcome.kind == "accepted"


async def test_it_knows_that_nothing_was_sent_without_a_connection(make_carrier, unused_tcp_port):
    carrier = make_carrier(api_url=f"http://127.0.0.1:{unused_tcp_port}")

    assert await carrier.send(Text(ANA, "hello")) == Outcome("throttled", code="connect")


async def test_it_knows_that_nothing_was_sent_when_the_name_is_not_found(make_carrier):
    carrier = make_carrier(api_url="http://nowhere.invalid")

    assert await carrier.send(Text(ANA, "hello")) == Outcome("throttled", code="connect")


async def test_it_knows_that_nothing_was_sent_while_connecting_takes_too_long(make_carrier):
    # A full backlog: the kernel answers no further handshake.
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        carrier = make_carrier(api_url=f"http://127.0.0.1:{port}", connect_seconds=0.2)

        outcome = await carrier.send(Text(ANA, "hello"))

        for filler in fillers:
            filler.close()
    assert outcome == Outcome("throttled", code="connect")


async def test_it_gives_up_an_answer_that_trickles_in(make_carrier):
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n")
        while not reader.at_eof():
            writer.write(b" ")
            await asyncio.sleep(0.05)
            if writer.transport.is_closing():
                return

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    carrier = make_carrier(
        api_url=f"http://127.0.0.1:{port}", connect_seconds=0.1, read_seconds=0.2
    )

    async with asyncio.timeout(30):
        outcome = await carrier.send(Text(ANA, "hello"))

    assert outcome == Outcome("unknown")
    server.close()


async def test_it_sends_one_request_over_a_connection_the_server_gives_up(make_carrier):
    """A text written to a dying kept connection is unknown, not sent again."""
    seen = []

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            seen.append(await reader.readuntil(b"\r\n\r\n"))
            length = int(seen[-1].lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            await reader.readexactly(length)
            if len(seen) == 2:
                break
            body = f'{{"sid": "{SID}"}}'.encode()
            writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    server = await asyncio.start_server(answer_once, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    carrier = make_carrier(api_url=f"http://127.0.0.1:{port}")

    kinds = [(await carrier.send(Text(ANA, "hello"))).kind for _ in range(2)]

    assert kinds == ["accepted", "unknown"]
    assert len(seen) == 2
    server.close()


async def test_it_uses_one_connection_for_one_text_after_the_other(make_carrier, stranger):
    stranger.answer = {"status": 201, "text": f'{{"sid": "{SID}"}}'}
    carrier = make_carrier(api_url=stranger.url)

    for _ in range(5):
        await carrier.send(Text(ANA, "hello"))

    assert len(stranger.seen) == 5
    assert len(stranger.connections) == 1


async def test_it_logs_neither_number_nor_words(carrier, phones, caplog):
    caplog.set_level(logging.DEBUG)
    await phones.order({"fault": "error_500", "count": 1})

    await carrier.send(Text(ANA, "agents at Wilshire"))
    await carrier.send(Text(ANA, "agents at Wilshire"))

    assert ANA.removeprefix("+") not in caplog.text
    assert "Wilshire" not in caplog.text


def test_it_refuses_to_carry_credentials_elsewhere():
    client = LeanHttpClient("http://127.0.0.1:1", connect_seconds=1, read_seconds=1)

    with pytest.raises(ValueError, match="not below"):
        client.target("https://api.twilio.com.example.org/2010-04-01/")

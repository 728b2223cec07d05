"""The bare door: what may stand on a connection, whole or in pieces."""

import asyncio
from urllib.parse import parse_qsl, unquote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.carriers.credentials import basic_auth
from alerts.carriers.simulator.door import Door, serve
from alerts.carriers.simulator.http import Answer, decode, parse_form
from tests.carriers.conftest import ACCOUNT, ANA, AUTH_TOKEN, NETWORK_NUMBER

FORM = urlencode({"To": ANA, "From": NETWORK_NUMBER, "Body": "hello"})
CREATE = (
    f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1\r\nHost: x\r\n"
    f"Authorization: {basic_auth(ACCOUNT, AUTH_TOKEN)}\r\n"
    f"Content-Length: {len(FORM)}\r\n\r\n{FORM}"
).encode()


async def talk(phones, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Write pieces on one connection, and return all that comes back until it is closed."""
    port = int(phones.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)
    if writer.can_write_eof():
        writer.write_eof()
    async with asyncio.timeout(30):
        answer = await reader.read()
    writer.close()
    return answer


async def test_it_answers_pipelined_requests_in_order(phones):
    answer = await talk(phones, CREATE * 3)

    assert answer.count(b"HTTP/1.1 201 Created") == 3
    assert len(await phones.ledger()) == 3


async def test_it_answers_a_request_that_comes_byte_by_byte(phones):
    pieces = [CREATE[index : index + 1] for index in range(len(CREATE))]

    assert (await talk(phones, *pieces)).startswith(b"HTTP/1.1 201")


async def test_it_keeps_the_order_behind_a_slow_answer(phones):
    await phones.order({"fault": "delay_ms", "ms": 50, "count": 1})
    get = CREATE.replace(b"POST", b"GET").partition(b"Content-Length")[0] + b"\r\n"

    answer = await talk(phones, CREATE + get, pause=0.2)

    assert answer.index(b"201 Created") < answer.index(b"200 OK")


async def test_it_closes_when_asked(phones):
    closing = CREATE.replace(b"Host: x", b"Host: x\r\nConnection: close")

    answer = await talk(phones, closing + CREATE)

    assert answer.count(b"HTTP/1.1 201") == 1
    assert b"Connection: close" in answer


async def test_it_invites_a_body_that_asks_first(phones):
    head, _, body = CREATE.partition(b"\r\n\r\n")

    answer = await talk(phones, head + b"\r\nExpect: 100-continue\r\n\r\n", body, pause=0.05)

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET nowhere HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/2\r\n\r\n", 505),
        (b"G\x00T / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431),
        (b"x" * 20_000, 431),
    ],
)
async def test_it_refuses_what_is_not_http(phones, request_, status):
    answer = await talk(phones, request_ + CREATE)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert answer.count(b"HTTP/1.1") == 1
    assert await phones.ledger() == []


async def test_it_survives_a_client_that_goes_away(phones):
    await phones.order({"fault": "hang", "seconds": 0.05, "count": 1})
    port = int(phones.url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(CREATE)
    await writer.drain()
    writer.transport.abort()
    await asyncio.sleep(0.15)

    assert len(await phones.ledger()) == 1
    assert (await talk(phones, CREATE)).startswith(b"HTTP/1.1 201")


async def test_it_answers_500_when_waiting_for_an_answer_fails():
    async def fail(request) -> Answer:
        raise RuntimeError("a broken host application")

    server = await serve(fail)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    server.close()

    assert answer.startswith(b"HTTP/1.1 500")


async def test_it_forgets_heads_before_there_are_too_many(phones, monkeypatch):
    monkeypatch.setattr("alerts.carriers.simulator.door.MAX_KEPT_HEADS", 10)
    for number in range(30):
        await talk(phones, f"GET /{number} HTTP/1.1\r\n\r\n".encode())

    assert len(Door.kept_heads) <= 10


@given(st.text(st.characters(codec="utf-8")))
def test_it_decodes_what_was_encoded(text):
    assert parse_form(urlencode({"Body": text}).encode()) == {"Body": text}


@given(st.text("+%2BbFf05/:,\u00e9 ", max_size=12))
def test_it_decodes_as_the_library_does(text):
    assert decode(text) == unquote_plus(text)


WORDS = st.text(st.characters(codec="utf-8"))


@given(st.dictionaries(WORDS.filter(bool), WORDS))
def test_it_reads_forms_as_the_library_does(form):
    body = urlencode(form)

    assert parse_form(body.encode()) == dict(parse_qsl(body, keep_blank_values=True))

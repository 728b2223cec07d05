"""Kept connections, against servers that speak HTTP in more than one way, or do not."""

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from alerts.carriers import connections
from alerts.carriers.connections import NoAnswer, NotConnected, Pool, parse_answer

REQUEST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
CLOSE = b"<close>"


@pytest.fixture
async def serve():
    """Start a server that gives each connection the next answers; return its address.

    Without more answers a connection stays open and silent; CLOSE closes it.
    """
    servers, written = [], []

    async def start(*scripts: list[bytes], **options) -> str:
        waiting = list(scripts)

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            written.append(writer)
            for answer in waiting.pop(0):
                if answer == CLOSE:
                    writer.close()
                    return
                await reader.readexactly(len(REQUEST))
                # In two pieces, so that nobody relies on whole ones.
                for piece in (answer[:9], answer[9:]):
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.005)

        server = await asyncio.start_server(talk, "127.0.0.1", 0, **options)
        servers.append(server)
        scheme = "https" if options else "http"
        return f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield start
    for writer in written:
        writer.close()
    for server in servers:
        server.close()


@pytest.fixture
async def make_pool():
    pools = []

    def make(address: str, **changes) -> Pool:
        values = {
            "connect_seconds": 10.0,
            "answer_seconds": 10.0,
            "idle_seconds": 30,
            "max_answer": 10_000,
        }
        pools.append(Pool(address, **{**values, **changes}))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (OK, (200, b"hi")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 403\r\nContent-Length: 0\r\n\r\n", (403, b"")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, (200, b"hi")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
            (200, b"abcde"),
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
            (200, b"abc"),
        ),
    ],
)
async def test_it_reads_an_answer(serve, make_pool, answer, expected):
    pool = make_pool(await serve([answer, OK]))

    assert await pool.ask(REQUEST) == expected
    assert await pool.ask(REQUEST) == (200, b"hi")


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
        (b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
        (OK + b"and something nobody asked for", b"hi"),
    ],
)
async def test_it_does_not_use_such_a_connection_again(serve, make_pool, answer, body):
    pool = make_pool(await serve([answer], [OK]))

    assert await pool.ask(REQUEST) == (200, body)
    assert not pool.idle
    assert await pool.ask(REQUEST) == (200, b"hi")


async def test_it_reads_an_answer_without_a_length_to_its_end(serve, make_pool):
    pool = make_pool(await serve([b"HTTP/1.1 200 OK\r\n\r\nall of this", CLOSE]))

    assert await pool.ask(REQUEST) == (200, b"all of this")


@pytest.mark.parametrize(
    "answer",
    [
        b"220 smtp.example ready\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + b"x" * 20_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000,
    ],
)
async def test_it_gives_up_what_is_no_answer(serve, make_pool, answer):
    pool = make_pool(await serve([answer]), answer_seconds=60)

    async with asyncio.timeout(30):
        with pytest.raises(NoAnswer):
            await pool.ask(REQUEST)
    assert not pool.idle


@pytest.mark.parametrize("answer", [b"", OK[:20], OK[:-1]])
async def test_it_gives_up_an_answer_that_breaks_off(serve, make_pool, answer):
    pool = make_pool(await serve([answer, CLOSE]), answer_seconds=60)

    async with asyncio.timeout(30):
        with pytest.raises(NoAnswer, match="closed"):
            await pool.ask(REQUEST)


async def test_it_gives_up_a_silent_server_and_its_connection(serve, make_pool):
    pool = make_pool(await serve([], [OK]), answer_seconds=0.1)

    with pytest.raises(NoAnswer, match="in time"):
        await pool.ask(REQUEST)
    assert await pool.ask(REQUEST) == (200, b"hi")


async def test_it_takes_nothing_for_an_answer_that_came_before_the_question(serve, make_pool):
    goodbye = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
    address = await serve([OK], [OK])
    pool = make_pool(address)
    await pool.ask(REQUEST)
    (connection,) = pool.idle

    connection.data_received(goodbye)

    assert connection.is_closing
    assert await pool.ask(REQUEST) == (200, b"hi")


async def test_it_uses_no_connection_the_server_has_closed(serve, make_pool):
    pool = make_pool(await serve([OK, CLOSE], [OK]))
    await pool.ask(REQUEST)
    await until(lambda: pool.idle[0].is_closing)

    assert await pool.ask(REQUEST) == (200, b"hi")


async def test_it_knows_that_nothing_was_sent_over_a_connection_that_was_gone(serve, make_pool):
    pool = make_pool(await serve([OK]))
    await pool.ask(REQUEST)
    (connection,) = pool.idle
    connection.transport.abort()  # not told yet: `connection_lost` comes a turn later

    with pytest.raises(NotConnected):
        await pool.ask(REQUEST)


async def test_it_uses_no_connection_that_was_idle_too_long(serve, make_pool):
    pool = make_pool(await serve([OK], [OK]), idle_seconds=0)
    await pool.ask(REQUEST)
    await asyncio.sleep(0.01)

    assert await pool.ask(REQUEST) == (200, b"hi")


async def test_it_closes_the_connection_of_a_request_that_is_given_up(serve, make_pool):
    pool = make_pool(await serve([]))
    opened = []
    real_open = pool.open

    async def open_and_note():
        opened.append(await real_open())
        return opened[-1]

    pool.open = open_and_note
    asking = asyncio.create_task(pool.ask(REQUEST))
    await until(lambda: opened and opened[0].waiting is not None)

    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking

    assert opened[0].is_closing


@pytest.mark.parametrize("address", ["", "ftp://x", "http://", "/simulator", "api.twilio.com"])
def test_it_knows_no_other_addresses(address):
    with pytest.raises(ValueError, match="address"):
        Pool(
            address,
            connect_seconds=1,
            answer_seconds=1,
            idle_seconds=1,
            max_answer=1,
        )


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 that nobody signed, and a server's TLS settings with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return path, server


async def test_it_speaks_tls_with_whom_it_trusts(serve, make_pool, certificate, monkeypatch):
    path, server = certificate
    trusting = ssl.create_default_context(cafile=path)
    monkeypatch.setattr(connections, "tls", lambda: trusting)
    pool = make_pool(await serve([OK, OK], ssl=server))

    assert await pool.ask(REQUEST) == (200, b"hi")
    assert await pool.ask(REQUEST) == (200, b"hi")


async def test_it_sends_nothing_to_a_server_it_cannot_trust(serve, make_pool, certificate):
    pool = make_pool(await serve([OK], ssl=certificate[1]))

    with pytest.raises(NotConnected):
        await pool.ask(REQUEST)


@pytest.mark.parametrize("end", range(len(OK)))
def test_it_waits_for_the_whole_answer(end):
    assert parse_answer(OK[:end], is_ended=False) is None
    assert parse_answer(OK, is_ended=False) == (200, b"hi", True)

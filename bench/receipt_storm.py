"""Receipts by the thousand: what one costs, and how long the carrier waits for its answer."""

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

import uvloop

from alerts.carriers.signature import sign
from alerts.dispatch.callback import HandOver, make
from bench import fleet
from bench.ground import Ground
from bench.processes import cpu_seconds, free_port, wait_for

TEXTS = 4_000
CONNECTIONS = 32
STEADY = 1_000
STEADY_SECONDS = 4
WORDS = ("sent", "delivered")


@dataclass(slots=True)
class Storm:
    """What one way of serving receipts costs."""

    name: str
    rate: float
    server_ms: float
    database_ms: float
    p50_ms: float
    p99_ms: float
    refused: int


class Client(asyncio.Protocol):
    """One kept connection, with one request in flight."""

    def __init__(self) -> None:
        self.unread = b""
        self.answered: asyncio.Future[bool] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.unread += data
        if b"\r\n\r\n" in self.unread and self.answered and not self.answered.done():
            self.answered.set_result(self.unread.startswith(b"HTTP/1.1 204"))
            self.unread = b""

    async def post(self, request: bytes) -> bool:
        """Send one request and say whether it was answered 204."""
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answered


def measure(ground: Ground, *, is_door: bool) -> Storm:
    """Post two receipts for each of TEXTS texts, as fast as they are taken, then steadily."""
    port = free_port()
    ground.scene.sender(1e6)
    with fleet.running(server_command(port, is_door=is_door), ground.env) as server:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        requests = signed_requests(ground, port)
        uvloop.run(drive(port, requests[:500], CONNECTIONS))
        requests = signed_requests(ground, port)
        database = ground.database.process.pid
        before = (cpu_seconds(server.pid), cpu_seconds(database))
        taken, took = uvloop.run(drive(port, requests, CONNECTIONS))
        after = (cpu_seconds(server.pid), cpu_seconds(database))
        waits = uvloop.run(steady(port, signed_requests(ground, port)))
    used = [1000 * (end - start) / len(requests) for start, end in zip(before, after, strict=True)]
    cuts = statistics.quantiles(waits, n=100)
    return Storm(
        name="door of their own (RSGI)" if is_door else "Django view (WSGI)",
        rate=len(requests) / took,
        server_ms=used[0],
        database_ms=used[1],
        p50_ms=1000 * cuts[49],
        p99_ms=1000 * cuts[98],
        refused=len(requests) - taken,
    )


def server_command(port: int, *, is_door: bool) -> list[str]:
    """Return the command that serves receipts on `port`."""
    kind = ["--interface=rsgi", "rapidresponse.rsgi:application"]
    if not is_door:
        kind = ["--interface=wsgi", "--blocking-threads=8", "rapidresponse.wsgi:application"]
    granian = [sys.executable, "-m", "granian", "--host=127.0.0.1", f"--port={port}"]
    return [*granian, "--workers=1", "--no-ws", "--log-level=error", *kind]


def signed_requests(ground: Ground, port: int) -> list[bytes]:
    """Return receipts for TEXTS fresh texts, each word after the other."""
    pks = ground.scene.accepted_texts(TEXTS)
    return [request_of(ground, port, pk, word) for word in WORDS for pk in pks]


def request_of(ground: Ground, port: int, pk: int, word: str) -> bytes:
    path = f"/twilio/status/{make(HandOver(pk, 1))}/"
    form = {
        "SmsSid": f"SM{pk:032x}",
        "SmsStatus": word,
        "MessageStatus": word,
        "To": "+12135550123",
        "MessagingServiceSid": ground.env["TWILIO_MESSAGING_SERVICE_SID"],
        "MessageSid": f"SM{pk:032x}",
        "AccountSid": ground.env["TWILIO_ACCOUNT_SID"],
        "From": "+12135550100",
        "ApiVersion": "2010-04-01",
    }
    address = ground.env["PUBLIC_URL"] + path
    fields = [(name, [value]) for name, value in form.items()]
    signature = sign(address, fields, ground.env["TWILIO_AUTH_TOKEN"])
    body = urlencode(form)
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Twilio-Signature: {signature}\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def connect(port: int, count: int) -> list[Client]:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Client, "127.0.0.1", port) for _ in range(count)]
    return [client for _transport, client in made]


async def drive(port: int, requests: Sequence[bytes], connections: int) -> tuple[int, float]:
    """Post everything, one request in flight per connection; return how many were taken."""
    waiting = iter(requests)
    start = time.monotonic()

    async def work(client: Client) -> int:
        return sum([await client.post(request) for request in waiting])

    taken = await asyncio.gather(*(work(client) for client in await connect(port, connections)))
    return sum(taken), time.monotonic() - start


async def steady(port: int, requests: Sequence[bytes]) -> list[float]:
    """Post STEADY requests a second and return how long each waited, queueing included."""
    free: asyncio.Queue[Client] = asyncio.Queue()
    for client in await connect(port, 2 * CONNECTIONS):
        free.put_nowait(client)
    start = time.monotonic()
    waits: list[float] = []

    async def post(request: bytes, due: float) -> None:
        client = await free.get()
        await client.post(request)
        free.put_nowait(client)
        waits.append(time.monotonic() - due)

    async with asyncio.TaskGroup() as group:
        for place, request in enumerate(requests[: STEADY * STEADY_SECONDS]):
            due = start + place / STEADY
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            group.create_task(post(request, due))
    return waits

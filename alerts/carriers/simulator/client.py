"""A lean HTTP client for callbacks and webhooks: kept-alive connections, one request each."""

import asyncio
import ssl
from collections import defaultdict, deque
from typing import cast
from urllib.parse import SplitResult, urlsplit

from alerts.carriers.simulator.http import BadRequest, parse_headers

MAX_CONNECTIONS = 64
# Twilio waits 15 seconds for a webhook.
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
SECONDS = 15.0
MAX_ANSWER = 1024 * 1024


class NoAnswer(Exception):
    """The other side could not be reached or did not answer in HTTP."""


class Connection(asyncio.Protocol):
    """One kept connection, with one request on it at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.unread = b""
        self.waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self.is_closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closing = True
        self.give_up(NoAnswer("connection closed"))

    def data_received(self, data: bytes) -> None:
        self.unread += data
        try:
            self.read_answer()
        except (BadRequest, ValueError):
            self.close()
            self.give_up(NoAnswer("not HTTP"))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send one request and return the status and the body of the answer."""
        if self.transport is None or self.is_closing:
            raise NoAnswer("connection closed")
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        try:
            return await self.waiting
        except asyncio.CancelledError:
            self.close()
            raise

    def read_answer(self) -> None:
        """Settle the waiting request once the whole answer is there."""
        head, found, rest = self.unread.partition(b"\r\n\r\n")
        if not found:
            if len(head) > MAX_ANSWER:
                raise ValueError("endless head")
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        status = int(first.split(" ", 2)[1])
        headers = parse_headers(lines)
        body = chunked(rest) if "transfer-encoding" in headers else sized(rest, headers, status)
        if body is None:
            if len(rest) > MAX_ANSWER:
                raise ValueError("too long")
            return
        self.unread = b""
        if headers.get("connection", "").lower() == "close":
            self.close()
        if self.waiting and not self.waiting.done():
            self.waiting.set_result((status, body))

    def give_up(self, error: NoAnswer) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(error)

    def close(self) -> None:
        self.is_closing = True
        if self.transport:
            self.transport.close()


def sized(rest: bytes, headers: dict[str, str], status: int) -> bytes | None:
    """Return a body of known length, None while it is incomplete."""
    length = 0 if status in {204, 304} else int(headers.get("content-length", "0"))
    return rest[:length] if len(rest) >= length else None


def chunked(rest: bytes) -> bytes | None:
    """Return a body sent in chunks, None while it is incomplete."""
    body = b""
    while True:
        line, found, rest = rest.partition(b"\r\n")
        if not found:
            return None
        size = int(line.partition(b";")[0], 16)
        if len(rest) < size + 2:
            return None
        if size == 0:
            return body
        body += rest[:size]
        rest = rest[size + 2 :]


class Client:
    """Posts forms, keeping at most 64 connections to each host; for one event loop."""

    def __init__(self) -> None:
        self.idle: dict[tuple[str, str], deque[Connection]] = defaultdict(deque)
        self.places = asyncio.Semaphore(MAX_CONNECTIONS)

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Post a form and return the status and body of the answer; raise NoAnswer without one."""
        split = urlsplit(url)
        request = request_bytes(split, body, headers)
        async with self.places:
            try:
                async with asyncio.timeout(SECONDS):
                    return await self.ask(split, request)
            except (OSError, TimeoutError, ValueError) as err:
                raise NoAnswer(type(err).__name__) from err

    async def ask(self, split: SplitResult, request: bytes) -> tuple[int, bytes]:
        """Ask over a kept connection, and once more over a new one if that had just died."""
        idle = self.idle[split.scheme, split.netloc]
        while idle:
            kept = idle.pop()
            if not kept.is_closing:
                try:
                    return await self.ask_over(kept, idle, request)
                except NoAnswer:
                    break
        return await self.ask_over(await connect(split), idle, request)

    async def ask_over(
        self, connection: Connection, idle: deque[Connection], request: bytes
    ) -> tuple[int, bytes]:
        answer = await connection.ask(request)
        if not connection.is_closing:
            idle.append(connection)
        return answer

    def close(self) -> None:
        """Close the kept connections."""
        for connections in self.idle.values():
            while connections:
                connections.pop().close()


async def connect(split: SplitResult) -> Connection:
    """Open a connection to the host of a URL."""
    if split.scheme not in {"http", "https"} or not split.hostname:
        raise ValueError("not an address")
    is_tls = split.scheme == "https"
    _, connection = await asyncio.get_running_loop().create_connection(
        Connection,
        split.hostname,
        split.port or (443 if is_tls else 80),
        ssl=ssl.create_default_context() if is_tls else None,
    )
    return connection


def request_bytes(split: SplitResult, body: bytes, headers: dict[str, str]) -> bytes:
    """Return a POST as it goes over the wire."""
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {split.netloc.rpartition('@')[2]}",
        "User-Agent: TwilioProxy/1.1",
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

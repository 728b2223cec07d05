"""Kept HTTP/1.1 connections to one address, and as little else as a carrier needs.

A request over aiohttp costs twice the CPU, most of it for what we switch off: cookies, proxies,
redirects, retries. What matters here is to know for certain whether a request was written:
NotConnected says that it was not, NoAnswer that it may have been.
"""

import asyncio
import re
import ssl
import time
from collections import deque
from functools import cache
from typing import cast
from urllib.parse import urlsplit

END = b"\r\n\r\n"
MAX_HEAD = 64 * 1024
# The only headers that matter here.
HEADERS = re.compile(
    rb"\r\n(connection|content-length|transfer-encoding)[ \t]*:([^\r\n]*)", re.IGNORECASE
)


class NotConnected(Exception):
    """No connection could be opened, so certainly nothing was sent."""


class NoAnswer(Exception):
    """The request was written, wholly or in part, and no whole answer came back."""


class Connection(asyncio.Protocol):
    """One connection, with one request on it at a time."""

    def __init__(self, max_answer: int) -> None:
        self.loop = asyncio.get_running_loop()
        self.max_answer = max_answer
        self.transport: asyncio.Transport | None = None
        self.unread = b""
        self.waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self.late: asyncio.TimerHandle | None = None
        self.is_closing = False
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closing = True
        if exc is None and self.waiting:
            self.read_answer(is_ended=True)
        self.give_up("connection closed")

    def data_received(self, data: bytes) -> None:
        if self.waiting is None:
            # Nobody asked: a balancer says goodbye. It must not become the next answer.
            self.close()
            return
        self.unread += data
        self.read_answer(is_ended=False)

    def ask(self, request: bytes, *, seconds: float) -> "asyncio.Future[tuple[int, bytes]]":
        """Send one request; return what will be the status and the body of the answer.

        Raise NotConnected when the connection was gone before; the future raises NoAnswer when it
        broke since, or `seconds` went by.
        """
        transport = cast(asyncio.Transport, self.transport)
        if transport.is_closing():
            raise NotConnected("connection closed")
        self.waiting = self.loop.create_future()
        self.late = self.loop.call_later(seconds, self.fail, "no answer in time")
        transport.write(request)
        return self.waiting

    def read_answer(self, *, is_ended: bool) -> None:
        """Settle the waiting request if the whole answer is there."""
        try:
            answer = parse_answer(self.unread, is_ended=is_ended)
        except ValueError:
            self.fail("not HTTP")
            return
        if answer is None:
            if len(self.unread) > self.max_answer:
                self.fail("too long")
            return
        status, body, keeps_alive = answer
        if not keeps_alive:
            self.close()
        if waiting := self.settle():
            waiting.set_result((status, body))

    def fail(self, reason: str) -> None:
        """Close, and tell who waits."""
        self.close()
        self.give_up(reason)

    def give_up(self, reason: str) -> None:
        if waiting := self.settle():
            waiting.set_exception(NoAnswer(reason))

    def settle(self) -> "asyncio.Future[tuple[int, bytes]] | None":
        """Be ready for the next request; return who still waits for the answer to this one."""
        waiting, self.waiting, self.unread = self.waiting, None, b""
        if self.late:
            self.late.cancel()
        return waiting if waiting and not waiting.done() else None

    def close(self) -> None:
        self.is_closing = True
        if self.transport:
            self.transport.close()


def parse_answer(raw: bytes, *, is_ended: bool) -> tuple[int, bytes, bool] | None:
    """Return status, body and whether the connection may be kept; None while it is incomplete.

    Raise ValueError for what is not HTTP/1.
    """
    head, found, rest = raw.partition(END)
    if not found:
        if len(head) > MAX_HEAD or not b"HTTP/1.".startswith(head[:7]):
            raise ValueError("no head")
        return None
    version, _, words = head.partition(b" ")
    status = int(words[:3])
    if not version.startswith(b"HTTP/1."):
        raise ValueError("not HTTP/1")
    if 100 <= status < 200:
        return parse_answer(rest, is_ended=is_ended)
    headers = {name.lower(): value.strip() for name, value in HEADERS.findall(head)}
    keeps_alive = version == b"HTTP/1.1" and headers.get(b"connection", b"").lower() != b"close"
    if status in {204, 304}:
        return status, b"", keeps_alive and not rest
    if b"transfer-encoding" in headers:
        body = unchunked(rest)
        return None if body is None else (status, body, keeps_alive)
    if b"content-length" not in headers:
        return (status, rest, False) if is_ended else None
    length = int(headers[b"content-length"])
    if length < 0:
        raise ValueError("negative length")
    if len(rest) < length:
        return None
    return status, rest[:length], keeps_alive and len(rest) == length


def unchunked(rest: bytes) -> bytes | None:
    """Return a body sent in chunks, None while it is incomplete; raise ValueError for nonsense."""
    parts: list[bytes] = []
    while True:
        line, found, rest = rest.partition(b"\r\n")
        if not found:
            return None
        size = int(line.partition(b";")[0], 16)
        if size < 0:
            raise ValueError("negative chunk")
        if size == 0:
            # Trailers, if any, end with an empty line.
            return b"".join(parts) if rest.startswith(b"\r\n") or END in rest else None
        if len(rest) < size + 2:
            return None
        parts.append(rest[:size])
        rest = rest[size + 2 :]


class Pool:
    """Kept connections to one address, for one event loop.

    `connect_seconds` bounds resolving the name and connecting; `answer_seconds` everything from
    the first byte written to the last one read. `idle_seconds` must be shorter than the other
    side keeps idle connections, or a request may meet one that is just being closed.
    `max_answer` is in bytes. There are as many connections as requests at the same time: how
    many that may be, its user knows.
    """

    def __init__(
        self,
        address: str,
        *,
        connect_seconds: float,
        answer_seconds: float,
        idle_seconds: float,
        max_answer: int,
    ) -> None:
        split = urlsplit(address)
        if split.scheme not in {"http", "https"} or not split.hostname:
            raise ValueError("an address begins with http:// or https:// and a host")
        self.is_tls = split.scheme == "https"
        self.host = split.hostname
        self.port = split.port or (443 if self.is_tls else 80)
        self.connect_seconds = connect_seconds
        self.answer_seconds = answer_seconds
        self.idle_seconds = idle_seconds
        self.max_answer = max_answer
        self.idle: deque[Connection] = deque()

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send one request; return the status and the body of the answer.

        Raise NotConnected when nothing was written, NoAnswer when something may have been.
        """
        connection = self.kept() or await self.open()
        try:
            answer = await connection.ask(request, seconds=self.answer_seconds)
        except asyncio.CancelledError:
            connection.close()
            raise
        if not connection.is_closing:
            connection.idle_since = time.monotonic()
            self.idle.append(connection)
        return answer

    def kept(self) -> Connection | None:
        """Return the kept connection used last, closing those that have been idle too long."""
        oldest = time.monotonic() - self.idle_seconds
        while self.idle and (self.idle[0].is_closing or self.idle[0].idle_since < oldest):
            self.idle.popleft().close()
        while self.idle:
            connection = self.idle.pop()
            if not connection.is_closing:
                return connection
        return None

    async def open(self) -> Connection:
        """Return a new connection; raise NotConnected without one in time."""
        try:
            async with asyncio.timeout(self.connect_seconds):
                _, connection = await asyncio.get_running_loop().create_connection(
                    lambda: Connection(self.max_answer),
                    self.host,
                    self.port,
                    ssl=tls() if self.is_tls else None,
                )
        except (OSError, TimeoutError) as err:
            raise NotConnected(type(err).__name__) from err
        return connection

    def close(self) -> None:
        """Close the idle connections."""
        while self.idle:
            self.idle.pop().close()


@cache
def tls() -> ssl.SSLContext:
    """Return the TLS settings of every connection; loading the certificates takes 15 ms."""
    return ssl.create_default_context()

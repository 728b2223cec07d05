"""The bare door: one asyncio protocol per connection, kept alive, without a framework."""

import asyncio
from collections.abc import Awaitable
from typing import cast

from alerts.carriers.simulator.http import (
    MAX_HEAD,
    Answer,
    BadRequest,
    Handler,
    Head,
    Request,
    parse_head,
)

END = b"\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
MAX_KEPT_HEADS = 4096


class Door(asyncio.Protocol):
    """One connection. Requests are answered in the order they came."""

    # A client's heads repeat from request to request but for a few lengths of body, so they are
    # parsed once. Shared by all connections and emptied when full.
    kept_heads: dict[bytes, Head] = {}  # noqa: RUF012

    def __init__(self, handle: Handler) -> None:
        self.handle = handle
        self.transport: asyncio.Transport | None = None
        self.unread = b""
        self.is_waiting = False
        self.is_continued = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None

    def pause_writing(self) -> None:
        if self.transport:
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.transport:
            self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        self.unread = self.unread + data if self.unread else data
        if not self.is_waiting:
            self.answer_what_is_there()

    def answer_what_is_there(self) -> None:
        """Answer every whole request, until one has to be waited for."""
        out: list[bytes] = []
        try:
            while self.transport and not self.is_waiting and (request := self.next_request()):
                answer = self.handle(request)
                keeps_alive = request.head.keeps_alive
                if isinstance(answer, Answer) and not answer.delay and not answer.is_cut:
                    out.append(answer.as_bytes(keeps_alive=keeps_alive))
                    if not keeps_alive:
                        self.finish(out)
                else:
                    self.is_waiting = True
                    self.wait_for(answer, keeps_alive=keeps_alive)
        except BadRequest as err:
            out.append(Answer(err.status, b"{}").as_bytes(keeps_alive=False))
            self.finish(out)
        if out and self.transport:
            self.transport.write(b"".join(out))

    def finish(self, out: list[bytes]) -> None:
        """Write what is left to say and close."""
        if self.transport:
            self.transport.write(b"".join(out))
            self.transport.close()
            self.transport = None

    def next_request(self) -> Request | None:
        """Return the next whole request, None while it is incomplete."""
        unread = self.unread
        if not unread:
            return None
        end = unread.find(END)
        if end < 0:
            if len(unread) > MAX_HEAD:
                raise BadRequest(431)
            return None
        head = self.head_of(unread[:end])
        start = end + len(END)
        if len(unread) < start + head.length:
            self.invite_body(head)
            return None
        self.is_continued = False
        self.unread = unread[start + head.length :]
        return Request(head, unread[start : start + head.length])

    def head_of(self, raw: bytes) -> Head:
        head = self.kept_heads.get(raw)
        if head is None:
            if len(raw) > MAX_HEAD:
                raise BadRequest(431)
            head = parse_head(raw)
            if len(self.kept_heads) >= MAX_KEPT_HEADS:
                self.kept_heads.clear()
            self.kept_heads[raw] = head
        return head

    def invite_body(self, head: Head) -> None:
        """Tell a client that asks first (curl does for large bodies) to go on."""
        if head.headers.get("expect", "").lower() == "100-continue" and not self.is_continued:
            self.is_continued = True
            if self.transport:
                self.transport.write(CONTINUE)

    def wait_for(self, answer: Answer | Awaitable[Answer], *, keeps_alive: bool) -> None:
        """Answer later, and only then go on to the next request."""
        loop = asyncio.get_running_loop()
        if isinstance(answer, Answer):
            loop.call_later(answer.delay, self.answer_late, answer, keeps_alive)
            return

        def done(future: asyncio.Future[Answer]) -> None:
            late = Answer(500, b"{}") if future.exception() else future.result()
            loop.call_later(late.delay, self.answer_late, late, keeps_alive)

        asyncio.ensure_future(answer).add_done_callback(done)

    def answer_late(self, answer: Answer, keeps_alive: bool) -> None:
        self.is_waiting = False
        if not self.transport:
            return
        if answer.is_cut:
            self.transport.abort()
            return
        out = answer.as_bytes(keeps_alive=keeps_alive)
        if not keeps_alive:
            self.finish([out])
            return
        self.transport.write(out)
        self.answer_what_is_there()


async def serve(handle: Handler, *, host: str = "127.0.0.1", port: int = 0) -> asyncio.Server:
    """Open the door; port 0 takes a free one (see `server.sockets`)."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Door(handle), host, port, backlog=1024)

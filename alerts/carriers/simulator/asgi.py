"""The simulator inside another ASGI application."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from alerts.carriers.simulator.http import MAX_BODY, Answer, Head, Request
from alerts.carriers.simulator.network import PhoneNetwork
from alerts.carriers.simulator.site import Site

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def simulator_app(network: PhoneNetwork, *, prefix: str = "") -> App:
    """Return an ASGI application that answers for `network` below the path `prefix`.

    `prefix` ("/simulator") is taken off the path where it still stands on it. All requests must
    come on one event loop, which also runs the network's callbacks.
    """
    site = Site(network)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"no door for {scope['type']}")
        if prefix and scope["path"] == prefix:
            # The page's addresses are relative to the directory it stands in.
            await answer_with(Answer(308, headers=(("Location", f"{prefix}/"),)), send)
            return
        body = await whole_body(receive)
        if body is None:
            await answer_with(Answer(413, b"{}"), send)
            return
        answer = site.answer(Request(head_of(scope, prefix, len(body)), body))
        if not isinstance(answer, Answer):
            answer = await answer
        if answer.delay:
            await asyncio.sleep(answer.delay)
        await answer_with(answer, send)

    return app


async def whole_body(receive: Receive) -> bytes | None:
    """Return the body of a request, None if it is too long."""
    body = bytearray()
    while True:
        event = await receive()
        body += event.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if not event.get("more_body"):
            return bytes(body)


def head_of(scope: Scope, prefix: str, length: int) -> Head:
    """Return the head of a request from an ASGI scope, its path as the simulator knows it."""
    path = scope["path"]
    if prefix and path.startswith(prefix + "/"):
        path = path.removeprefix(prefix)
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }
    query = scope.get("query_string", b"").decode("latin-1")
    return Head(scope["method"], path, query, headers, length, keeps_alive=True)


async def answer_with(answer: Answer, send: Send) -> None:
    """Send an answer; a cut one stops in the middle."""
    headers = [("Content-Type", answer.content_type), *answer.headers]
    # What a server does about a body shorter than announced is to drop the connection.
    length = 1024 if answer.is_cut else len(answer.body)
    headers.append(("Content-Length", str(length)))
    await send(
        {
            "type": "http.response.start",
            "status": answer.status or 201,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        }
    )
    await send({"type": "http.response.body", "body": answer.body or b""})

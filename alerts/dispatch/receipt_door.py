"""The cheap way in for receipts: before Django, many written by one statement.

The carrier calls back two or three times for every text, so this is most of what we serve in a
surge. A Django view costs ten times as much as sending the text did. Here the signature is
checked by hand, and receipts that arrive while others are being written wait a moment and are
written together: no answer leaves before its receipt is committed.

There are two doors. In production receipts have a process of their own, which speaks granian's
RSGI (`receipts_alone`) because reading the same request over ASGI costs as much as everything
else here; the demo has one process for all, where `receipt_door` stands before Django.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import InterfaceError, OperationalError

from alerts.carriers.inbound import MalformedWebhook, is_signed, read_receipt
from alerts.dispatch.callback import PATH, BadCode, read
from alerts.dispatch.database_thread import DatabaseThread
from alerts.dispatch.receipts import Receipt, store

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[..., Awaitable[None]]
"""An ASGI application; libraries disagree on how to annotate one."""

MOST_BYTES = 64 * 1024
MOST_FIELDS = 200
MOST_TOGETHER = 500

HEALTH = "/healthz"

ALIVE = 200
STORED = 204
FORGED = 403
NOT_HERE = 404
WRONG_METHOD = 405
TOO_LARGE = 413
TRY_LATER = 503


class TooLarge(Exception):
    """More than any carrier sends."""


def receipt_door(app: App) -> App:
    """Return `app` with the addresses of receipts answered before it."""
    groups: WeakKeyDictionary[asyncio.AbstractEventLoop, GroupCommit] = WeakKeyDictionary()

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await app(scope, receive, send)
            return
        group = groups.setdefault(asyncio.get_running_loop(), GroupCommit())
        query = scope.get("query_string", b"").decode("ascii", "replace")
        body = await body_of(receive)
        signature = header(scope, b"x-twilio-signature")
        await answer(
            send, await take(group, scope["method"], scope["path"], query, signature, body)
        )

    return door


class ReceiptsAlone:
    """An application that takes receipts and nothing else, for granian's RSGI.

    https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
    """

    def __init__(self) -> None:
        self._group: GroupCommit | None = None

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        if scope.path.startswith(PATH):
            self._group = self._group or GroupCommit()
            body = await protocol() if is_small(scope.headers.get("content-length")) else None
            signature = scope.headers.get("x-twilio-signature")
            status = await take(
                self._group, scope.method, scope.path, scope.query_string, signature, body
            )
        else:
            status = ALIVE if scope.path == HEALTH else NOT_HERE
        headers = [("allow", "POST")] if status == WRONG_METHOD else []
        protocol.response_empty(status, headers)


async def take(
    group: "GroupCommit",
    method: str,
    path: str,
    query: str,
    signature: str | None,
    body: bytes | None,
) -> int:
    """Store one receipt and return the HTTP status of the answer; see `webhook.take_receipt`.

    `body` is None when it was larger than a receipt can be.
    """
    if method != "POST":
        return WRONG_METHOD
    try:
        form = form_of(body)
    except TooLarge:
        return TOO_LARGE
    # The public address, from our settings and not from the request's headers.
    address = f"{settings.PUBLIC_URL}{path}{'?' if query else ''}{query}"
    if not is_signed(address, form, signature):
        return FORGED
    try:
        hand_over = read(path.removeprefix(PATH).removesuffix("/"))
        said = read_receipt(form)
    except BadCode:
        return FORGED
    except MalformedWebhook as err:
        log.info("receipt ignored: %s", err)
        return STORED
    receipt = Receipt(hand_over, said.status, said.sid, said.code)
    return STORED if await group.store(receipt) else TRY_LATER


class GroupCommit:
    """Writes receipts in one transaction per round: what comes meanwhile is the next round."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Receipt, asyncio.Future[bool]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._thread = DatabaseThread("receipts")

    async def store(self, receipt: Receipt) -> bool:
        """Return whether `receipt` is committed; False while the database is away."""
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((receipt, written))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await written

    async def _write(self) -> None:
        while self._waiting:
            together = self._waiting[:MOST_TOGETHER]
            del self._waiting[:MOST_TOGETHER]
            is_written = await self._commit([receipt for receipt, _written in together])
            for _receipt, written in together:
                # A carrier that hung up meanwhile does not take back what it said.
                if not written.done():
                    written.set_result(is_written)

    async def _commit(self, receipts: list[Receipt]) -> bool:
        try:
            await self._thread.run(store, receipts)
        except (OperationalError, InterfaceError) as err:
            log.warning("%d receipts were not stored: %s", len(receipts), err)
            return False
        return True


async def body_of(receive: Receive) -> bytes | None:
    """Return the body of an ASGI request; None when it is larger than a receipt can be."""
    body = b""
    while True:
        event = await receive()
        body += bytes(event.get("body", b""))
        if len(body) > MOST_BYTES:
            return None
        if not event.get("more_body"):
            return body


def is_small(length: str | None) -> bool:
    """Say whether a body says of itself, as the carrier's do, that it may be a receipt."""
    return length is not None and length.isdecimal() and int(length) <= MOST_BYTES


def form_of(body: bytes | None) -> dict[str, list[str]]:
    """Return the fields of a form; raise TooLarge for more than any carrier sends."""
    if body is None or body.count(b"&") >= MOST_FIELDS:
        raise TooLarge
    form: dict[str, list[str]] = {}
    for pair in body.decode("utf-8", "replace").split("&"):
        name, _, value = pair.partition("=")
        form.setdefault(plain(name), []).append(plain(value))
    return form


def plain(quoted: str) -> str:
    """Return `unquote_plus(quoted)`; most of a receipt has nothing to unquote."""
    return unquote_plus(quoted) if "%" in quoted or "+" in quoted else quoted


def header(scope: Scope, name: bytes) -> str | None:
    """Return the first header called `name`."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


async def answer(send: Send, status: int) -> None:
    """Send an answer without content."""
    headers = [(b"allow", b"POST")] if status == WRONG_METHOD else []
    if status != STORED:
        headers.append((b"content-length", b"0"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})

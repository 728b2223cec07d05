"""The control API: text in as a phone, read the ledger, order faults, start afresh."""

import asyncio
import base64
import binascii
import hmac
import json
import secrets
from bisect import bisect_left
from collections.abc import Awaitable
from typing import Any

from alerts.carriers.connections import NoAnswer
from alerts.carriers.simulator.exchange import Exchange
from alerts.carriers.simulator.faults import BadScript, read_script
from alerts.carriers.simulator.http import Answer, Handler, Request
from alerts.carriers.simulator.messages import Attachment, Message
from alerts.carriers.simulator.network import PhoneNetwork

ROOT = "/api/"
MAX_CHARACTERS = 1600
MAX_ATTACHMENTS = 10
MAX_ATTACHMENT_BYTES = 5 * 1024 * 1024


class BadInput(ValueError):
    """A control request that makes no sense; the message says why."""


class Control:
    """Answers requests below `/api/`."""

    def __init__(self, network: PhoneNetwork, exchange: Exchange) -> None:
        self.network = network
        self.exchange = exchange
        self.doors: dict[tuple[str, str], Handler] = {
            ("POST", "/api/inbound/"): self.inbound,
            ("GET", "/api/messages/"): self.messages,
            ("GET", "/api/stats/"): self.stats,
            ("GET", "/api/pace/"): self.pace,
            ("GET", "/api/phones/"): self.phones,
            ("GET", "/api/codes/"): self.codes,
            ("POST", "/api/faults/"): self.faults,
            ("POST", "/api/reset/"): self.reset,
        }
        self.paths = {path for _, path in self.doors}

    def answer(self, request: Request) -> Answer | Awaitable[Answer]:
        """Answer one control request."""
        head = request.head
        if head.path not in self.paths:
            return as_json(404, {"detail": "Not found."})
        given = head.headers.get("authorization", "").encode()
        token = self.network.token
        if not token or not hmac.compare_digest(given, f"Token {token}".encode()):
            return as_json(401, {"detail": "Send the token: Authorization: Token ..."})
        # Texts remembered from before a restart go on as soon as somebody looks.
        self.exchange.wake()
        door = self.doors.get((head.method, head.path))
        if door is None:
            return as_json(405, {"detail": "Method not allowed."})
        try:
            return door(request)
        except BadInput as err:
            return as_json(400, {"detail": str(err)})

    def inbound(self, request: Request) -> Awaitable[Answer]:
        """Send a text as one of the phones."""
        data = body_of(request)
        phone, body = data.get("from"), data.get("body", "")
        if not isinstance(phone, str) or not self.network.is_phone(phone):
            raise BadInput("from must be +1, an area code of Los Angeles, 555 and 01xx")
        if phone == self.network.number:
            raise BadInput("from is the network's own number")
        if not isinstance(body, str) or len(body) > MAX_CHARACTERS:
            raise BadInput("body must be a text of at most 1,600 characters")
        if any("\ud800" <= letter <= "\udfff" for letter in body):
            raise BadInput("body must be Unicode text, without half a surrogate pair")
        message, word = self.network.receive(phone, body, attachments_in(data))
        self.exchange.wake()
        return self.tell_webhook(message, word)

    async def tell_webhook(self, message: Message, word: str) -> Answer:
        try:
            status, body = await self.exchange.post_inbound(message, word)
        except NoAnswer as err:
            said = {"sid": message.sid, "status": 0, "body": "", "detail": str(err)}
            return as_json(502, said)
        return as_json(200, {"sid": message.sid, "status": status, "body": body})

    def messages(self, request: Request) -> Answer:
        """Show the ledger."""
        query = request.query()
        since = query.get("since") or "0"
        if not since.isdecimal():
            raise BadInput("since must be a sequence number")
        # A plus sign that nobody encoded arrives as a blank.
        to = query.get("to", "").replace(" ", "+")
        results = [each.as_entry() for each in self.network.since(int(since), to=to)]
        return as_json(200, {"results": results, "next": max(int(since), self.network.seq)})

    def stats(self, request: Request) -> Answer:
        """Show what a benchmark wants to know."""
        stats = self.network.stats
        return as_json(
            200,
            {
                "taken": stats.taken,
                "first_at": stats.first_at,
                "last_at": stats.last_at,
                "most_in_flight": stats.most_in_flight,
                "callbacks_sent": stats.callbacks_sent,
                "callbacks_failed": stats.callbacks_failed,
                "answers": dict(sorted(stats.answers.items())),
            },
        )

    def pace(self, request: Request) -> Answer:
        """Show how many texts were taken in the second that had the most."""
        return as_json(200, {"fullest_second": fullest_second(self.network.messages)})

    async def phones(self, request: Request) -> Answer:
        """Show the phones that texted or got a text."""
        network = self.network
        known = await asyncio.to_thread(network.languages)
        results = [
            {
                "number": number,
                "language": network.language_of(number, known),
                "blocked": number in network.blocked,
            }
            for number in network.by_phone
        ]
        return as_json(200, {"epoch": network.epoch, "number": network.number, "results": results})

    async def codes(self, request: Request) -> Answer:
        """Show the sign-in codes the host application supplies."""
        return as_json(200, {"results": await asyncio.to_thread(self.network.codes)})

    def faults(self, request: Request) -> Answer:
        """Put a script of faults in force."""
        try:
            faults = read_script(json_of(request))
        except BadScript as err:
            raise BadInput(str(err)) from err
        self.network.faults = faults
        rules = [*faults.on_create, *(rule for rules in faults.beside.values() for rule in rules)]
        return as_json(200, {"rules": [rule.fault for rule in rules]})

    def reset(self, request: Request) -> Answer:
        """Forget texts, blocks and faults."""
        self.network.reset()
        return as_json(200, {"epoch": self.network.epoch, "next": self.network.seq})


def json_of(request: Request) -> Any:
    """Return the JSON a request carries; raise BadInput if it does not."""
    try:
        return json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as err:
        raise BadInput("the body must be JSON") from err


def body_of(request: Request) -> dict[str, Any]:
    data = json_of(request)
    if not isinstance(data, dict):
        raise BadInput("the body must be a JSON object")
    return data


def attachments_in(data: dict[str, Any]) -> list[Attachment]:
    """Return the files of a control request; raise BadInput for what is not one."""
    media = data.get("media") or []
    if not isinstance(media, list) or len(media) > MAX_ATTACHMENTS:
        raise BadInput("media must be a list of at most ten files")
    return [attachment_in(each) for each in media]


def attachment_in(data: object) -> Attachment:
    if not isinstance(data, dict):
        raise BadInput("a file is an object with content_type and data")
    content_type, encoded = data.get("content_type"), data.get("data")
    if not isinstance(content_type, str) or not isinstance(encoded, str):
        raise BadInput("a file is an object with content_type and data")
    if not content_type.isascii() or not content_type.isprintable():
        raise BadInput("content_type must be a media type")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as err:
        raise BadInput("data must be base64") from err
    if len(content) > MAX_ATTACHMENT_BYTES:
        raise BadInput("a file has at most 5 MB")
    return Attachment("ME" + secrets.token_hex(16), content_type, content)


def fullest_second(messages: list[Message]) -> int:
    """Return the most texts of ours taken in any one second."""
    times = [each.created_at for each in messages if each.direction == "outbound-api"]
    return max(
        (index + 1 - bisect_left(times, at - 1.0 + 1e-9) for index, at in enumerate(times)),
        default=0,
    )


def as_json(status: int, data: object) -> Answer:
    """Return an answer in JSON."""
    return Answer(status, json.dumps(data).encode(), headers=(("Cache-Control", "no-store"),))

"""The cheap door answers as the view does, and writes together what comes together."""

import asyncio
import threading
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from alerts.carriers.signature import sign
from alerts.dispatch import callback, receipt_door
from alerts.dispatch.callback import HandOver
from alerts.dispatch.receipt_door import ReceiptsAlone, form_of
from alerts.dispatch.receipt_door import receipt_door as before
from alerts.models import Delivery, OutboundStatus, Responder
from tests.dispatch.released import release

pytestmark = pytest.mark.django_db(transaction=True)

S = OutboundStatus
SID = "SM" + "c" * 32


async def beyond(_scope: Any, _receive: Any, send: Any) -> None:
    """What stands behind the door."""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def call(*requests: dict[str, Any]) -> list[int]:
    """Send requests at the same time and return the status of each answer."""
    door = before(beyond)

    async def one(request: dict[str, Any]) -> int:
        sent: list[dict[str, Any]] = []
        parts = [request.pop("body", b"")] if "parts" not in request else request.pop("parts")
        events = [
            {"type": "http.request", "body": part, "more_body": place < len(parts) - 1}
            for place, part in enumerate(parts)
        ]

        async def receive() -> dict[str, Any]:
            return events.pop(0)

        async def send(event: dict[str, Any]) -> None:
            sent.append(event)

        scope = {"type": "http", "method": "POST", "headers": [], "query_string": b"", **request}
        await door(scope, receive, send)
        return int(sent[0]["status"])

    async def together() -> list[int]:
        return list(await asyncio.gather(*(one(request) for request in requests)))

    return async_to_sync(together)()


def call_alone(*requests: dict[str, Any]) -> list[int]:
    """Send requests at the same time to the process that takes receipts only."""
    door = ReceiptsAlone()

    class Protocol:
        def __init__(self, parts: list[bytes]) -> None:
            self.parts = parts
            self.status = 0

        async def __call__(self) -> bytes:
            return b"".join(self.parts)

        def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
            self.status = status

    async def one(request: dict[str, Any]) -> int:
        parts = request["parts"] if "parts" in request else [request.get("body", b"")]
        length = str(sum(len(part) for part in parts))
        scope = SimpleNamespace(
            method=request.get("method", "POST"),
            path=request["path"],
            query_string="",
            headers={
                "content-length": length,
                **{name.decode(): value.decode() for name, value in request.get("headers", [])},
            },
        )
        protocol = Protocol(parts)
        await door.__rsgi__(scope, protocol)
        return protocol.status

    async def together() -> list[int]:
        return list(await asyncio.gather(*(one(request) for request in requests)))

    return async_to_sync(together)()


def receipt(code: str, status: str, error: str = "", **changes: Any) -> dict[str, Any]:
    """A receipt as Twilio posts it."""
    form = {"MessageSid": SID, "MessageStatus": status, "To": "+12135550123", "ApiVersion": ""}
    if error:
        form["ErrorCode"] = error
    path = f"/twilio/status/{code}/"
    fields = [(name, [value]) for name, value in form.items()]
    signature = sign(settings.PUBLIC_URL + path, fields, settings.TWILIO_AUTH_TOKEN)
    return {
        "path": path,
        "headers": [(b"host", b"elsewhere"), (b"x-twilio-signature", signature.encode())],
        "body": urlencode(form).encode(),
        **changes,
    }


@pytest.fixture
def deliveries(make_verified_incident: Any, make_responder: Any) -> list[Delivery]:
    release(make_verified_incident(), [make_responder() for _ in range(30)])
    Delivery.objects.update(status=S.ACCEPTED, attempt=1, attempted_at=timezone.now())
    return list(Delivery.objects.order_by("pk"))


def code_of(row: Delivery) -> str:
    return callback.make(HandOver(row.pk, 1))


def states(rows: Iterable[Delivery]) -> set[str]:
    return set(
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).values_list("status", flat=True)
    )


def test_it_stores_before_it_answers(deliveries: list[Delivery]) -> None:
    assert call(receipt(code_of(deliveries[0]), "delivered")) == [204]

    assert states(deliveries[:1]) == {S.DELIVERED}


def test_it_writes_in_few_transactions_what_comes_at_once(
    deliveries: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    store = receipt_door.store

    def counted(receipts: Any) -> Any:
        sizes.append(len(receipts))
        return store(receipts)

    monkeypatch.setattr(receipt_door, "store", counted)
    words = [receipt(code_of(row), word) for row in deliveries for word in ("sent", "delivered")]

    assert set(call(*words)) == {204}

    assert states(deliveries) == {S.DELIVERED}
    assert sum(sizes) == 60
    assert len(sizes) <= 3


def test_it_takes_receipts_in_a_process_of_their_own_and_nothing_else(
    deliveries: list[Delivery],
) -> None:
    code = code_of(deliveries[0])
    large = receipt(code, "sent", parts=[b"a=" + b"b" * 40_000, b"c" * 40_000])
    forged = {**receipt(code, "delivered"), "headers": []}
    health = {"path": "/healthz", "method": "GET"}

    answers = call_alone(
        receipt(code, "sent"),
        large,
        forged,
        receipt(code, "sent", method="GET"),
        health,
        {"path": "/"},
    )

    assert answers == [204, 413, 403, 405, 200, 404]
    assert states(deliveries[:1]) == {S.SENT}


@given(st.binary(max_size=200))
def test_it_reads_a_form_as_everybody_does(body: bytes) -> None:
    found = [(name, value) for name, values in form_of(body).items() for value in values if name]
    usual = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)

    assert sorted(found) == sorted((name, value) for name, value in usual if name)


def test_it_does_what_follows_from_a_code(deliveries: list[Delivery]) -> None:
    call(receipt(code_of(deliveries[0]), "undelivered", "30006"))

    status = Responder.objects.get(deliveries=deliveries[0]).status
    assert status == Responder.Status.UNREACHABLE


def test_it_refuses_forgeries_and_lets_the_rest_through(deliveries: list[Delivery]) -> None:
    code = code_of(deliveries[0])
    good = receipt(code, "delivered")
    unsigned = {**receipt(code, "delivered"), "headers": []}
    altered = {**receipt(code, "delivered"), "body": good["body"] + b"&To=x"}
    elsewhere = receipt(code, "delivered", path=f"/twilio/status/{code_of(deliveries[1])}/")
    wrong = receipt(f"{code[:-1]}g", "delivered")
    binary = {**receipt(code, "delivered"), "body": b"\xff\x00=\xfe"}

    assert call(unsigned, altered, elsewhere, wrong, binary, good) == [403] * 5 + [204]


def test_it_is_not_worn_down_by_a_thousand_forgeries(
    deliveries: list[Delivery], django_assert_num_queries: Any
) -> None:
    code, unknown = code_of(deliveries[0]), callback.make(HandOver(10**17, 1))
    forged = [
        {**receipt(guess, "delivered"), "headers": [(b"x-twilio-signature", b"%d" % place)]}
        for place, guess in enumerate([code, unknown] * 500)
    ]

    with django_assert_num_queries(0):
        assert set(call(*forged)) == {403}

    assert states(deliveries) == {S.ACCEPTED}
    assert call(receipt(code, "delivered")) == [204]


def test_it_ignores_a_thousand_genuine_words_about_texts_it_does_not_have(
    deliveries: list[Delivery],
) -> None:
    words = [receipt(callback.make(HandOver(10**12 + n, 1)), "delivered") for n in range(1_000)]

    assert set(call(*words)) == {204}

    assert states(deliveries) == {S.ACCEPTED}


def test_it_refuses_what_no_carrier_sends(deliveries: list[Delivery]) -> None:
    code = code_of(deliveries[0])
    large = receipt(code, "sent", parts=[b"a=" + b"b" * 40_000, b"c" * 40_000])
    many = receipt(code, "sent", body=b"&".join(b"a=1" for _ in range(300)))
    got = receipt(code, "sent", method="GET")

    assert call(large, many, got) == [413, 413, 405]


def test_it_ignores_unknown_words_and_texts(deliveries: list[Delivery]) -> None:
    nobody = callback.make(HandOver(10**17, 1))

    answers = call(receipt(code_of(deliveries[0]), "teleported"), receipt(nobody, "delivered"))

    assert answers == [204, 204]
    assert states(deliveries) == {S.ACCEPTED}


def test_it_leaves_every_other_address_to_django() -> None:
    assert call({"path": "/twilio/sms/"}, {"path": "/"}) == [299, 299]


def test_it_asks_to_come_again_while_the_database_is_away(
    deliveries: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_receipts: Any) -> Any:
        raise OperationalError("the server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr(receipt_door, "store", away)
        assert call(receipt(code_of(deliveries[0]), "delivered")) == [503]

    assert call(receipt(code_of(deliveries[0]), "delivered")) == [204]
    assert states(deliveries[:1]) == {S.DELIVERED}


def test_it_keeps_its_database_work_off_the_loop(
    deliveries: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    store = receipt_door.store

    def seen(receipts: Any) -> Any:
        threads.append(threading.current_thread().name)
        return store(receipts)

    monkeypatch.setattr(receipt_door, "store", seen)
    call(receipt(code_of(deliveries[0]), "sent"))

    assert threads
    assert all(name.startswith("receipts") for name in threads)
    assert connection.in_atomic_block is False

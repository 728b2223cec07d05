import asyncio

import pytest
from twilio.request_validator import RequestValidator

from alerts.carriers.base import Text
from alerts.carriers.inbound import read_receipt
from tests.carriers.conftest import ANA, AUTH_TOKEN, JIWOO

VALIDATOR = RequestValidator(AUTH_TOKEN)


@pytest.fixture
def callback_url(webhook) -> str:
    return webhook.url.replace("/sms/", "/status/17.1.Zm9v_-/?x=%ED%95%9C")


async def test_it_tells_what_becomes_of_a_text_signed(carrier, webhook, callback_url):
    outcome = await carrier.send(Text(ANA, "hello", callback_url))
    await webhook.arrived(2)

    receipts = []
    for url, form, signature in webhook.posts:
        assert url == callback_url
        assert VALIDATOR.validate(url, form, signature)
        receipts.append(read_receipt(form))
    assert [receipt.status for receipt in receipts] == ["sent", "delivered"]
    assert {receipt.sid for receipt in receipts} == {outcome.sid}


@pytest.mark.parametrize(
    ("fate", "statuses"),
    [("undelivered", ["sent", "undelivered"]), ("failed", ["failed"])],
)
async def test_it_tells_why_a_text_failed(carrier, phones, webhook, callback_url, fate, statuses):
    await phones.order({"fault": "undelivered", "status": fate, "code": "30003", "to": [ANA]})

    await carrier.send(Text(JIWOO, "hello"))
    await carrier.send(Text(ANA, "hello", callback_url))
    await webhook.arrived(len(statuses))

    receipts = [read_receipt(form) for _, form, _ in webhook.posts]
    assert [receipt.status for receipt in receipts] == statuses
    assert receipts[-1].code == "30003"


async def test_it_sends_no_callback_without_an_address(carrier, phones, webhook):
    await carrier.send(Text(ANA, "hello"))
    await settled(phones)

    assert webhook.posts == []


async def test_it_sends_callbacks_twice_on_order(carrier, phones, webhook, callback_url):
    await phones.order({"fault": "callbacks", "duplicate": 1})

    await carrier.send(Text(ANA, "hello", callback_url))
    await webhook.arrived(4)

    statuses = [form["MessageStatus"] for _, form, _ in webhook.posts]
    assert sorted(statuses) == ["delivered", "delivered", "sent", "sent"]


async def test_it_loses_callbacks_on_order(carrier, phones, webhook, callback_url):
    await phones.order({"fault": "callbacks", "drop": 1, "count": 1})

    await carrier.send(Text(ANA, "hello", callback_url))
    await webhook.arrived(1)

    assert [form["MessageStatus"] for _, form, _ in webhook.posts] == ["delivered"]


async def test_it_disorders_callbacks_on_order(carrier, phones, webhook, callback_url):
    await phones.order({"fault": "callbacks", "reorder": 1, "count": 1})

    await carrier.send(Text(ANA, "hello", callback_url))
    await webhook.arrived(2)

    assert [form["MessageStatus"] for _, form, _ in webhook.posts] == ["delivered", "sent"]


async def test_it_delays_callbacks_on_order(carrier, phones, webhook, callback_url):
    await phones.order({"fault": "callbacks", "delay_ms": 300})
    loop = asyncio.get_running_loop()
    start = loop.time()

    await carrier.send(Text(ANA, "hello", callback_url))
    await webhook.arrived(1)

    assert loop.time() - start >= 0.3


async def test_it_goes_on_when_a_webhook_is_down(carrier, phones, webhook, unused_tcp_port):
    await carrier.send(Text(ANA, "hello", f"http://127.0.0.1:{unused_tcp_port}/"))
    await carrier.send(Text(ANA, "hello", webhook.url))

    await webhook.arrived(2)
    stats = await phones.control("GET", "stats/")
    assert (stats["callbacks_sent"], stats["callbacks_failed"]) == (2, 2)


async def test_it_sends_many_callbacks(carrier, phones, webhook):
    texts = [Text(ANA, f"{n}", f"{webhook.url}{n}/") for n in range(100)]

    await asyncio.gather(*(carrier.send(text) for text in texts))
    await webhook.arrived(200)

    assert len({url for url, _, _ in webhook.posts}) == 100
    assert all(VALIDATOR.validate(*post) for post in webhook.posts)


async def test_it_leaves_the_part_after_the_hash_to_twilio(carrier, webhook):
    await carrier.send(Text(ANA, "hello", f"{webhook.url}#rc=3&rp=all"))
    await webhook.arrived(1)

    url, form, signature = webhook.posts[0]
    assert url == webhook.url
    assert VALIDATOR.validate(url, form, signature)


async def settled(phones) -> None:
    async with asyncio.timeout(30):
        while phones.network.next_due() is not None:
            await asyncio.sleep(0.01)

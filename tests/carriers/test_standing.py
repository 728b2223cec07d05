from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from alerts.carriers.standing import Standing, standing
from tests.carriers.conftest import ACCOUNT, AUTH_TOKEN, NETWORK_NUMBER, SERVICE


@pytest.fixture(autouse=True)
def account(settings, phones):
    settings.CARRIER = "twilio"
    settings.TWILIO_ACCOUNT_SID = ACCOUNT
    settings.TWILIO_AUTH_TOKEN = AUTH_TOKEN
    settings.TWILIO_API_KEY = settings.TWILIO_API_SECRET = ""
    settings.TWILIO_MESSAGING_SERVICE_SID = SERVICE
    settings.TWILIO_API_URL = phones.url
    settings.NETWORK_NUMBER = NETWORK_NUMBER
    return settings


async def test_it_says_how_we_stand():
    seen = await standing()

    assert (seen.account_status, seen.owns_number, seen.service_known) == ("active", True, True)
    assert abs(seen.carrier_time - datetime.now(UTC)) < timedelta(seconds=5)


async def test_it_says_when_our_credentials_are_refused(account):
    account.TWILIO_AUTH_TOKEN = "wrong"

    seen = await standing()

    assert (seen.account_status, seen.owns_number) == ("refused", None)


async def test_it_says_when_our_api_key_is_refused(account):
    account.TWILIO_API_KEY, account.TWILIO_API_SECRET = "SK" + "0" * 32, "wrong"

    seen = await standing()

    assert (seen.account_status, seen.owns_number) == ("refused", None)


async def test_it_reads_the_account_with_its_token_because_a_key_may_not(account, phones):
    account.TWILIO_API_KEY = phones.network.api_key
    account.TWILIO_API_SECRET = phones.network.api_secret

    seen = await standing()

    assert (seen.account_status, seen.owns_number) == ("active", True)
    used = [request.head.headers["authorization"] for request in phones.requests]
    assert used[0] != used[1]


async def test_it_says_when_the_number_is_not_ours(account):
    account.NETWORK_NUMBER = "+12135550199"

    assert (await standing()).owns_number is False


async def test_it_says_when_the_service_does_not_exist(account):
    account.TWILIO_MESSAGING_SERVICE_SID = "MG" + "0" * 32

    assert (await standing()).service_known is False


async def test_it_cannot_tell_without_a_service_or_a_number(account):
    account.TWILIO_MESSAGING_SERVICE_SID = account.NETWORK_NUMBER = ""

    seen = await standing()

    assert (seen.account_status, seen.owns_number, seen.service_known) == ("active", None, None)


async def test_it_asks_nobody_without_credentials(account, phones):
    account.TWILIO_AUTH_TOKEN = ""

    assert await standing() == Standing()
    assert phones.requests == []


async def test_it_asks_nobody_for_the_memory_carrier(account, phones):
    account.CARRIER = "memory"

    assert await standing() == Standing()
    assert phones.requests == []


async def test_it_says_when_nobody_answers(account, unused_tcp_port):
    account.TWILIO_API_URL = f"http://127.0.0.1:{unused_tcp_port}"

    assert await standing() == Standing()


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, "<html>"), (200, "[]"), (200, '{"status": 7}'), (500, "{}"), (302, "")],
)
async def test_it_believes_no_nonsense(account, status, body):
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers={"Date": "tomorrow"})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    account.TWILIO_API_URL = f"http://127.0.0.1:{runner.addresses[0][1]}"

    seen = await standing()
    await runner.cleanup()

    assert (seen.account_status, seen.owns_number, seen.carrier_time) == ("", None, None)

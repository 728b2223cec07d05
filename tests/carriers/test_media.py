import base64

import pytest
from aiohttp import web

from alerts.carriers import media
from alerts.carriers.inbound import read_inbound
from alerts.carriers.media import MediaRefused, MediaUnavailable, fetch_media
from tests.carriers.conftest import ACCOUNT, ANA, AUTH_TOKEN

PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'0' * 32}/Media/ME{'1' * 32}"
URL = f"https://api.twilio.com{PATH}"
PHOTO = b"\x89PNG" + bytes(range(256))


@pytest.fixture(autouse=True)
def account(settings):
    settings.TWILIO_ACCOUNT_SID = ACCOUNT
    settings.TWILIO_AUTH_TOKEN = AUTH_TOKEN
    settings.TWILIO_API_KEY = settings.TWILIO_API_SECRET = ""
    settings.TWILIO_API_URL = ""
    return settings


@pytest.fixture
async def carrier(account):
    """A server in the carrier's place that answers as the test says."""

    async def answer(request: web.Request) -> web.StreamResponse:
        server.seen.append((request.path, request.headers.get("Authorization", "")))
        return await server.answer(request)

    server = web.Application()
    server.router.add_get("/{path:.*}", answer)
    server.seen = []
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    account.TWILIO_API_URL = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


async def test_it_fetches_a_photo_somebody_texted(account, phones, webhook):
    account.TWILIO_API_URL = phones.url
    file = {"content_type": "image/png", "data": base64.b64encode(PHOTO).decode()}
    await phones.text_in(ANA, "look", media=[file])

    (photo,) = read_inbound(webhook.posts[0][1]).media

    assert photo.content_type == "image/png"
    assert await fetch_media(photo.url) == ("image/png", PHOTO)


async def test_it_signs_in_at_the_configured_carrier(carrier):
    async def answer(request):
        return web.Response(body=PHOTO, content_type="image/jpeg")

    carrier.answer = answer

    assert await fetch_media(URL) == ("image/jpeg", PHOTO)
    ((path, authorization),) = carrier.seen
    assert path == PATH
    assert (
        base64.b64decode(authorization.removeprefix("Basic ")).decode() == f"{ACCOUNT}:{AUTH_TOKEN}"
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://evil.example" + PATH,
        "https://api.twilio.com.evil.example" + PATH,
        "https://api.twilio.com@evil.example" + PATH,
        "http://api.twilio.com" + PATH,
        "file:///etc/passwd",
        URL + "/../../../Messages.json",
        URL + "?x=1",
        URL + "\n",
        URL.replace(ACCOUNT, "AC" + "9" * 32),
        URL.replace("Media", "Calls"),
        "http://169.254.169.254/latest/meta-data/",
    ],
)
async def test_it_fetches_nothing_else(carrier, url):
    with pytest.raises(MediaRefused):
        await fetch_media(url)
    assert carrier.seen == []


async def test_it_stops_at_five_megabytes(carrier):
    async def endless(request):
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x" * 100_000)
        return response

    carrier.answer = endless

    with pytest.raises(MediaRefused, match="larger"):
        await fetch_media(URL)


@pytest.mark.parametrize(
    "location",
    [
        "",
        "https://evil.example/x",
        "http://mms.twiliocdn.com/x",
        "https://mms.twiliocdn.com.evil.example/x",
        "https://mms.twiliocdn.com@evil.example/x",
        "https://mms.twiliocdn.com:8443/x",
        "//evil.example/x",
    ],
)
async def test_it_follows_no_redirect_to_elsewhere(carrier, location):
    async def redirect(request):
        return web.Response(status=307, headers={"Location": location})

    carrier.answer = redirect

    with pytest.raises(MediaRefused, match="foreign"):
        await fetch_media(URL)
    assert len(carrier.seen) == 1


async def test_it_follows_twilio_to_its_delivery_network_without_credentials(carrier, monkeypatch):
    async def answer(request):
        if request.path == "/signed":
            return web.Response(body=PHOTO, content_type="image/png")
        return web.Response(status=307, headers={"Location": "https://mms.twiliocdn.com/signed"})

    carrier.answer = answer
    real = media.delivery_address

    def nearby(response):
        # Checked as the real one; only then answered by the server in the carrier's place.
        return real(response).replace("https://mms.twiliocdn.com", str(response.url.origin()))

    monkeypatch.setattr(media, "delivery_address", nearby)

    assert await fetch_media(URL) == ("image/png", PHOTO)
    assert carrier.seen[1] == ("/signed", "")


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, MediaRefused), (410, MediaRefused), (500, MediaUnavailable), (429, MediaUnavailable)],
)
async def test_it_says_whether_to_try_again(carrier, status, error):
    async def answer(request):
        return web.Response(status=status)

    carrier.answer = answer

    with pytest.raises(error):
        await fetch_media(URL)


async def test_it_says_when_the_carrier_does_not_answer(account, unused_tcp_port):
    account.TWILIO_API_URL = f"http://127.0.0.1:{unused_tcp_port}"

    with pytest.raises(MediaUnavailable):
        await fetch_media(URL)

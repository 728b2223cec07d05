import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from alerts.carriers import Text, memory, open_carrier
from alerts.carriers.memory import MemoryCarrier
from alerts.carriers.twilio import TwilioCarrier
from tests.carriers.conftest import ACCOUNT, ANA, AUTH_TOKEN, NETWORK_NUMBER, SERVICE


@pytest.fixture
def twilio_settings(settings):
    settings.CARRIER = "twilio"
    settings.TWILIO_ACCOUNT_SID = ACCOUNT
    settings.TWILIO_AUTH_TOKEN = AUTH_TOKEN
    settings.TWILIO_API_KEY = settings.TWILIO_API_SECRET = ""
    settings.TWILIO_MESSAGING_SERVICE_SID = SERVICE
    settings.TWILIO_API_URL = ""
    settings.NETWORK_NUMBER = NETWORK_NUMBER
    return settings


async def test_it_opens_the_memory_carrier(settings):
    settings.CARRIER = "memory"

    carrier = open_carrier()
    await carrier.send(Text(ANA, "hello"))
    await carrier.close()

    assert isinstance(carrier, MemoryCarrier)
    assert [text.to for text in memory.outbox()] == [ANA]


async def test_it_opens_twilio(twilio_settings):
    carrier = open_carrier()

    assert isinstance(carrier, TwilioCarrier)
    pool = carrier.http.pool
    assert (pool.is_tls, pool.host, pool.port) == (True, "api.twilio.com", 443)
    assert (pool.connect_seconds, pool.answer_seconds) == (3.0, 7.0)


async def test_it_opens_the_simulator_as_twilio(twilio_settings, phones):
    twilio_settings.CARRIER = "simulator"
    twilio_settings.TWILIO_API_URL = phones.url

    carrier = open_carrier()
    outcome = await carrier.send(Text(ANA, "hello"))
    await carrier.close()

    assert outcome.kind == "accepted"
    assert len(await phones.ledger(to=ANA)) == 1


async def test_it_prefers_the_api_key(twilio_settings, phones):
    twilio_settings.TWILIO_API_URL = phones.url
    twilio_settings.TWILIO_AUTH_TOKEN = "only for signatures"
    twilio_settings.TWILIO_API_KEY = phones.network.api_key
    twilio_settings.TWILIO_API_SECRET = phones.network.api_secret

    carrier = open_carrier()
    outcome = await carrier.send(Text(ANA, "hello"))
    await carrier.close()

    assert outcome.kind == "accepted"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CARRIER", "pigeon"),
        ("TWILIO_ACCOUNT_SID", ""),
        ("TWILIO_AUTH_TOKEN", ""),
    ],
)
def test_it_refuses_to_open_without_what_it_needs(twilio_settings, name, value):
    setattr(twilio_settings, name, value)

    with pytest.raises(ImproperlyConfigured):
        open_carrier()


def test_it_refuses_to_open_without_a_sender(twilio_settings):
    twilio_settings.TWILIO_MESSAGING_SERVICE_SID = twilio_settings.NETWORK_NUMBER = ""

    with pytest.raises(ImproperlyConfigured, match="NETWORK_NUMBER"):
        open_carrier()


def test_it_refuses_a_simulator_without_an_address(twilio_settings):
    twilio_settings.CARRIER = "simulator"

    with pytest.raises(ImproperlyConfigured, match="TWILIO_API_URL"):
        open_carrier()


def test_it_loads_twilios_package_only_when_it_is_used():
    code = (
        "import sys, alerts.carriers, alerts.carriers.inbound, alerts.carriers.errors,"
        " alerts.carriers.memory, alerts.carriers.simulator; assert 'twilio' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)

"""The system checks say what is missing before the network can really text."""

from pathlib import Path
from typing import Any

import pytest

from alerts import checks


def ids(messages: list[Any]) -> list[str]:
    return [message.id for message in messages]


@pytest.fixture
def real(settings: Any) -> Any:
    """Settings of a real installation with nothing missing."""
    settings.CARRIER = "twilio"
    settings.IS_HTTPS = True
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = "x"
    settings.TWILIO_MESSAGING_SERVICE_SID = "x"
    settings.TWILIO_API_KEY = settings.TWILIO_API_SECRET = ""
    settings.NETWORK_NUMBER = "+12135550100"
    settings.PAGER_URL = "https://pager.example/"
    settings.PAGER_EMAIL, settings.EMAIL_URL = ["desk@example.org"], "smtp://mail.example"
    return settings


def test_it_is_content_with_a_whole_installation(real: Any, tmp_path: Path) -> None:
    real.MEDIA_DIR = tmp_path / "media"

    found = [*checks.carrier(), *checks.public_url(), *checks.photos(), *checks.pager()]
    found += checks.email()

    assert found == []


@pytest.mark.parametrize(
    "name", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_MESSAGING_SERVICE_SID"]
)
def test_it_names_each_missing_credential(real: Any, name: str) -> None:
    setattr(real, name, "")

    (warning,) = checks.carrier()

    assert warning.id == "alerts.W001"
    assert name in warning.msg


def test_it_minds_half_an_api_key(real: Any) -> None:
    real.TWILIO_API_KEY = "SK"

    assert ids(checks.carrier()) == ["alerts.W002"]


def test_it_minds_a_missing_number(real: Any) -> None:
    real.NETWORK_NUMBER = ""

    assert ids(checks.carrier()) == ["alerts.W003"]


def test_it_refuses_plain_http_for_real_people(real: Any) -> None:
    real.IS_HTTPS = False

    assert ids(checks.public_url()) == ["alerts.E001"]


def test_it_allows_plain_http_in_the_demo(real: Any) -> None:
    real.IS_HTTPS, real.CARRIER = False, "simulator"

    assert checks.public_url() == []
    assert checks.carrier() == []


def test_it_finds_a_place_for_photos_that_cannot_be_one(real: Any, tmp_path: Path) -> None:
    # A file stands where the folder would be; root may write anywhere else.
    (tmp_path / "media").write_text("")
    real.MEDIA_DIR = tmp_path / "media" / "photos"

    assert ids(checks.photos()) == ["alerts.E002"]


def test_it_reminds_of_the_pager(real: Any) -> None:
    real.PAGER_URL, real.PAGER_EMAIL = "", []

    assert ids(checks.pager()) == ["alerts.I001"]


@pytest.mark.parametrize("name", ["PAGER_EMAIL", "EMAIL_URL"])
def test_it_minds_half_of_what_an_email_needs(real: Any, name: str) -> None:
    setattr(real, name, "")

    assert ids(checks.email()) == ["alerts.W004"]

"""A real browser makes an account, adds a passkey and signs in with it, under our strict policy."""

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from alerts.guard import staffing

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FINGERPRINT = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def house(transactional_db: None, settings: Any) -> Iterator[str]:
    """The product on plain http://localhost, which browsers trust with passkeys."""
    settings.SECURE_SSL_REDIRECT = settings.IS_HTTPS = False
    settings.SECURE_PROXY_SSL_HEADER = None
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.LANGUAGE_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "session", "csrf"
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    settings.ALLOWED_HOSTS = ["localhost"]
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture
def link(transactional_db: None) -> str:
    """Where an invited person starts. Comes before `phone`: in its loop Django asks no database."""
    return f"/invited/{staffing.invite(name='Hana', role='verifier', language='en', by=None)}/"


@pytest.fixture
def phone(link: str) -> Iterator[Page]:
    """A browser on a phone with a fingerprint reader; every complaint of its console is kept."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: passkeys are not tried in a browser")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page(viewport={"width": 360, "height": 800}, locale="en-US")
        page.set_default_timeout(20_000)
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": FINGERPRINT})
        yield page
        browser.close()


def test_it_takes_an_invited_person_to_the_desk_and_back_in(
    house: str, link: str, phone: Page
) -> None:
    complaints: list[str] = []
    phone.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    phone.on("pageerror", lambda error: complaints.append(str(error)))

    phone.goto(house + link)
    phone.fill("#id_username", "hana")
    phone.click("text=Make my account")
    # No password: a passkey is all they will have. Its button needs the page's scripts.
    phone.wait_for_selector("#mfa_webauthn_add")
    phone.wait_for_load_state()
    phone.click("#mfa_webauthn_add")
    phone.wait_for_url("**/recovery-codes/")
    assert len(re.findall(r"\b\d{8}\b", phone.locator(".codes").inner_text())) == 10

    phone.goto(f"{house}/account/logout/")
    phone.click("main button")
    phone.goto(f"{house}/account/login/?next=/desk/stop/")
    phone.click("#passkey_login")
    phone.wait_for_url(re.compile(rf"^{re.escape(house)}/desk/"))

    assert phone.locator("footer").inner_text().startswith("You are Hana")
    assert complaints == []

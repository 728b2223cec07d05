"""The README's two minutes, as its users live them: real browser, real worker, real HTTP.

A neighbour texts in Spanish; a verifier judges at the desk and releases; phones ring in three
languages; somebody is going; it was something else, and the same phones hear it.
"""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.story.conftest import Demo, until

pytestmark = pytest.mark.browser

NEIGHBOUR = "+12135550177"
TOTP_SECONDS = 30


@pytest.fixture
def page(browser: Browser, demo: Demo):
    """A window of a verifier's laptop that reports every error and every foreign request."""
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800})
    complaints: list[str] = []

    def keep_home(route):
        if route.request.url.startswith(demo.url):
            route.continue_()
        else:
            complaints.append(f"request to {route.request.url}")
            route.abort()

    context.route("**/*", keep_home)
    page = context.new_page()
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
    context.close()


def sign_in(page: Page, demo: Demo) -> None:
    ana = demo.access["desk"][0]
    page.goto(f"{demo.url}/desk/")
    page.get_by_label("Username").fill(ana["username"])
    page.get_by_label("Password").fill(ana["password"])
    page.keyboard.press("Enter")
    code = page.locator("input[name=code]")
    code.fill(format_hotp_value(hotp_value(ana["totp_secret"], int(time.time()) // TOTP_SECONDS)))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/desk/")


def verify_and_draft(page: Page) -> None:
    page.get_by_role("link", name=re.compile("6th St & Vermont Ave")).first.click()
    page.get_by_role("button", name=re.compile("Claim")).click()
    page.get_by_label("Size").fill("4 agents")
    page.get_by_label("Equipment").fill("2 vans")
    page.get_by_role("button", name="Keep the description").click()
    page.get_by_label("A trained person on site").check()
    page.get_by_label("By what was the agency recognised?").fill("Words on the vests")
    page.locator("#id_note").fill("Rosa, our observer, called from the corner")
    page.get_by_role("button", name=re.compile("Verified")).click()


def alert_texts(demo: Demo, *, words: tuple[str, ...]) -> dict[str, str]:
    """Return the texts that went out with one of `words` in them, by phone."""
    ours = demo.access["simulator"]["number"]
    return {
        text["to"]: text["body"]
        for text in demo.texts()
        if text["from"] == ours and any(word in text["body"] for word in words)
    }


def test_it_goes_from_a_neighbours_text_to_phones_and_back(page, demo):
    answer = demo.text(NEIGHBOUR, "La migra esta en la 6 y Vermont, 4 agentes y 2 vans")
    assert answer["status"] == 200
    receipt = until(lambda: demo.texts(to=NEIGHBOUR))[0]
    assert receipt["body"].startswith("Red Ktown")

    sign_in(page, demo)
    verify_and_draft(page)
    page.get_by_role("button", name="Look at the text").click()
    expect(page.locator(".text-preview").first).to_contain_text("VERIFIED")
    page.get_by_role("button", name=re.compile("Release|Send")).first.click()

    verified = ("VERIFIED", "VERIFICADO", "확인")
    rung = until(lambda: len(found := alert_texts(demo, words=verified)) >= 10 and found)
    assert {word for word in verified for body in rung.values() if word in body} == set(verified)

    going = next(iter(rung))
    demo.text(going, "1 10")
    expect(page.locator("body")).to_contain_text(re.compile(r"1\s*going", re.IGNORECASE))

    page.get_by_role("link", name=re.compile("It was not them")).click()
    page.locator("select[name=what_it_was]").select_option("probation")
    page.get_by_role("button", name=re.compile("Not them")).click()
    expect(page.locator("h1 + .state")).to_contain_text("Not them")
    page.get_by_role("link", name=re.compile("correction", re.IGNORECASE)).first.click()
    page.get_by_role("button", name="Look at the text").click()
    expect(page.locator(".text-preview").first).to_contain_text("CORRECTION")
    page.get_by_role("button", name="Release", exact=True).click()

    corrected = ("CORRECTION", "CORRIGE", "정정")
    told = until(lambda: len(found := alert_texts(demo, words=corrected)) >= len(rung) and found)
    assert set(told) == set(rung)
    heard = until(lambda: [t for t in demo.texts(to=NEIGHBOUR) if "probation" in t["body"]])
    assert len(heard) == 1

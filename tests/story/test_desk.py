"""Two verifiers at one desk at once, and one with only a phone: real browsers, real demo."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.story.conftest import Demo, judge_at_once, running, sign_in, until, window

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
CLAIM = "form[action$='/claim/'] button"
LIVE_MS = 5_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running(tmp_path_factory.mktemp("desk")) as demo:
        yield demo


@pytest.fixture(scope="module")
def cookies(browser: Browser, demo: Demo):
    """Each verifier's cookies: an authenticator's code opens the desk only once."""
    english = {"name": "django_language", "value": "en", "url": demo.url}
    kept = {}
    for username in ("ana", "minjun"):
        with window(browser, demo) as page:
            page.context.add_cookies([english])
            kept[username] = sign_in(page, demo, username)
    return kept


def report(demo: Demo, *, number: str, words: str) -> None:
    demo.text(number, words)
    until(lambda: demo.texts(to=number))


def open_incident(page: Page, demo: Demo, place: str) -> None:
    page.goto(f"{demo.url}/desk/")
    page.locator(".queue a").filter(has_text=place).first.click()
    expect(page.locator("#head h1")).to_contain_text(place)
    expect(page.locator("#live")).to_have_text("live")


def test_it_lets_one_of_two_verifiers_win_and_tells_the_other(browser, demo, cookies):
    report(demo, number="+12135550171", words="ICE at Wilshire and Western, 3 agents")
    with (
        window(browser, demo, storage_state=cookies["ana"]) as ana,
        window(browser, demo, storage_state=cookies["minjun"]) as minjun,
    ):
        for page in (ana, minjun):
            open_incident(page, demo, "Wilshire Blvd & Western Ave")

        ana.locator(CLAIM).click()
        expect(ana.locator("#head")).to_contain_text("Held by you")
        expect(minjun.locator("#head")).to_contain_text("Held by Ana", timeout=LIVE_MS)
        ana.locator("form[action$='/let-go/'] button").click()
        expect(minjun.locator(CLAIM)).to_contain_text("Claim", timeout=LIVE_MS)

        judge_at_once(ana, minjun, button=re.compile("Cannot tell"))
        for page in (ana, minjun):
            expect(page.locator("#head .state")).to_have_text("Cannot tell", timeout=LIVE_MS)


def test_it_runs_on_a_phone_up_to_the_text_to_the_neighbour(browser, demo, cookies):
    neighbour = "+13235550172"
    report(demo, number=neighbour, words="migra en la 3 y Vermont, muchas patrullas")
    with window(browser, demo, storage_state=cookies["ana"], viewport=PHONE) as page:
        open_incident(page, demo, "3rd St & Vermont Ave")
        width = page.evaluate("() => document.documentElement.scrollWidth")
        page.locator(CLAIM).click()
        expect(page.locator("#head")).to_contain_text("Held by you")
        page.locator("#id_what_it_was").select_option("local_police")
        page.locator("button[name=outcome][value=not_ice]").click()
        expect(page.locator("#head .state")).to_contain_text("Not them")
    heard = until(lambda: [t for t in demo.texts(to=neighbour) if "NO era la migra" in t["body"]])

    assert width <= PHONE["width"]
    assert len(heard) == 1

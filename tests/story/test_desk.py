"""Two verifiers at one desk at once, and one with only a phone: real browsers, real demo."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.story.conftest import (
    Demo,
    judge_at_once,
    open_incident,
    report,
    running,
    signed_in,
    until,
    window,
)

pytestmark = [pytest.mark.browser, pytest.mark.long]

PHONE = {"width": 360, "height": 740}
CLAIM = "form[action$='/claim/'] button"
LIVE_MS = 5_000
NEXT_MS = 15_000
MALICE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
MALICE_FROM = "+12135550173"
DESK_PAGES = ("/desk/", "/desk/inbox/", "/desk/shifts/", "/desk/surge/", "/desk/alerts/")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running(tmp_path_factory.mktemp("desk")) as demo:
        yield demo


@pytest.fixture(scope="module")
def cookies(browser: Browser, demo: Demo):
    """Each verifier's cookies: an authenticator's code opens the desk only once."""
    return {username: signed_in(browser, demo, username) for username in ("ana", "minjun")}


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


def test_it_runs_no_script_that_anybody_typed(browser, demo, cookies):
    """In a report, what is known, notes, a thread, a shift's note and a place: all is text."""
    demo.text(MALICE_FROM, f"ICE at Pico and Vermont {MALICE}")
    until(lambda: demo.texts(to=MALICE_FROM))
    with window(browser, demo, storage_state=cookies["ana"]) as page:
        page.context.add_init_script("window.ran = []; window.alert = (what) => ran.push(what);")
        open_incident(page, demo, "Pico Blvd & Vermont Ave")
        incident = page.url
        page.get_by_role("button", name=re.compile("Claim")).click()
        expect(page.get_by_role("main")).to_contain_text("Held by you")
        page.locator("#fields > summary").click()
        for label in ("Size", "Activity", "Location", "Unit or uniform", "Time", "Equipment"):
            page.get_by_role("textbox", name=re.compile(f"^{label}")).fill(MALICE)
        page.get_by_role("button", name="Keep the description").click()
        expect(page.get_by_role("main")).to_contain_text("Description kept.")
        page.get_by_role("textbox", name=re.compile("own words")).first.fill(MALICE)
        page.get_by_role("button", name="Send", exact=True).first.click()
        until(lambda: [text for text in demo.texts(to=MALICE_FROM) if "alert" in text["body"]])
        page.get_by_label("A trained person on site").check()
        for label in ("By what was", "What was not seen", "Note"):
            page.get_by_role("textbox", name=re.compile(f"^{label}")).fill(MALICE)
        page.get_by_role("button", name=re.compile("Verified")).click()
        page.get_by_role("button", name="Look at the text").click()
        page.wait_for_url(re.compile(r"/desk/alerts/[^/]+/$"))
        alert = page.url
        page.goto(f"{demo.url}/desk/shifts/")
        page.get_by_label("What they should know").fill(MALICE)
        page.get_by_role("button", name="Leave the note").click()

        shown = 0
        for path in (*DESK_PAGES, incident, f"{incident}record/", alert):
            page.goto(path if "://" in path else demo.url + path)
            shown += MALICE in page.inner_text("body")
            assert page.evaluate("ran") == [], path
            assert page.locator("img[src='x']").count() == 0, path
        assert shown >= 4

"""The decision stands on the first screen, on a laptop and on a phone, without scrolling."""

import re

import pytest
from playwright.sync_api import expect

from tests.story.conftest import LAPTOP, running, sign_in, until, window

pytestmark = [pytest.mark.browser, pytest.mark.long]

PHONE = {"width": 360, "height": 740}
REPORTS = (
    ("+12135550174", "La migra esta en la 6 y Vermont, 4 agentes y 2 vans"),
    ("+13235550175", "ICE at 6th and Vermont by the bus stop, vests say POLICE ICE, 2 white vans"),
    ("+13235550176", "6가 버몬트 코너에 이민국 요원 다섯 명 있어요"),
)
CLAIM = "form[action$='/claim/'] button"
DECISION = (
    "button[name=outcome][value=verified]",
    "button[name=outcome][value=not_ice]",
    "#id_what_it_was",
    "button[name=outcome][value=unverifiable]",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running(tmp_path_factory.mktemp("first-screen")) as demo:
        for number, words in REPORTS:
            demo.text(number, words)
            until(lambda number=number: demo.texts(to=number))
        yield demo


@pytest.fixture(scope="module")
def cookies(browser, demo):
    with window(browser, demo) as page:
        return sign_in(page, demo)


def put_at(page, words):
    page.locator("#id_place").fill(words)
    page.get_by_role("button", name="Set the place").click()
    expect(page.locator("#says")).to_contain_text("Place set")


def ends_at(page, selector) -> float:
    # News that comes just now brings the part anew: for a moment it is not there.
    box = until(lambda: page.locator(selector).bounding_box())
    return box["y"] + box["height"]


def open_incident(page, demo, language="en"):
    choice = {"name": "django_language", "value": language, "url": demo.url}
    page.context.add_cookies([choice])
    page.goto(f"{demo.url}/desk/")
    page.locator(".queue a").filter(has_text="6th St & Vermont Ave").first.click()
    expect(page.locator("#head h1")).to_contain_text("6th St & Vermont Ave")
    page.wait_for_load_state()


def open_unheld(page, demo):
    """Open it where nobody looks after it: setting its place was an act too."""
    open_incident(page, demo)
    let_go = page.get_by_role("button", name=re.compile("Let go"))
    if let_go.count():
        let_go.click()
    expect(page.locator(CLAIM)).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_it_shows_reports_map_evidence_and_buttons_at_once(browser, demo, cookies, language):
    with window(browser, demo, storage_state=cookies, viewport=LAPTOP) as page:
        open_incident(page, demo, language)
        expect(page.locator("#reports li")).to_have_count(3)
        seen = {one: ends_at(page, one) for one in ("#reports", "#map", "#evidence", *DECISION)}

    assert {one: end for one, end in seen.items() if end > LAPTOP["height"]} == {}


def test_it_keeps_the_likely_acts_under_the_thumb(browser, demo, cookies):
    with window(browser, demo, storage_state=cookies, viewport=PHONE) as page:
        open_unheld(page, demo)
        claim = ends_at(page, CLAIM)
        page.locator(CLAIM).click()
        expect(page.locator("#head")).to_contain_text("Held by you")
        # In one go: news may put a new timeline in its place at any moment.
        page.evaluate("document.querySelector('#timeline').scrollIntoView()")
        decision = [ends_at(page, one) for one in DECISION]
        page.get_by_role("button", name=re.compile("Let go")).click()

    assert 0.75 * PHONE["height"] < claim <= PHONE["height"]
    assert all(0.75 * PHONE["height"] < end <= PHONE["height"] for end in decision)


def test_it_asks_what_it_was_before_it_sends_not_them(browser, demo, cookies):
    with window(browser, demo, storage_state=cookies, viewport=LAPTOP) as page:
        open_incident(page, demo)
        page.keyboard.press("2")

        expect(page.locator("#id_what_it_was")).to_be_focused()
        expect(page.locator("#says")).to_be_empty()


def test_it_keeps_open_what_was_opened_when_news_comes(browser, demo, cookies):
    with window(browser, demo, storage_state=cookies, viewport=LAPTOP) as page:
        open_unheld(page, demo)
        page.locator("#timeline > summary").click()
        page.locator("#other-place > summary").click()
        page.locator(CLAIM).click()
        expect(page.locator("#head")).to_contain_text("Held by you")

        expect(page.locator("#timeline")).not_to_have_attribute("open", "")
        expect(page.locator("#other-place")).to_have_attribute("open", "")
        page.get_by_role("button", name=re.compile("Let go")).click()
        expect(page.locator("#head")).to_contain_text("Claim")


def test_it_draws_where_else_a_report_points_and_leads_to_its_line(browser, demo, cookies):
    with window(browser, demo, storage_state=cookies, viewport=LAPTOP) as page:
        open_incident(page, demo)
        expect(page.locator("#map .map-dot-pin")).to_have_count(1)
        page.locator("#other-place > summary").click()
        put_at(page, "6th and Shatto")

        expect(page.locator("#map .map-dot-report")).to_have_count(1)
        # The pin's own move may leave the dot below the map's buttons.
        page.locator("#map .map-dot-report").dispatch_event("click")
        expect(page.locator("#reports li:focus")).to_have_count(1)
        put_at(page, "6th and Vermont")
        expect(page.locator("#head h1")).to_contain_text("Vermont")


def test_it_does_not_claim_to_be_live_without_a_script(browser, demo, cookies):
    options = {"viewport": LAPTOP, "java_script_enabled": False}
    with window(browser, demo, storage_state=cookies, **options) as page:
        open_incident(page, demo)

        expect(page.locator("#live")).to_be_hidden()
        expect(page.get_by_text("not live: reload the page for news")).to_be_visible()


def test_it_says_so_when_an_act_was_not_done(browser, demo, cookies):
    # Not in a window(): a browser writes every refused request on its console.
    context = browser.new_context(storage_state=cookies, viewport=LAPTOP)
    page = context.new_page()
    open_unheld(page, demo)
    page.route("**/claim/", lambda route: route.fulfill(status=502, body=""))
    page.locator(CLAIM).click()

    expect(page.get_by_text("Your last click did not get through.")).to_be_visible()
    context.close()

"""What a page of the desk shows while the server behind it is away, and afterwards."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.story.conftest import Demo, running, sign_in, start_again, until, window

pytestmark = [pytest.mark.browser, pytest.mark.long]

LIVE_MS = 5_000
MOMENT_MS = 1_000
"""Longer than a page waits between news and asking."""
NOTICED_MS = 15_000
BACK_MS = 30_000
# What Chromium and htmx write while nobody listens on the port, and about a stream cut off.
AWAY = (
    r"Failed to load resource: net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE"
    r"|INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH)"
    r"|htmx:(afterRequest|sendError|timeout), .*"
)
NO_STREAM = r"Failed to load resource: the server responded with a status of 503 .*"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running(tmp_path_factory.mktemp("live")) as demo:
        yield demo


@pytest.fixture(scope="module")
def ana(browser: Browser, demo: Demo):
    """Her cookies: an authenticator's code opens the desk only once."""
    with window(browser, demo) as page:
        return sign_in(page, demo, "ana")


def sign(page: Page):
    return page.locator("#live")


def mark(page: Page) -> None:
    """Leave something in the page that a reload would take away."""
    page.evaluate("() => { window.neverReloaded = true; }")


def is_marked(page: Page) -> bool:
    return bool(page.evaluate("() => window.neverReloaded === true"))


def test_it_says_that_it_is_not_live_and_comes_back_by_itself(browser, demo, ana):
    with window(browser, demo, provoked=AWAY, storage_state=ana) as page:
        page.goto(f"{demo.url}/desk/")
        expect(sign(page)).to_have_text("live")
        mark(page)

        demo.process.kill()
        demo.process.wait()
        expect(sign(page)).to_have_text(
            re.compile(r"^not live: last update \d+ s ago$"), timeout=NOTICED_MS
        )

        start_again(demo)
        expect(sign(page)).to_have_text("live", timeout=BACK_MS)
        demo.text("+13105550181", "ICE at Olympic and Normandie, 2 vans")
        report = page.get_by_role("link", name=re.compile("Olympic Blvd & Normandie Ave"))
        expect(report).to_be_visible(timeout=LIVE_MS)
        assert is_marked(page)


def test_it_polls_where_no_stream_is_served(browser, demo, ana):
    with window(browser, demo, provoked=NO_STREAM, storage_state=ana) as page:
        refused = []

        def refuse(route):
            refused.append(route.request.url)
            route.fulfill(status=503)

        page.route("**/desk/live/", refuse)
        page.goto(f"{demo.url}/desk/")
        expect(sign(page)).to_have_text("live")

        demo.text("+13105550183", "ICE at 7th and Hoover, 2 vans")
        expect(page.get_by_role("link", name=re.compile("7th St & Hoover"))).to_be_visible(
            timeout=NOTICED_MS
        )
        expect(sign(page)).to_have_text("live")
        # It keeps asking for the stream, less and less often.
        assert until(lambda: page.wait_for_timeout(100) or len(refused) > 1)

        page.unroute("**/desk/live/")
        with page.expect_response(lambda answer: answer.url.endswith("/desk/live/")) as answer:
            pass
        assert answer.value.status == 200


def test_it_asks_again_for_news_that_came_while_it_asked(browser, demo, ana):
    with (
        window(browser, demo, storage_state=ana) as page,
        window(browser, demo, storage_state=ana) as other,
    ):
        for each in (page, other):
            each.goto(f"{demo.url}/desk/")
            expect(sign(each)).to_have_text("live")
        held = []

        def hold_the_first(route):
            if held:
                return route.continue_()
            held.append(route)
            held.append(route.fetch())

        page.route("**/desk/queue/*", hold_the_first)
        demo.text("+13105550185", "ICE at 8th and Irolo, 2 vans")
        assert until(lambda: page.wait_for_timeout(100) or len(held) == 2)

        demo.text("+13105550186", "ICE at Pico and Western, 2 vans")
        second = re.compile("Pico Blvd & Western Ave")
        expect(other.get_by_role("link", name=second)).to_be_visible(timeout=LIVE_MS)
        page.wait_for_timeout(MOMENT_MS)
        route, answer = held
        route.fulfill(response=answer)

        expect(page.get_by_role("link", name=second)).to_be_visible(timeout=LIVE_MS)


def test_it_looks_again_when_the_line_went_silent(browser, demo, ana):
    """A phone that left its network: nothing comes, and nobody says so."""
    with window(browser, demo, storage_state=ana) as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.clock.install()
        page.goto(f"{demo.url}/desk/")
        expect(sign(page)).to_have_text("live")
        before = len([url for url in asked if url.endswith("/desk/live/")])

        page.clock.fast_forward(60_000)

        assert until(
            lambda: (
                page.wait_for_timeout(100)
                or len([url for url in asked if url.endswith("/desk/live/")]) > before
            )
        )
        expect(sign(page)).to_have_text("live")


def test_it_says_that_a_click_did_not_get_through(browser, demo, ana):
    demo.text("+13105550184", "ICE at 3rd and Western, 2 vans")
    with window(browser, demo, provoked=AWAY, storage_state=ana) as page:
        page.goto(f"{demo.url}/desk/")
        page.get_by_role("link", name=re.compile("3rd St & Western")).first.click()
        expect(page).to_have_url(re.compile("/desk/incidents/"))
        # Before the scripts are there the button is a plain form's, and the browser answers itself.
        # The word itself is in the page from the start, hidden.
        expect(sign(page)).to_be_visible()
        claim = page.get_by_role("button", name=re.compile("Claim"))
        page.route("**/claim/", lambda route: route.abort("connectionrefused"))
        claim.click()
        alert = page.get_by_role("alert").filter(has_text="Your last click did not get through")
        expect(alert).to_be_visible()

        page.unroute("**/claim/")
        claim.click()
        expect(page.locator("body")).to_contain_text("Held by you")
        expect(alert).to_be_hidden()


def test_the_inbox_and_the_shifts_follow_too(browser, demo, ana):
    with (
        window(browser, demo, storage_state=ana) as page,
        window(browser, demo, storage_state=ana) as other,
    ):
        page.goto(f"{demo.url}/desk/inbox/")
        expect(sign(page)).to_have_text("live")
        expect(sign(page)).to_be_visible()
        mark(page)
        demo.text("+13105550189", "HELP with a lost dog")
        expect(page.locator("#items")).to_contain_text("a lost dog", timeout=LIVE_MS)
        assert is_marked(page)

        page.goto(f"{demo.url}/desk/shifts/")
        expect(sign(page)).to_be_visible()
        mark(page)
        other.goto(f"{demo.url}/desk/shifts/")
        in_two_days = datetime.now(UTC).date() + timedelta(days=2)
        other.locator("input[name=day]").fill(in_two_days.isoformat())
        other.locator("input[name=begins]").fill("03:10")
        other.locator("input[name=ends]").fill("03:20")
        other.get_by_role("button", name="Put it on the roster").click()
        expect(page.locator("#roster")).to_contain_text("03:10–03:20", timeout=LIVE_MS)

        other.locator("#id_body").fill("Film crew on 7th until noon.")
        other.get_by_role("button", name="Leave the note").click()
        expect(page.locator("#notes")).to_contain_text("Film crew", timeout=LIVE_MS)
        assert is_marked(page)

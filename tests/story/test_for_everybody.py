"""What leaves a demo changed for everybody: each of these has one of its own."""

import re
from http import HTTPStatus

import pytest
from playwright.sync_api import Page, expect

from tests.story.axe import AXE, LIGHTS, faults
from tests.story.conftest import (
    REFUSED,
    Demo,
    open_incident,
    report,
    sign_in,
    signed_in,
    until,
    window,
)

pytestmark = [pytest.mark.browser, pytest.mark.long]

LIVE_MS = 5_000
NEXT_MS = 15_000


def test_it_shuts_out_at_once_whoever_lost_their_role(browser, demo):
    cookies = signed_in(browser, demo, "minjun")
    report(demo, number="+12135550174", words="ICE at 4th and Vermont, 3 agents")
    refused = r"Failed to load resource: .* 403 .*|htmx:.*"
    with window(browser, demo, provoked=refused, storage_state=cookies) as minjun:
        open_incident(minjun, demo, "4th St & Vermont Ave")
        with window(browser, demo) as grace:
            grace.context.add_cookies([{"name": "django_language", "value": "en", "url": demo.url}])
            sign_in(grace, demo, "grace")
            grace.goto(f"{demo.url}/coordinate/people/")
            row = grace.get_by_role("row").filter(has_text="minjun")
            with minjun.expect_event(
                "requestfinished", lambda request: request.url.endswith("/desk/live/")
            ):
                row.get_by_role("button", name=re.compile("Shut out|Deactivate|Close")).click()

        expect(minjun).to_have_url(re.compile("/account/login/"), timeout=NEXT_MS)
        expect(minjun.get_by_label("Username")).to_be_visible()


HEARD = """() => {
  window.heard = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) {
    window.heard.push(this.type);
    return start.apply(this, at);
  };
}"""


PRESS_UNTIL_REFUSED = """async (button) => {
  const body = new FormData(button.form, button);
  for (let press = 0; press < 200; press++) {
    const sent = {method: "POST", body, redirect: "manual"};
    if ((await fetch(button.form.action, sent)).status === 429) return true;
  }
  return false;
}"""


def heard(page: Page) -> set[str]:
    """The kinds of tone the page has made since this was asked last."""
    return set(page.evaluate("() => window.heard.splice(0)"))


def test_it_sounds_for_a_new_incident_and_when_sending_is_stopped(browser, demo):
    cookies = signed_in(browser, demo, "ana")
    with window(browser, demo, storage_state=cookies) as page:
        page.add_init_script(f"({HEARD})()")
        page.goto(f"{demo.url}/desk/")
        expect(page.locator("#live")).to_have_text("live")
        switch = page.get_by_label("Sound on new incidents")
        expect(switch).not_to_be_checked()
        expect(page.get_by_label("Alarm when sending is stopped")).to_be_checked()

        switch.focus()
        page.keyboard.press("Space")
        assert until(lambda: heard(page)) == {"sine"}
        page.reload()
        expect(switch).to_be_checked()
        expect(page.locator("#live")).to_have_text("live")
        page.mouse.click(5, 500)

        demo.text("+12135550179", "ICE at Olympic and Normandie, 2 vans")
        row = page.locator(".queue a").filter(has_text="Olympic Blvd & Normandie Ave")
        expect(row).to_be_visible(timeout=LIVE_MS)
        assert until(lambda: heard(page)) == {"sine"}

        with window(browser, demo, storage_state=cookies) as other:
            other.goto(f"{demo.url}/desk/stop/")
            other.get_by_role("main").get_by_role("button", name="Yes, stop all texts").click()
        expect(page.get_by_role("alert").filter(has_text="No text is leaving")).to_be_visible(
            timeout=LIVE_MS
        )
        assert until(lambda: heard(page)) == {"square"}
        expect(page.locator("#stopped")).to_have_count(1)


def test_axe_finds_nothing_while_everything_is_stopped(browser, demo):
    cookies = signed_in(browser, demo, "ana")
    report(demo, number="+12135550177", words="ICE at 6th and Vermont, 4 agents")
    found = []
    with window(browser, demo, storage_state=cookies, reduced_motion="reduce") as page:
        page.context.add_init_script(path=AXE)
        page.goto(f"{demo.url}/desk/stop/")
        page.get_by_role("main").get_by_role("button", name="Yes, stop all texts").click()
        for language in LIGHTS:
            page.context.add_cookies(
                [{"name": "django_language", "value": language, "url": demo.url}]
            )
            for path in ("/desk/", "/desk/alerts/", "/desk/stop/", "/desk/inbox/"):
                page.goto(demo.url + path)
                expect(page.locator("#stopped")).to_be_visible()
                found += [f"{path} {line}" for line in faults(page, language=language)]

    assert found == []


def test_axe_finds_nothing_on_the_page_that_asks_to_wait(browser, demo):
    found = []
    with window(browser, demo, provoked=REFUSED, reduced_motion="reduce") as page:
        page.context.add_init_script(path=AXE)
        for language in LIGHTS:
            page.context.add_cookies(
                [{"name": "django_language", "value": language, "url": demo.url}]
            )
            too_many_reports(page, demo)
            expect(page.locator("html")).to_have_attribute("lang", language)
            found += list(faults(page, language=language))

    assert found == []


def too_many_reports(page: Page, demo: Demo) -> None:
    """Press send until the site asks to wait: once more, after a script was asked to."""
    for _minute in range(3):  # the count begins anew with every minute, maybe in between
        page.goto(f"{demo.url}/report/")
        page.locator("#id_text").fill("Four agents with vests in front of the market")
        page.locator("#id_place").fill("Olympic and Normandie")
        page.locator("button[name=step][value=preview]").click()
        send = page.locator("button[name=step][value=send]")
        expect(send).to_be_visible()
        assert send.evaluate(PRESS_UNTIL_REFUSED)
        with page.expect_navigation() as answer:
            send.click()
        if answer.value.status == HTTPStatus.TOO_MANY_REQUESTS:
            return
    raise AssertionError("nobody was asked to wait")

"""axe finds nothing on any page, in any language, on a laptop and a phone, by day and by night."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, expect

from tests.story.axe import AXE, LIGHTS, faults
from tests.story.conftest import (
    LAPTOP,
    REFUSED,
    Demo,
    running,
    sign_in,
    until,
    verify_and_draft,
    window,
)

pytestmark = [pytest.mark.browser, pytest.mark.long]

TEXTS = (
    ("+12135550177", "La migra esta en la 6 y Vermont, 4 agentes y 2 vans"),
    ("+13235550181", "웨스턴이랑 윌셔 코너에 이민국 차 3대"),
    ("+13235550182", "ICE at 8th and Normandie, 2 vans no plates"),
    ("+13235550184", "la migra está por todos lados!!"),
    ("+13235550185", "URGENT raid at Pico and Western share with everyone"),
    ("+13235550186", "URGENT raid at Pico and Western share with everyone"),
    ("+13235550187", "URGENT raid at Pico and Western share with everyone"),
)
FACTORS = "/account/factors/"


@dataclass(frozen=True)
class Look:
    """One page to look at, and how to come to it from its address."""

    path: str
    reach: Callable[[Page], None] | None = None
    is_refusal: bool = False
    language: str = ""
    """The one language of a page that has no other."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running(tmp_path_factory.mktemp("axe")) as demo:
        for number, words in TEXTS:
            demo.text(number, words)
            until(lambda number=number: demo.texts(to=number))
        yield demo


@pytest.fixture(scope="module")
def pages(browser: Browser, demo: Demo) -> dict[str, tuple[Any, list[Look]]]:
    """What each person may look at: their cookies and the pages."""
    with window(browser, demo) as page:
        receipt = send_report(page, demo)
    with window(browser, demo) as page:
        ana = sign_in(page, demo)
        unjudged = path_to(page, "8th St & Normandie Ave")
        held = hold(page, demo, "Western Ave & Wilshire Blvd")
        page.goto(f"{demo.url}/desk/")
        judged, draft, preview, alert = release(page)
    with window(browser, demo) as page:
        grace = sign_in(page, demo, "grace")
        invitation, spent = invite(page, demo, "Rosa"), invite(page, demo, "Tom")
        newcomers = {language: invite(page, demo, f"Tom {language}") for language in LIGHTS}
    with window(browser, demo) as page:
        accept(page, demo, spent, username="tom")
    return {
        "a neighbour": (
            None,
            [
                Look("/"),
                Look("/report/"),
                Look("/report/", preview_report),
                Look(receipt),
                Look("/account/login/"),
                Look(invitation),
                Look(demo.access["simulator"]["url"].removeprefix(demo.url), language="en"),
                Look("/", lambda page: page.set_content(alone("400.html")), language="en"),
                Look("/", lambda page: page.set_content(alone("500.html")), language="en"),
                Look(spent, is_refusal=True),
                Look("/nothing/here/", is_refusal=True),
                Look("/report/nothing/", is_refusal=True),
            ],
        ),
        "a newcomer": (
            newcomers,
            [Look(FACTORS), Look(f"{FACTORS}totp/activate/"), Look(f"{FACTORS}webauthn/add/")],
        ),
        "ana": (
            ana,
            [
                *map(Look, ("/desk/", "/desk/inbox/", "/desk/shifts/", "/desk/surge/")),
                *map(Look, ("/desk/alerts/", "/desk/stop/")),
                *map(Look, (unjudged, held, judged, f"{judged}record/")),
                Look(unjudged, reveal),
                *map(Look, (draft, preview, f"{preview}edit/", alert)),
                *map(Look, (FACTORS, "/account/logout/")),
                *map(Look, ("/account/reauthenticate/", "/account/password/change/")),
                Look("/coordinate/people/", is_refusal=True),
                Look("/desk/", without_token, is_refusal=True),
            ],
        ),
        "grace": (
            grace,
            [
                Look("/coordinate/people/"),
                Look("/coordinate/people/responders/"),
                Look("/coordinate/people/responders/add/"),
            ],
        ),
    }


# -- Ways to the pages ---------------------------------------------------------------------
def send_report(page: Page, demo: Demo) -> str:
    page.goto(f"{demo.url}/report/")
    preview_report(page)
    page.locator("button[name=step][value=send]").click()
    expect(page).to_have_url(re.compile(r"/report/[^/]+/"))
    return path_of(page)


def preview_report(page: Page) -> None:
    page.locator("#id_text").fill("Four agents with vests in front of the market")
    page.locator("#id_place").fill("Olympic and Normandie")
    page.locator("button[name=step][value=preview]").click()
    expect(page.locator("button[name=step][value=send]")).to_be_visible()


def hold(page: Page, demo: Demo, place: str) -> str:
    path = path_to(page, place)
    page.goto(demo.url + path)
    page.get_by_role("button", name=re.compile("Claim")).click()
    expect(page.get_by_role("main")).to_contain_text("Held by you")
    return path


def release(page: Page) -> tuple[str, str, str, str]:
    """Verify and release; return the paths of the incident, a draft, a preview, the alert."""
    verify_and_draft(page)
    page.get_by_role("button", name="Look at the text").click()
    expect(page.get_by_role("main")).to_contain_text("VERIFIED")
    alert = path_of(page)
    page.get_by_role("button", name=re.compile("Release|Send")).first.click()
    expect(page.get_by_role("main")).to_contain_text("It was not them")
    page.get_by_role("link", name=re.compile("It was not them")).click()
    incident = path_of(page)
    draft = f"{incident}alert/?kind=update"
    page.goto(re.sub(r"(://[^/]+).*", rf"\1{draft}", page.url))
    page.get_by_role("textbox").first.fill("Still there")
    page.get_by_role("button", name="Look at the text").click()
    page.wait_for_url(re.compile(r"/desk/alerts/[^/]+/$"))
    return incident, draft, path_of(page), alert


def invite(page: Page, demo: Demo, name: str) -> str:
    """Invite somebody; return the path of their link, shown once."""
    page.goto(f"{demo.url}/coordinate/people/")
    page.locator("input[name=name]").fill(name)
    page.locator("form[action$='/invite/'] button").click()
    page.wait_for_load_state()
    return re.search(r"/invited/[^/\"<]+/", page.content())[0]


def accept(page: Page, demo: Demo, invitation: str, *, username: str) -> Any:
    """Make an account of an invitation; return its cookies, which have no second factor yet."""
    page.goto(demo.url + invitation)
    page.locator("input[name=username]").fill(username)
    for field in page.locator("input[type=password]").all():
        field.fill("a long enough passphrase of Tom's")
    page.keyboard.press("Enter")
    expect(page).to_have_url(demo.url + FACTORS)
    return page.context.storage_state()


def reveal(page: Page) -> None:
    submit(page, "/reveal/")


def without_token(page: Page) -> None:
    page.evaluate(
        """() => {
          for (const token of document.getElementsByName("csrfmiddlewaretoken")) token.value = "x";
        }"""
    )
    submit(page, "/desk/stop/")


def submit(page: Page, action: str) -> None:
    with page.expect_navigation():
        page.evaluate(f"""document.querySelector("form[action$='{action}']").submit()""")


def alone(template: str) -> str:
    """Return an error page that stands alone, because what broke may be anything."""
    return str(render_to_string(template))


def path_to(page: Page, place: str) -> str:
    link = page.get_by_role("link", name=re.compile(re.escape(place))).first
    return str(link.get_attribute("href"))


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+|[#?].*$", "", page.url)


# -- Looking -------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_it_has_nothing_for_axe_to_find(browser, demo, pages, language):
    choice = {"name": "django_language", "value": language, "url": demo.url}
    found = []
    invitations, looks_of_a_newcomer = pages["a newcomer"]
    with window(browser, demo) as page:
        # The pages of the second factor open only to whoever proved just now who they are.
        newcomer = accept(page, demo, invitations[language], username=f"tom-{language}")
    for cookies, looks in {**pages, "a newcomer": (newcomer, looks_of_a_newcomer)}.values():
        for is_refusal in (False, True):
            options = {"provoked": REFUSED} if is_refusal else {}
            with window(
                browser, demo, storage_state=cookies, reduced_motion="reduce", **options
            ) as page:
                page.context.add_cookies([choice])
                page.context.add_init_script(path=AXE)
                for look in looks:
                    if look.is_refusal == is_refusal:
                        come_to(page, demo, look)
                        speaks = look.language or language
                        expect(page.locator("html")).to_have_attribute("lang", speaks)
                        found += [f"{look.path} {line}" for line in faults(page, language=language)]

    assert found == []


def come_to(page: Page, demo: Demo, look: Look) -> None:
    page.set_viewport_size(LAPTOP)
    answer = page.goto(demo.url + look.path)
    assert page.url == demo.url + look.path
    if look.reach:
        look.reach(page)
    assert answer.ok or look.is_refusal

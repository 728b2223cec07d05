"""axe finds nothing on any public or staff page in any of three languages (WCAG 2.2 AA and more).

axe-core is vendored in tests/data/axe/ and runs inside the page.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.story.conftest import Demo, running, sign_in, until, verify_and_draft, window

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "data" / "axe" / "axe.min.js"
RUN_AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.flatMap(({id, nodes}) =>
    nodes.map(({html, failureSummary}) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""
TEXTS = (
    ("+12135550177", "La migra esta en la 6 y Vermont, 4 agentes y 2 vans"),
    ("+13235550181", "웨스턴이랑 윌셔 코너에 이민국 차 3대"),
    ("+13235550182", "ICE at 8th and Normandie, 2 vans no plates"),
    ("+13235550184", "la migra está por todos lados!!"),
)
STAFF = ("/desk/", "/desk/inbox/", "/desk/shifts/", "/desk/surge/", "/desk/alerts/")
COORDINATOR = ("/coordinate/people/", "/coordinate/people/responders/")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running(tmp_path_factory.mktemp("axe")) as demo:
        for number, words in TEXTS:
            demo.text(number, words)
            until(lambda number=number: demo.texts(to=number))
        yield demo


@pytest.fixture(scope="module")
def pages(browser: Browser, demo: Demo):
    """Every page to look at, as (path, cookies of who may see it)."""
    with window(browser, demo) as page:
        receipt = send_report(page, demo)
    with window(browser, demo) as page:
        ana = sign_in(page, demo)
        unjudged = path_to(page, "8th St & Normandie Ave")
        judged, draft, alert = release(page)
    with window(browser, demo) as page:
        grace = sign_in(page, demo, "grace")
    public = ("/", "/report/", receipt, "/account/login/")
    return [
        *((path, None) for path in public),
        *((path, ana) for path in (*STAFF, unjudged, judged, draft, alert)),
        *((path, grace) for path in COORDINATOR),
    ]


def send_report(page: Page, demo: Demo) -> str:
    page.goto(f"{demo.url}/report/")
    page.locator("#id_text").fill("Four agents with vests in front of the market")
    page.locator("#id_place").fill("Olympic and Normandie")
    page.locator("button[name=step][value=preview]").click()
    page.locator("button[name=step][value=send]").click()
    expect(page).to_have_url(re.compile(r"/report/[^/]+/"))
    return page.url.removeprefix(demo.url)


def release(page: Page) -> tuple[str, str, str]:
    """Verify and release; return the paths of the incident, of its draft and of the alert."""
    verify_and_draft(page)
    page.get_by_role("button", name="Look at the text").click()
    expect(page.locator(".text-preview").first).to_contain_text("VERIFIED")
    alert = path_of(page)
    page.get_by_role("button", name=re.compile("Release|Send")).first.click()
    expect(page.locator("body")).to_contain_text("It was not them")
    page.get_by_role("link", name=re.compile("It was not them")).click()
    incident = path_of(page)
    return incident, f"{incident}alert/?kind=update", alert


def path_to(page: Page, place: str) -> str:
    return page.locator(".queue a").filter(has_text=place).first.get_attribute("href")


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+|[#?].*$", "", page.url)


@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_it_has_nothing_for_axe_to_find(browser, demo, pages, language):
    choice = {"name": "django_language", "value": language, "url": demo.url}
    found = []
    for path, cookies in pages:
        with window(browser, demo, storage_state=cookies) as page:
            page.context.add_cookies([choice])
            page.context.add_init_script(path=AXE)
            answer = page.goto(demo.url + path)
            assert answer.status == 200
            assert page.url == demo.url + path
            expect(page.locator("html")).to_have_attribute("lang", language)
            found += [f"{path} {line}" for line in page.evaluate(RUN_AXE)]

    assert found == []

"""The README's two minutes, as its users live them: real browser, real worker, real HTTP.

A neighbour texts in Spanish; a verifier judges at the desk and releases; phones ring in three
languages; somebody is going; it was something else, and the same phones hear it.
"""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.story.conftest import Demo, sign_in, until, verify_and_draft, window

pytestmark = pytest.mark.browser

NEIGHBOUR = "+12135550177"


@pytest.fixture
def page(browser: Browser, demo: Demo):
    with window(browser, demo) as page:
        yield page


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

"""The README's two minutes, as its users live them: real browser, real worker, real HTTP.

A neighbour texts in Spanish; a verifier judges at the desk and releases; phones ring in three
languages; somebody is going; it was something else, and the same phones hear it. Once with a
thumb on a phone, once with nothing but keys on a laptop.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.story.conftest import LAPTOP, Demo, code_now, until, window
from tests.story.hands import Hands, Keys, Thumb

pytestmark = pytest.mark.browser

NEIGHBOUR = "+12135550177"
PHONE = {"width": 360, "height": 740}
DEVICES: dict[str, tuple[type[Hands], dict[str, Any]]] = {
    "phone": (Thumb, {"viewport": PHONE, "has_touch": True, "is_mobile": True}),
    "keys": (Keys, {"viewport": LAPTOP}),
}


def alert_texts(demo: Demo, *, words: tuple[str, ...]) -> dict[str, str]:
    """Return the texts that went out with one of `words` in them, by phone."""
    ours = demo.access["simulator"]["number"]
    return {
        text["to"]: text["body"]
        for text in demo.texts()
        if text["from"] == ours and any(word in text["body"] for word in words)
    }


@pytest.mark.parametrize("device", DEVICES)
def test_it_goes_from_a_neighbours_text_to_phones_and_back(browser: Browser, demo: Demo, device):
    hands_of, options = DEVICES[device]
    with window(browser, demo, **options) as page:
        play(page, demo, hands_of(page))


def play(page: Page, demo: Demo, hands: Hands) -> None:
    answer = demo.text(NEIGHBOUR, "La migra esta en la 6 y Vermont, 4 agentes y 2 vans")
    assert answer["status"] == 200
    receipt = until(lambda: demo.texts(to=NEIGHBOUR))[0]
    assert receipt["body"].startswith("Red Ktown")

    sign_in(page, demo, hands)
    look_after_it(page, hands)
    verify(page, hands)
    rung = release(page, demo, hands)
    see_who_goes(page, demo, phone=next(iter(rung)))
    judge_again(page, hands)
    told = correct(page, demo, hands, rung=rung)
    assert set(told) == set(rung)
    heard = until(lambda: [t for t in demo.texts(to=NEIGHBOUR) if "probation" in t["body"]])
    assert len(heard) == 1


def sign_in(page: Page, demo: Demo, hands: Hands) -> None:
    ways = demo.access["desk"][0]
    page.goto(f"{demo.url}/desk/")
    hands.write(page.get_by_label("Username"), ways["username"])
    hands.write(page.get_by_label("Password"), ways["password"])
    page.keyboard.press("Enter")
    hands.write(page.locator("input[name=code]"), code_now(ways["totp_secret"]))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/desk/")


def look_after_it(page: Page, hands: Hands) -> None:
    """From the queue to a claimed incident at a place that a person chose."""
    hands.press(page.get_by_role("link", name=re.compile("6th St & Vermont Ave")).first)
    expect(page.locator("#live")).to_have_text("live")
    hands.press(page.get_by_role("button", name=re.compile("Claim")))
    expect(page.get_by_role("main")).to_contain_text("Held by you")
    hands.press(page.locator("#other-place > summary"))
    hands.write(page.get_by_role("textbox", name="Type a place"), "6th and Vermont")
    hands.press(page.get_by_role("button", name="Set the place"))
    expect(page.get_by_role("main")).to_contain_text("Place set: 6th St & Vermont Ave")


def verify(page: Page, hands: Hands) -> None:
    hands.press(page.locator("#fields > summary"))
    hands.write(page.get_by_label("Size"), "4 agents")
    hands.write(page.get_by_label("Equipment"), "2 vans")
    hands.press(page.get_by_role("button", name="Keep the description"))
    expect(page.get_by_role("main")).to_contain_text("Description kept.")
    hands.choose(page.get_by_label("A trained person on site"))
    hands.write(page.get_by_label("By what was the agency recognised?"), "Words on the vests")
    hands.write(page.get_by_label(re.compile("^Note")), "Rosa, our observer, called from there")
    hands.press(page.get_by_role("button", name=re.compile("Verified")))
    expect(page).to_have_url(re.compile("/alert/"))


def release(page: Page, demo: Demo, hands: Hands) -> dict[str, str]:
    """Draft, look, release; return what rang on which phone."""
    hands.press(page.get_by_role("button", name="Look at the text"))
    expect(page.get_by_role("main")).to_contain_text("VERIFIED")
    hands.press(page.get_by_role("button", name="Release", exact=True))
    # What the page asks for goes on only while somebody looks at it.
    expect(page.get_by_role("main")).to_contain_text("Released")
    verified = ("VERIFIED", "VERIFICADO", "확인")
    rung = until(lambda: len(found := alert_texts(demo, words=verified)) >= 10 and found)
    assert {word for word in verified for body in rung.values() if word in body} == set(verified)
    return dict(rung)


def see_who_goes(page: Page, demo: Demo, *, phone: str) -> None:
    demo.text(phone, "1 10")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"1\s*going", re.IGNORECASE))


def judge_again(page: Page, hands: Hands) -> None:
    hands.press(page.get_by_role("link", name=re.compile("It was not them")))
    hands.select(page.get_by_label("It is", exact=True), "probation")
    hands.press(page.get_by_role("button", name=re.compile("Not them")))
    expect(page.get_by_role("main")).to_contain_text("Not them: ")


def correct(page: Page, demo: Demo, hands: Hands, *, rung: dict[str, str]) -> dict[str, str]:
    hands.press(page.get_by_role("link", name=re.compile("correction", re.IGNORECASE)).first)
    hands.press(page.get_by_role("button", name="Look at the text"))
    expect(page.get_by_role("main")).to_contain_text("CORRECTION")
    hands.press(page.get_by_role("button", name="Release", exact=True))
    expect(page.get_by_role("main")).to_contain_text("Released")
    corrected = ("CORRECTION", "CORRIGE", "정정")
    told = until(lambda: len(found := alert_texts(demo, words=corrected)) >= len(rung) and found)
    return dict(told)

"""Play the README's story against a running demo and keep pictures of it: docs/screenshots/.

make demo &   then   .venv/bin/python -m tools.screenshots .demo/access.json
"""

import base64
import hashlib
import hmac
import json
import shutil
import struct
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path("docs/screenshots")
LAPTOP: Any = {"width": 1280, "height": 800}
PHONE: Any = {"width": 360, "height": 740}
TEXTS = (
    ("+12135550177", "La migra esta en la 6 y Vermont, 4 agentes y 2 vans"),
    ("+13235550181", "웨스턴이랑 윌셔 코너에 이민국 차 3대"),
    ("+13235550182", "ICE at the 7-Eleven on 8th and Normandie, 2 vans no plates"),
    ("+13235550183", "8th/normandie ICE vans, they are asking people for papers"),
    ("+12135550178", "8가 노르만디 세븐일레븐 앞에 ICE 조끼 입은 사람들"),
    ("+13235550184", "la migra está por todos lados!!"),
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main(access_file: str) -> None:
    """Text as neighbours, verify, release, and look at everything."""
    access = json.loads(Path(access_file).read_text())
    for number, body in TEXTS:
        text(access, number, body)
    time.sleep(2)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        public_pages(browser, access)
        state = story(browser, access)
        in_other_lights(browser, access, state)
        browser.close()


def text(access: dict[str, Any], number: str, body: str) -> None:
    simulator = access["simulator"]
    request = urllib.request.Request(  # noqa: S310 - the demo on this machine
        simulator["url"] + "api/inbound/",
        data=json.dumps({"from": number, "body": body}).encode(),
        headers={
            "Authorization": f"Token {simulator['token']}",
            "Content-Type": "application/json",
        },
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310


def public_pages(browser: Browser, access: dict[str, Any]) -> None:
    for language in ("en", "es", "ko"):
        with page(browser, PHONE, locale=language) as seen:
            for name in ("", "report/"):
                seen.goto(f"{access['url']}{name}?language={language}")
                keep(seen, f"{name.strip('/') or 'home'}-{language}-360")


def story(browser: Browser, access: dict[str, Any]) -> Any:
    """Verify and release as ana, and return her signed-in browser."""
    context = browser.new_context(viewport=LAPTOP, locale="en")
    seen = context.new_page()
    sign_in(seen, access, 0)
    keep(seen, "desk-1280")
    claim(seen, access, "6th St & Vermont")
    settle(seen)
    keep(seen, "incident-1280")
    fill_and_verify(seen)
    seen.locator("main form button.primary").first.click()
    seen.wait_for_load_state()
    keep(seen, "preview-1280", whole=True)
    seen.locator("#release button.primary").click()
    seen.wait_for_timeout(4_000)
    keep(seen, "released-1280", whole=True)
    seen.goto(access["simulator"]["url"])
    seen.wait_for_timeout(1_500)
    keep(seen, "phones-1280")
    claim(seen, access, "8th St & Normandie")
    return context.storage_state()


def claim(seen: Page, access: dict[str, Any], place: str) -> None:
    open_incident(seen, access, place)
    seen.locator("form[action$='/claim/'] button").first.click()
    seen.locator("form[action$='/let-go/']").wait_for()


def open_incident(seen: Page, access: dict[str, Any], place: str) -> None:
    seen.goto(f"{access['url']}desk/")
    seen.locator(".queue a", has_text=place).first.click()
    seen.wait_for_load_state()


def fill_and_verify(seen: Page) -> None:
    seen.locator("#fields > summary").click()
    seen.locator("#id_size").fill("4 agents")
    seen.locator("#id_equipment").fill("2 vans")
    seen.locator("input[name=seen_by][value=trained_person]").check()
    seen.locator("#id_agency_by").fill("Words on the vests")
    seen.locator("#id_note").fill("Rosa, our observer, called from the corner")
    seen.locator("button[name=outcome][value=verified]").click()
    seen.wait_for_url("**/alert/**")


def in_other_lights(browser: Browser, access: dict[str, Any], state: Any) -> None:
    for size, width in ((LAPTOP, 1280), (PHONE, 360)):
        for light in ("light", "dark"):
            for language in ("en", "es", "ko"):
                with page(browser, size, storage_state=state, color_scheme=light) as seen:
                    cookie: Any = {
                        "name": "django_language",
                        "value": language,
                        "url": access["url"],
                    }
                    seen.context.add_cookies([cookie])
                    seen.goto(f"{access['url']}desk/")
                    settle(seen)
                    keep(seen, f"desk-{language}-{light}-{width}")
                    open_incident(seen, access, "8th St & Normandie")
                    settle(seen)
                    keep(seen, f"incident-{language}-{light}-{width}")


def settle(seen: Page) -> None:
    """Wait until the map is drawn, where one is in view."""
    if seen.viewport_size == LAPTOP:
        seen.locator(".map .map-street").last.wait_for(state="attached")
    seen.wait_for_timeout(900)


def sign_in(seen: Page, access: dict[str, Any], who: int) -> None:
    ways = access["desk"][who]
    seen.goto(f"{access['url']}desk/")
    seen.locator("input[name=login]").fill(ways["username"])
    seen.locator("input[name=password]").fill(ways["password"])
    seen.keyboard.press("Enter")
    seen.locator("input[name=code]").fill(code_now(ways["totp_secret"]))
    seen.keyboard.press("Enter")
    seen.wait_for_url("**/desk/")
    seen.wait_for_timeout(900)


def code_now(secret: str) -> str:
    """Return the code of an authenticator app: RFC 6238."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    mac = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@contextmanager
def page(browser: Browser, size: Any, **options: Any) -> Iterator[Page]:
    context = browser.new_context(viewport=size, **options)
    yield context.new_page()
    context.close()


def keep(seen: Page, name: str, *, whole: bool = False) -> None:
    seen.screenshot(path=FOLDER / f"{name}.png", full_page=whole)


if __name__ == "__main__":
    main(sys.argv[1])

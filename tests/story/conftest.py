"""The demo as a visitor starts it, in a process of its own, and a real browser to look at it."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START_SECONDS = 60
END_SECONDS = 60
TOTP_SECONDS = 30
TYPING_SECONDS = 4
# A page may be slow on a busy machine; what must be quick says so itself.
expect.set_options(timeout=15_000)
LAPTOP = {"width": 1280, "height": 800}
# What Chromium writes about an answer that a test provoked.
REFUSED = r"Failed to load resource: the server responded with a status of [45]\d\d .*"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(ask: Any, *, seconds: float = 20, every: float = 0.1) -> Any:
    """Return the first true answer of `ask`; fail when there was none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(every)
    raise AssertionError(f"nothing true from {ask} in {seconds} s")


@dataclass
class Demo:
    """A running demo, seen from outside: HTTP only."""

    url: str
    access: dict[str, Any]
    log: Path
    process: subprocess.Popen[bytes]
    directory: Path
    """Where it keeps its data."""

    def answers(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as err:
            return err.code
        except OSError:
            return 0

    def phones(self, path: str, said: Any = None) -> Any:
        """Ask the simulator's control API."""
        simulator = self.access["simulator"]
        request = urllib.request.Request(
            simulator["url"] + path,
            data=None if said is None else json.dumps(said).encode(),
            headers={
                "Authorization": f"Token {simulator['token']}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def text(self, number: str, body: str) -> Any:
        """Text the network from `number`."""
        return self.phones("api/inbound/", {"from": number, "body": body})

    def texts(self, **query: str) -> list[dict[str, Any]]:
        """Return the ledger: every text in either direction, oldest first."""
        asked = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in query.items())
        return list(self.phones(f"api/messages/?{asked}")["results"])


def start(directory: Path, port: int, **more: str) -> Demo:
    """Start `manage.py demo` and wait until it is ready."""
    log = directory.parent / f"demo-{port}.log"
    process = demo_process(directory, port, log, **more)
    demo = Demo(f"http://127.0.0.1:{port}", {}, log, process, directory)
    try:
        wait_until_ready(demo)
    except BaseException:
        process.kill()  # nobody else knows of it
        raise
    return demo


def start_again(demo: Demo) -> None:
    """Start a demo that ended, on the same port and with its data."""
    port = int(demo.url.rpartition(":")[2])
    demo.process = demo_process(demo.directory, port, demo.log)
    wait_until_ready(demo)


def demo_process(directory: Path, port: int, log: Path, **more: str) -> subprocess.Popen[bytes]:
    inherited = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_START")
        if name in os.environ
    }
    environment = {**inherited, "DEMO": "1", "DEMO_DIR": str(directory), "PORT": str(port), **more}
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "demo"],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )


def wait_until_ready(demo: Demo) -> None:
    def ready() -> bool:
        assert demo.process.poll() is None, demo.log.read_text()[-4000:]
        return demo.answers("/readyz") == 200

    until(ready, seconds=START_SECONDS)
    demo.access = json.loads((demo.directory / "access.json").read_text())


def end(demo: Demo) -> int:
    """Press Ctrl-C and return how the demo ended."""
    demo.process.send_signal(2)
    return demo.process.wait(END_SECONDS)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running(tmp_path) as demo:
        yield demo


@contextlib.contextmanager
def running(directory: Path) -> Iterator[Demo]:
    """A demo that keeps its data in `directory` and ends with the caller."""
    demo = start(directory / "demo", free_port())
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            end(demo)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: the story is not played in a browser")

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@contextlib.contextmanager
def window(
    browser: Browser, demo: Demo, *, provoked: str = r"(?!)", **options: Any
) -> Iterator[Page]:
    """A window of somebody's device; fail at its end for any error or foreign request in it.

    `provoked` matches the whole of those errors, if any, that the test itself brings about.
    """
    context = browser.new_context(**{"locale": "en-US", "viewport": LAPTOP, **options})
    complaints: list[str] = []

    def keep_home(route: Any) -> None:
        if route.request.url.startswith(demo.url):
            route.continue_()
        else:
            complaints.append(f"request to {route.request.url}")
            route.abort()

    context.route("**/*", keep_home)
    page = context.new_page()
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
        left = [line for line in complaints if not re.fullmatch(provoked, line)]
        assert left == [], "\n".join(left)
    finally:
        context.close()


def sign_in(page: Page, demo: Demo, username: str = "ana") -> Any:
    """Sign in with both factors; return the cookies, to open more windows with."""
    ways = next(ways for ways in demo.access["desk"] if ways["username"] == username)
    page.goto(f"{demo.url}/desk/")
    page.get_by_label("Username").fill(ways["username"])
    page.get_by_label("Password").fill(ways["password"])
    page.keyboard.press("Enter")
    code = page.locator("input[name=code]")
    code.fill(code_now(ways["totp_secret"]))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/desk/")
    return page.context.storage_state()


def code_now(secret: str) -> str:
    """Return the authenticator's code; like a person, wait for the next when it is about to end."""
    left = TOTP_SECONDS - time.time() % TOTP_SECONDS
    if left < TYPING_SECONDS:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // TOTP_SECONDS))


def verify_and_draft(page: Page) -> None:
    """Verify the incident at 6th and Vermont from the queue, up to its alert's draft."""
    page.get_by_role("link", name=re.compile("6th St & Vermont Ave")).first.click()
    page.get_by_role("button", name=re.compile("Claim")).click()
    page.locator("#fields > summary").click()
    page.get_by_label("Size").fill("4 agents")
    page.get_by_label("Equipment").fill("2 vans")
    page.get_by_role("button", name="Keep the description").click()
    page.get_by_label("A trained person on site").check()
    page.get_by_label("By what was the agency recognised?").fill("Words on the vests")
    page.locator("#id_note").fill("Rosa, our observer, called from the corner")
    page.get_by_role("button", name=re.compile("Verified")).click()


def judge_at_once(ana: Page, minjun: Page, *, button: re.Pattern[str]) -> None:
    """Both press: neither's judgement leaves before the other's; one wins, the other is told."""
    on_their_way: list[Route] = []
    for page in (ana, minjun):
        page.route(re.compile("/judge/$"), lambda route: on_their_way.append(route))
        page.get_by_role("button", name=button).click()
    # A wait that lets the browsers' events in.
    until(lambda: ana.wait_for_timeout(20) or len(on_their_way) == 2)
    for request in on_their_way:
        request.continue_()

    told = re.compile(r"(Ana|Minjun) judged this incident just before you: ")

    def losers() -> dict[str, str]:
        ana.wait_for_timeout(50)
        seen = {"Ana": ana.inner_text("body"), "Minjun": minjun.inner_text("body")}
        return {name: found[1] for name, text in seen.items() if (found := told.search(text))}

    assert until(losers, seconds=5) in ({"Ana": "Minjun"}, {"Minjun": "Ana"})
    for page in (ana, minjun):
        page.unroute(re.compile("/judge/$"))


def signed_in(browser: Browser, demo: Demo, username: str) -> Any:
    """Return the cookies of somebody who signed in and reads English."""
    english = {"name": "django_language", "value": "en", "url": demo.url}
    with window(browser, demo) as page:
        page.context.add_cookies([english])
        return sign_in(page, demo, username)


def report(demo: Demo, *, number: str, words: str) -> None:
    demo.text(number, words)
    until(lambda: demo.texts(to=number))


def open_incident(page: Page, demo: Demo, place: str) -> None:
    page.goto(f"{demo.url}/desk/")
    page.locator(".queue a").filter(has_text=place).first.click()
    expect(page.locator("#head h1")).to_contain_text(place)
    expect(page.locator("#live")).to_have_text("live")

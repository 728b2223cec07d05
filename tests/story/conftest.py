"""The demo as a visitor starts it, in a process of its own, and a real browser to look at it."""

import json
import os
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
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START_SECONDS = 60
END_SECONDS = 60
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
    inherited = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_START")
        if name in os.environ
    }
    environment = {**inherited, "DEMO": "1", "DEMO_DIR": str(directory), "PORT": str(port), **more}
    log = directory.parent / f"demo-{port}.log"
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "demo"],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    demo = Demo(f"http://127.0.0.1:{port}", {}, log, process)

    def ready() -> bool:
        assert process.poll() is None, log.read_text()[-4000:]
        return demo.answers("/readyz") == 200

    until(ready, seconds=START_SECONDS)
    demo.access = json.loads((directory / "access.json").read_text())
    return demo


def end(demo: Demo) -> int:
    """Press Ctrl-C and return how the demo ended."""
    demo.process.send_signal(2)
    return demo.process.wait(END_SECONDS)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = start(tmp_path / "demo", free_port())
    yield running
    if running.process.poll() is None:
        end(running)


@pytest.fixture
def browser() -> Iterator[Any]:
    """A real Chromium; every request to another origin and every console error is kept."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: the story is not played in a browser")

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()

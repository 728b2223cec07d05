"""Fifty open pages that follow the desk as desk.js does, while reports come in."""

import asyncio
import random
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp

from bench.fleet import running
from bench.ground import Ground
from bench.processes import Web, cpu_seconds, free_port, running_web, wait_for

VIEWERS = 50
PERSONS = 5
A_MINUTE = 20
SECONDS = 120
SETTLE_SECONDS = 4
IDLE_SECONDS = 5
NEWS_WORDS = 5
"""`data:`, incident, what, spread, look."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(slots=True)
class Seen:
    """What was measured."""

    cpu: float = 0.0
    """Cores used by web, stream and database."""
    idle_queries: float = 0.0
    """A second, of all open pages together, while nothing happens."""
    delay_ms: list[float] = field(default_factory=list)
    act_ms: list[float] = field(default_factory=list)

    @property
    def delays(self) -> tuple[str, str]:
        return _both(self.delay_ms)

    @property
    def acts(self) -> tuple[str, str]:
        return _both(self.act_ms)


def _both(values: list[float]) -> tuple[str, str]:
    return f"{statistics.median(values):.0f}", f"{statistics.quantiles(values, n=20)[-1]:.0f}"


@dataclass(slots=True)
class Street:
    """What happens while the pages watch."""

    web: str
    live: str
    headers: dict[str, str]
    cookies: list[dict[str, str]]
    arrived: dict[str, float] = field(default_factory=dict)
    """When the transaction of each incident's report was over."""
    seen: Seen = field(default_factory=Seen)
    is_over: bool = False


def measure(here: Ground, scene: Any) -> Seen:
    """Open the pages, let the reports come in, and return what was seen."""
    cookies = [
        {name: morsel.value for name, morsel in scene.signed_in(f"viewer{number}").cookies.items()}
        for number in range(PERSONS)
    ]
    port = free_port()
    stream = [
        *(sys.executable, "-m", "uvicorn", "rapidresponse.asgi:application"),
        *("--host=127.0.0.1", f"--port={port}", "--lifespan=off", "--no-access-log"),
        "--timeout-graceful-shutdown=2",
    ]
    with running_web(free_port(), here.env) as web, running(stream, here.env) as live:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        street = Street(web.url, f"http://127.0.0.1:{port}", web.headers, cookies)
        busy = (here.database.process.pid, web.pid, live.pid)
        before, begun = cpu_seconds(*busy), time.monotonic()
        asyncio.run(_watch(street, _arrivals(scene), web, here))
        street.seen.cpu = (cpu_seconds(*busy) - before) / (time.monotonic() - begun)
    return street.seen


def _arrivals(scene: Any) -> Callable[[], UUID]:
    """Return what makes the next report come in: its incident's id, once it is committed."""
    corners = random.Random(7).sample(scene.crossings(), A_MINUTE * SECONDS // 60 + 1)
    numbers = iter(range(4_000_000, 5_000_000))

    def arrive() -> UUID:
        a, b = corners.pop()
        report = scene.receive(
            channel="sms",
            text=f"ICE vans at {a} and {b}",
            language="en",
            number=f"+1555{next(numbers)}",
        )
        return UUID(str(report.incident_id))

    return arrive


async def _watch(street: Street, arrive: Callable[[], UUID], web: Web, here: Ground) -> None:
    jars = [street.cookies[number % PERSONS] for number in range(VIEWERS)]
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, headers=street.headers) as browser:
        pages = [asyncio.create_task(Page(street, browser, jar).follow()) for jar in jars]
        await asyncio.sleep(2)
        await asyncio.to_thread(here.statements)
        await asyncio.sleep(IDLE_SECONDS)
        asked = await asyncio.to_thread(here.statements)
        street.seen.idle_queries = asked / IDLE_SECONDS
        for number in range(A_MINUTE * SECONDS // 60):
            key = await asyncio.to_thread(arrive)
            street.arrived[str(key)] = time.monotonic()
            await asyncio.gather(
                asyncio.sleep(60 / A_MINUTE),
                _claim(street, browser, jars[number % PERSONS], key),
            )
        await asyncio.sleep(SETTLE_SECONDS)
        street.is_over = True
        for page in pages:
            page.cancel()
        await asyncio.gather(*pages, return_exceptions=True)


class Page:
    """One open page: it follows the stream and asks for the queue when desk.js would."""

    def __init__(self, street: Street, browser: aiohttp.ClientSession, jar: dict[str, str]) -> None:
        self.street, self.browser, self.jar = street, browser, jar
        self.look = ""
        self.spread = 0.0
        self.is_waiting = self.is_asking = self.is_behind = False
        self.known: set[str] = set()

    async def follow(self) -> None:
        """Read the stream until cancelled."""
        timeout = aiohttp.ClientTimeout(total=None)
        url = f"{self.street.live}/desk/live/"
        async with (
            self.browser.get(url, cookies=self.jar, timeout=timeout) as stream,
            asyncio.TaskGroup() as asking,
        ):
            if stream.status != 200:
                raise RuntimeError(f"the stream answered {stream.status}")
            async for line in stream.content:
                if line.startswith(b"data: ") and len(words := line.decode().split()) == NEWS_WORDS:
                    self.spread, self.look = int(words[-2]) / 1_000, words[-1]
                    self.ask_soon(asking)

    def ask_soon(self, asking: asyncio.TaskGroup) -> None:
        """Ask a moment after news, once for all that came meanwhile."""
        if not self.is_waiting:
            self.is_waiting = True
            asking.create_task(self._ask(asking))

    async def _ask(self, asking: asyncio.TaskGroup) -> None:
        await asyncio.sleep(0.05 + random.random() * self.spread)
        self.is_waiting = False
        if self.is_asking:
            self.is_behind = True
            return
        self.is_asking = True
        html = await self._queue()
        self.is_asking = False
        self._read(html)
        if self.is_behind:
            self.is_behind = False
            self.ask_soon(asking)

    async def _queue(self) -> str:
        url = f"{self.street.web}/desk/queue/?look={self.look}"
        headers = {"HX-Request": "true"}
        async with self.browser.get(url, cookies=self.jar, headers=headers) as answer:
            return await answer.text()

    def _read(self, html: str) -> None:
        now = time.monotonic()
        for key, at in self.street.arrived.items():
            if key not in self.known and key in html:
                self.known.add(key)
                self.street.seen.delay_ms.append((now - at) * 1_000)


async def _claim(
    street: Street, browser: aiohttp.ClientSession, jar: dict[str, str], key: UUID
) -> None:
    """Claim an incident as a volunteer does, from its page."""
    url = f"{street.web}/desk/incidents/{key}/"
    async with browser.get(url, cookies=jar) as page:
        token = TOKEN.search(await page.text())
        secret = page.cookies["csrf"].value if "csrf" in page.cookies else ""
    if token is None:
        raise RuntimeError("the incident's page has no form")
    begun = time.monotonic()
    async with browser.post(
        f"{url}claim/",
        data={"csrfmiddlewaretoken": token[1]},
        cookies={**jar, "csrf": secret},
        headers={"HX-Request": "true", "Referer": street.web},
    ) as answer:
        await answer.text()
        if answer.status != 200:
            raise RuntimeError(f"the claim was answered with {answer.status}")
    street.seen.act_ms.append((time.monotonic() - begun) * 1_000)

"""Whether neighbours still get through while the carrier returns 50,000 receipts in a minute.

    python -m bench.receipts_beside_intake [--seconds 60]

The receipt door and the web process run as docker-compose.yml starts them, beside PostgreSQL on
durable settings. While receipts come in at RECEIPTS_A_SECOND, the web process takes a signed text
every second and a report by the form every few.
"""

import argparse
import asyncio
import http.client
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import uvloop
from django.core.management import call_command
from django.db import connection

from bench import fleet, inbound, receipt_storm
from bench.ground import Ground, ground
from bench.processes import Web, free_port, running_web, wait_for
from bench.results_file import table

SECONDS = 60
RECEIPTS_A_SECOND = 833
"""50,000 a minute."""
TEXT_EVERY_SECONDS = 1.0
"""A surge brings one or two a minute."""
FORM_EVERY_SECONDS = 3.0
CONNECTIONS = 64
SETTLE_SECONDS = 2
MUST_MS = 300
HEAD = ("intake meanwhile", "taken", "refused", "p50 ms", "p95 ms")
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(slots=True)
class Line:
    """One way in: how long each waited for its answer, and how many were not taken."""

    name: str
    waits_ms: list[float] = field(default_factory=list)
    refused: int = 0

    def as_row(self) -> tuple[str, ...]:
        p95 = statistics.quantiles(self.waits_ms, n=20)[-1]
        taken = len(self.waits_ms) - self.refused
        return (
            self.name,
            f"{taken}",
            f"{self.refused}",
            f"{statistics.median(self.waits_ms):.0f}",
            f"{p95:.0f}",
        )


@dataclass(slots=True)
class Beside:
    """What was measured."""

    receipts: int
    stored: int
    """Texts whose last receipt stands in the database, of `texts`."""
    texts: int
    refused: int
    seconds: float
    p99_ms: float
    """Of the receipts themselves."""
    lines: list[Line]

    def as_text(self) -> str:
        """Return the sentence and the table for bench/results.md."""
        return (
            f"{self.receipts:,} receipts in {self.seconds:.0f} s"
            f" ({self.receipts / self.seconds:,.0f} a second), {self.refused} refused,"
            f" {self.stored:,} of {self.texts:,} texts stored as delivered, 99th percentile"
            f" {self.p99_ms:.0f} ms; reports must be taken within {MUST_MS} ms (p95):\n\n"
            f"{table([HEAD, *(line.as_row() for line in self.lines)])}"
        )


def measure(here: Ground, seconds: int = SECONDS) -> Beside:
    """Let the receipts of `seconds` come in beside texts and forms."""
    # The form's page names static files, which production collects when the image is built.
    call_command("collectstatic", interactive=False, verbosity=0)
    here.scene.sender(1e6)
    count = RECEIPTS_A_SECOND * seconds
    pks = here.scene.accepted_texts(-(-count // len(receipt_storm.WORDS)))
    port = free_port()
    words = receipt_storm.WORDS
    requests = [receipt_storm.request_of(here, port, pk, word) for word in words for pk in pks]
    door = receipt_storm.server_command(port, is_door=True)
    with fleet.running(door, here.env), running_web(free_port(), here.env) as web:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        lines = [Line("signed texts"), Line("reports by the form")]
        acts = (Texter(web).send, Neighbour(web).send)
        for act in acts:
            act()
        every = (TEXT_EVERY_SECONDS, FORM_EVERY_SECONDS)
        begun = time.monotonic()
        with going_on(lines, acts, every):
            waits, refused = uvloop.run(storm(port, requests))
        took = time.monotonic() - begun
        time.sleep(SETTLE_SECONDS)
    p99 = 1_000 * statistics.quantiles(waits, n=100)[-1]
    return Beside(len(requests), delivered(), len(pks), refused, took, p99, lines)


@contextmanager
def going_on(
    lines: Sequence[Line], acts: Sequence[Callable[[], bool]], every: Sequence[float]
) -> Iterator[None]:
    """Keep each act going at its pace for the length of the block, in a thread of its own."""
    is_over = threading.Event()

    def go(line: Line, act: Callable[[], bool], pause: float) -> None:
        while not is_over.wait(pause):
            begun = time.monotonic()
            line.refused += not act()
            line.waits_ms.append((time.monotonic() - begun) * 1_000)

    threads = [
        threading.Thread(target=go, args=each) for each in zip(lines, acts, every, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


async def storm(port: int, requests: Sequence[bytes]) -> tuple[list[float], int]:
    """Post the receipts at their pace; return how long each waited, and how many were refused."""
    free: asyncio.Queue[receipt_storm.Client] = asyncio.Queue()
    for client in await receipt_storm.connect(port, CONNECTIONS):
        free.put_nowait(client)
    waits: list[float] = []
    taken = 0
    start = time.monotonic()

    async def post(request: bytes, due: float) -> None:
        nonlocal taken
        client = await free.get()
        is_taken = await client.post(request)
        taken += is_taken
        free.put_nowait(client)
        waits.append(time.monotonic() - due)

    async with asyncio.TaskGroup() as group:
        for place, request in enumerate(requests):
            due = start + place / RECEIPTS_A_SECOND
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            group.create_task(post(request, due))
    return waits, len(requests) - taken


def delivered() -> int:
    """Return how many texts are stored as delivered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM alerts_delivery WHERE status = 'delivered'")
        return int(cursor.fetchone()[0])


class Browser:
    """One connection to the web process, as the proxy opens them."""

    def __init__(self, web: Web) -> None:
        self.headers = web.headers
        self.address = str(urlsplit(web.url).netloc)

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, str]:
        """Return the answer and its body."""
        link = http.client.HTTPConnection(self.address, timeout=30)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        body = urlencode(form) if form else None
        link.request(method, path, body, {**self.headers, **kind, **headers})
        answer = link.getresponse()
        html = answer.read().decode()
        link.close()
        return answer, html


class Texter(Browser):
    """The carrier with texts of neighbours, each from another number."""

    sent = 9_000_000

    def send(self) -> bool:
        """Post one signed text; say whether it was taken."""
        self.sent += 1
        fields = inbound.text_fields(self.sent)
        signed = {"X-Twilio-Signature": inbound.signature(fields)}
        answer, _body = self.ask("POST", "/twilio/sms/", fields, **signed)
        return answer.status == http.client.OK


class Neighbour(Browser):
    """Somebody with the form: a new page for each report, as browsers do."""

    sent = 0

    def send(self) -> bool:
        """Open the form and send a report; say whether it was taken."""
        self.sent += 1
        page, html = self.ask("GET", "/report/")
        cookie = str(page.headers.get("Set-Cookie", "")).partition(";")[0]
        form = {
            **dict(FIELD.findall(html)),
            "text": f"{self.sent} vans and agents with vests",
            "place": "6th and Vermont",
            "step": "send",
        }
        answer, _body = self.ask("POST", "/report/", form, Cookie=cookie)
        return answer.status == http.client.FOUND


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.receipts_beside_intake", description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    with ground() as here:
        print(measure(here, parser.parse_args(arguments).seconds).as_text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

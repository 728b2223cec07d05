"""`python -m bench.embedded_run`: the demo as it is, one process on SQLite, while it sends.

Starts `manage.py demo` in a folder of its own, gives it all 499 phones the simulator has, releases
an alert to everybody over the API and asks for the desk's page all the while. Prints JSON.
"""

import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

from bench import fleet
from bench.ground import wait_until
from bench.processes import free_port, wait_for

AREAS = ("213", "310", "323", "424", "818")
OURS = "+12135550100"
PHONES = [
    number
    for area in AREAS
    for last in range(100)
    if (number := f"+1{area}55501{last:02d}") != OURS
]
START_SECONDS = 90.0


def main() -> None:
    """Measure once."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="demo-")))
        port = free_port()
        os.environ.update({"DEMO": "1", "DEMO_DIR": str(folder), "PORT": str(port)})
        for name in ("DATABASE_URL", "REDIS_URL", "CARRIER", "PUBLIC_URL", "TWILIO_API_URL"):
            os.environ.pop(name, None)
        command = [sys.executable, "manage.py", "demo"]
        stack.enter_context(fleet.running(command, {}))
        url = f"http://127.0.0.1:{port}"
        wait_until((folder / "access.json").exists, seconds=START_SECONDS)
        wait_for(f"{url}/healthz", seconds=START_SECONDS)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapidresponse.settings")
        django.setup()
        print(json.dumps(send_to_all(url, json.loads((folder / "access.json").read_text()))))


def send_to_all(url: str, access: dict[str, Any]) -> dict[str, float]:
    """Release an alert to every phone and return how fast it went and how the desk felt."""
    from bench import scene  # needs Django

    fill_the_phones()
    scene.sender(1e6)
    alert = scene.alert_to_everyone()
    people = alert.audience
    desk = reader_of(url)
    quiet = [desk() for _ in range(30)]
    phones = fleet.Simulator(
        access["simulator"]["url"].rstrip("/"), access["simulator"]["token"], no_process()
    )
    before = phones.stats()["taken"]
    waits: list[float] = []
    is_over = threading.Event()
    viewer = threading.Thread(target=lambda: keep_reading(desk, waits, is_over))
    viewer.start()
    began = time.time()
    release(url, access["desk"][1]["token"], str(alert.pk), scene.PLACE)
    blocked = time.time() - began
    stats = phones.wait_for(before + people, seconds=30)
    is_over.set()
    viewer.join()
    took = stats["last_at"] - began
    return {
        "texts": people,
        "taken": stats["taken"] - before,
        "blocked_ms": 1000 * blocked,
        "rate": people / took,
        "desk_quiet_p95_ms": 1000 * statistics.quantiles(quiet, n=20)[18],
        "desk_p95_ms": 1000 * statistics.quantiles([*waits, *waits], n=20)[18],
        "desk_pages": len(waits),
    }


def fill_the_phones() -> None:
    """Make a responder of every phone that is not one yet."""
    from alerts.models import Responder, Zone
    from alerts.models.people import phone_digests
    from alerts.models.places import cell_at
    from bench import scene

    known = set(Responder.objects.values_list("number_index", flat=True))
    digests = {number: phone_digests(number) for number in PHONES}
    made = [
        Responder(id=uuid4(), number=number, status=Responder.Status.ACTIVE, **digests[number])
        for number in PHONES
        if digests[number]["number_index"] not in known
    ]
    Responder.objects.bulk_create(made)
    cell = cell_at(*scene.POINT)
    Zone.objects.bulk_create(Zone.of(each, cell) for each in made)


def reader_of(url: str) -> Callable[[], float]:
    """Return a function that reads the desk once, signed in, and says how long it took."""
    from django.conf import settings
    from django.test import Client

    from alerts.models import User

    client = Client()
    signing_in = importlib.import_module("tests.guard.signing_in")
    signing_in.sign_in(client, User.objects.get(username="ana"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}

    def read() -> float:
        request = urllib.request.Request(f"{url}/desk/", headers=headers)  # noqa: S310
        start = time.monotonic()
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            if answer.url != f"{url}/desk/":
                raise RuntimeError(f"sent to {answer.url}")
            answer.read()
        return time.monotonic() - start

    return read


def keep_reading(read: Callable[[], float], waits: list[float], is_over: threading.Event) -> None:
    """Read the desk five times a second until it is over, at least five times."""
    while not is_over.is_set() or len(waits) < 5:
        waits.append(read())
        time.sleep(0.2)


def release(url: str, token: str, alert: str, place: str) -> None:
    """Release over the API, as the second verifier."""
    request = urllib.request.Request(  # noqa: S310
        f"{url}/api/v1/alerts/{alert}/release/",
        data=json.dumps({"place": place}).encode(),
        headers={"Authorization": f"Token {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        if answer.status != 200:
            raise RuntimeError(f"not released: {answer.status}")


def no_process() -> Any:
    """Return what stands for the simulator's process: here it is the demo itself."""
    return subprocess.CompletedProcess([], 0)


if __name__ == "__main__":
    main()

"""`make surge`: thirty texts about eight events come to the running demo in three minutes."""

import json
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from alerts.management.demo.surge import EVENTS, FALSE_ALARMS, Text, surge

SECONDS = 180.0
SECONDS_MOST = 3600
SEED = 1
ANSWER_SECONDS = 20
NO_DEMO = "No demo answers. Start it in another window with `make demo`, then try again."


class Command(BaseCommand):
    help = "Let 30 reports of 8 events, half of them false alarms, arrive at the running demo."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seconds", type=float, default=SECONDS, help=f"how long, default {SECONDS:.0f}"
        )
        parser.add_argument("--seed", type=int, default=SEED, help="another order and other phones")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("A surge is for the demo only: start it with `make surge`.")
        if not 0 < options["seconds"] <= SECONDS_MOST:
            raise CommandError(f"--seconds must be more than 0 and at most {SECONDS_MOST}.")
        phones = simulator(settings.DEMO_DIR / "access.json")
        texts = surge(seconds=options["seconds"], seed=options["seed"])
        begin = time.monotonic()
        try:
            for count, text in enumerate(texts, 1):
                time.sleep(max(0.0, begin + text.at - time.monotonic()))
                send(phones, text)
                self.stdout.write(f"{count:2} of {len(texts)}  {text.language}")
                self.stdout.flush()
        except KeyboardInterrupt:
            raise CommandError("Ended early; what was sent is at the desk.") from None
        self.stdout.write(
            f"{len(EVENTS)} events, {len(FALSE_ALARMS)} of them something else."
            " Which is which, the desk must find out."
        )


def simulator(access: Path) -> dict[str, str]:
    """Return url and token of the demo's phones; raise CommandError when there is no demo."""
    try:
        phones: dict[str, str] = json.loads(access.read_text())["simulator"]
    except FileNotFoundError:
        raise CommandError(NO_DEMO) from None
    return phones


def send(phones: dict[str, str], text: Text) -> None:
    """Text the network as one phone; raise CommandError when the network does not take it."""
    request = urllib.request.Request(  # noqa: S310 - the demo on this machine
        phones["url"] + "api/inbound/",
        data=json.dumps({"from": text.number, "body": text.words}).encode(),
        headers={"Authorization": f"Token {phones['token']}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            status = json.load(answer)["status"]
    except urllib.error.HTTPError as err:
        raise CommandError(
            f"The phones there refused a text ({err.code}): is DEMO_DIR the demo's?"
        ) from None
    except (OSError, HTTPException):
        raise CommandError(NO_DEMO) from None
    if status != HTTPStatus.OK:
        raise CommandError(f"The network did not take the text (status {status}).")

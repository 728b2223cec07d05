"""`make demo`: the whole product on this machine, in one process, on one port."""

import os
import shutil
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management import BaseCommand, CommandError, call_command

from alerts.carriers.simulator.asgi import App
from alerts.carriers.simulator.ledger import remember
from alerts.dispatch.receipt_door import receipt_door
from alerts.management.demo import seed, server, worker
from rapidresponse import environment

PHONES = "phones.jsonl"
WELCOME = """
  Koreatown rapid response, on this machine only

  Report something    {url}report/
  Phones              {phones}
  Desk                {url}desk/

  {names:22}  password          sign-in code
{staff}
  The code of an account is on the phones page too and changes every 30 seconds.
  Scripts find the same in {access}. Ctrl-C ends everything.
"""


class Command(BaseCommand):
    help = "Run web, worker, sweep and a simulated phone network in one process."
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo makes its own keys and phones: start it with `make demo`.")
        free_or_say(settings.PORT)
        if environment.flag("RESET"):
            clear()
        call_command("migrate", verbosity=0)
        staff = seed.seed()
        access = settings.DEMO_DIR / "access.json"
        seed.write_access(access, staff)
        network = server.phone_network(staff)
        remember(network, settings.DEMO_DIR / PHONES)
        pages: App = receipt_door(get_asgi_application())
        self.stdout.write(welcome(staff, str(access)))
        sys.stdout.flush()
        with worker.working():
            server.serve(server.everything(network, pages), port=settings.PORT)
        self.stdout.write("The demo has ended; its data is kept for the next start.")


def free_or_say(port: int) -> None:
    """Raise CommandError with a clear sentence when somebody listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as err:
            raise CommandError(
                f"Port {port} is taken. End what uses it, or choose another: "
                f"make demo PORT={port + 1}"
            ) from err


def clear() -> None:
    """Throw the demo's database, photos and phones away; its keys stay."""
    for path in (*settings.DEMO_DIR.glob("demo.sqlite3*"), *settings.DEMO_DIR.glob(PHONES)):
        path.unlink()
    shutil.rmtree(settings.MEDIA_DIR, ignore_errors=True)


def welcome(staff: list[seed.Access], access: str) -> str:
    """Return what a first-time visitor needs to read."""
    lines = [
        f"  {person.username:22}  {person.password:16}  {server.code_now(person)['code']}"
        for person in staff
    ]
    return WELCOME.format(
        url=settings.PUBLIC_URL + "/",
        phones=settings.TWILIO_API_URL + "/",
        names="sign in as",
        staff="\n".join(lines) + "\n",
        access=os.path.relpath(access),
    )

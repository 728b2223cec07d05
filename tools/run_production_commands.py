"""Start what docker-compose.yml starts, without containers, and ask each part how it is.

    python -m tools.run_production_commands [--optional]

The commands, health checks and settings are read from the file itself and run in .venv, against
a PostgreSQL and a Redis with the file's own settings; the simulator stands in for Twilio. One text
then goes all the way round: signed webhook, database, doorbell, pump, carrier.
A missing server is an error, or with --optional a loud message and success.
"""

import argparse
import base64
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import yaml

from alerts.carriers.signature import sign
from rapidresponse.demo import KEY_NAMES, new_key
from tools.with_services import Missing, leave, postgres, redis, say_loudly, stop

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"
OURS = "rapidresponse"
READY_SECONDS = 90
REPLY_SECONDS = 30
WEB_PORT = 8000
NEIGHBOUR = "+12135550199"
# Ended well after TERM, or by the signal itself (with uvicorn's way of saying so).
ENDED = {0, -signal.SIGTERM, 128 + signal.SIGTERM}


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the compose file that runs our own image."""

    name: str
    command: list[str]
    check: list[str]
    runs_once: bool


@dataclass(slots=True)
class Results:
    """What was checked, said as it happens and counted at the end."""

    passed: int = 0
    failed: int = 0

    def note(self, what: str, wrong: str = "") -> None:
        """Count one check; `wrong` is empty when it passed."""
        self.failed += bool(wrong)
        self.passed += not wrong
        print(f"{'FAILED' if wrong else 'ok':>6}  {what} {wrong}".rstrip(), flush=True)


def read_compose(path: Path = COMPOSE) -> dict[str, Any]:
    """Return the compose file as plain values."""
    return dict(yaml.safe_load(path.read_text()))


def our_services(compose: dict[str, Any]) -> list[Service]:
    """Return the services that run our image, those that run once first."""
    services = [
        Service(
            name=name,
            command=list(part["command"]),
            check=list(part.get("healthcheck", {}).get("test", ["CMD"]))[1:],
            runs_once=part["restart"] == "no",
        )
        for name, part in compose["services"].items()
        if part["image"] == OURS
    ]
    return sorted(services, key=lambda service: not service.runs_once)


def postgres_settings(compose: dict[str, Any]) -> list[str]:
    """Return the `name=value` pairs that the compose file gives PostgreSQL on its command line."""
    words = compose["services"]["postgres"]["command"][1:]
    pairs = [word for word in words if word != "-c"]
    # The private cluster already listens on its socket alone.
    return [pair for pair in pairs if not pair.startswith("listen_addresses=")]


def production_environment(compose: dict[str, Any], **given: str) -> dict[str, str]:
    """Return what a container would see: fresh keys for .env, and `given` for the addresses."""
    keys = {name: new_key() for name in KEY_NAMES}
    keys |= {"SECRET_KEY": secrets.token_urlsafe(64), "FIELD_KEYS": f"p1:{new_key()}"}
    written: dict[str, str] = compose["services"]["web"]["environment"]
    twilio = {
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_MESSAGING_SERVICE_SID": "MG" + secrets.token_hex(16),
        "NETWORK_NUMBER": "+12135550100",
        "PUBLIC_URL": "https://rapid.example",
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "PYTHONUNBUFFERED": "1"} | written | keys | twilio | given


@contextmanager
def started(
    command: Sequence[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Yield `command` running with exactly `environment`, its output in `log`; end it with TERM."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        stop(process, signal.SIGTERM)


def until(
    give_up_at: float, question: Callable[[], str], process: subprocess.Popen[bytes] | None = None
) -> str:
    """Return "" as soon as `question` does, or its last complaint at `give_up_at` (monotonic)."""
    while wrong := question():
        if process and process.poll() is not None:
            return f"ended by itself with code {process.returncode}"
        if time.monotonic() > give_up_at:
            return wrong
        time.sleep(0.5)
    return ""


def complaint_of(command: Sequence[str], environment: dict[str, str]) -> str:
    """Run `command` to its end; return "" or what it printed when it failed."""
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()[-2000:]


def start_all(
    stack: ExitStack, services: Sequence[Service], environment: dict[str, str], folder: Path
) -> dict[str, subprocess.Popen[bytes]]:
    """Start every service that keeps running; `stack` ends them."""
    return {
        service.name: stack.enter_context(
            started(service.command, environment, folder / f"{service.name}.log")
        )
        for service in services
    }


def check_all(compose: dict[str, Any], environment: dict[str, str], folder: Path) -> Results:
    """Start every service, check each, send one text round, end them; return what was found."""
    results = Results()

    def run(what: str, *command: str) -> None:
        results.note(what, complaint_of(command, environment))

    run("check --deploy", "python", "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    run("static files", "python", "-m", "deploy.collect_static")
    services = our_services(compose)
    for service in services:
        if service.runs_once:
            run(f"{service.name} runs", *service.command)
    lasting = [service for service in services if not service.runs_once]
    with ExitStack() as stack:
        running = start_all(stack, lasting, environment, folder)
        # One patience for all of them: they start side by side.
        give_up_at = time.monotonic() + READY_SECONDS
        for service in lasting:
            question = partial(complaint_of, service.check, environment)
            wrong = until(give_up_at, question, running[service.name])
            results.note(
                f"{service.name} is healthy", wrong and f"{wrong}\n{tail(folder, service)}"
            )
        results.note("a text is answered through the carrier", round_trip(environment))
        for service in lasting:
            stop(running[service.name], signal.SIGTERM)
            code = running[service.name].returncode
            results.note(f"{service.name} ends when told", "" if code in ENDED else f"code {code}")
    return results


def tail(folder: Path, service: Service) -> str:
    """Return the last lines that `service` wrote."""
    return (folder / f"{service.name}.log").read_text(errors="replace")[-3000:]


def round_trip(environment: dict[str, str]) -> str:
    """Text in a report as Twilio would and wait for the reply at the carrier."""
    wrong = post_signed(environment, {"From": NEIGHBOUR, "Body": "ICE vans at 6th and Vermont"})
    return wrong or until(time.monotonic() + REPLY_SECONDS, partial(reply_missing, environment))


def post_signed(environment: dict[str, str], fields: dict[str, str]) -> str:
    """Post one inbound text to `web` with Twilio's signature; return "" when it said 200."""
    fields = fields | {
        "MessageSid": "SM" + secrets.token_hex(16),
        "AccountSid": environment["TWILIO_ACCOUNT_SID"],
        "To": environment["NETWORK_NUMBER"],
        "NumMedia": "0",
    }
    url = environment["PUBLIC_URL"] + "/twilio/sms/"
    pairs = [(name, [value]) for name, value in fields.items()]
    headers = {
        "Host": urlsplit(url).netloc,
        "X-Forwarded-Proto": "https",
        "X-Twilio-Signature": sign(url, pairs, environment["TWILIO_AUTH_TOKEN"]),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection("127.0.0.1", WEB_PORT, timeout=10)
    connection.request("POST", "/twilio/sms/", urlencode(fields), headers)
    status = connection.getresponse().status
    connection.close()
    return "" if status == http.client.OK else f"the webhook answered {status}"


def reply_missing(environment: dict[str, str]) -> str:
    """Return "" once the carrier lists a text to NEIGHBOUR."""
    account, token = environment["TWILIO_ACCOUNT_SID"], environment["TWILIO_AUTH_TOKEN"]
    simulator = urlsplit(environment["TWILIO_API_URL"])
    path = f"{simulator.path}/2010-04-01/Accounts/{account}/Messages.json"
    basic = base64.b64encode(f"{account}:{token}".encode()).decode()
    connection = http.client.HTTPConnection(simulator.netloc, timeout=10)
    connection.request(
        "GET", f"{path}?{urlencode({'To': NEIGHBOUR})}", headers={"Authorization": f"Basic {basic}"}
    )
    listed = json.loads(connection.getresponse().read())
    connection.close()
    return "" if listed["messages"] else "no reply reached the carrier"


def free_port() -> int:
    """Return a port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: Sequence[str]) -> int:
    """Start the servers and the simulator, check everything and return 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="run_production_commands")
    parser.add_argument("--optional", action="store_true", help="a missing server is no error")
    optional = parser.parse_args(arguments).optional
    compose = read_compose()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="production-")))
        try:
            database = stack.enter_context(postgres(postgres_settings(compose)))
            broker = stack.enter_context(redis([str(ROOT / "deploy" / "redis.conf")]))
        except Missing as err:
            if not optional:
                print(err, file=sys.stderr)
                return 1
            say_loudly(f"the commands of docker-compose.yml\n!! {err}")
            return 0
        port = free_port()
        environment = production_environment(
            compose,
            DATABASE_URL=database.url,
            REDIS_URL=broker.url,
            MEDIA_DIR=str(folder / "media"),
            TWILIO_API_URL=f"http://127.0.0.1:{port}",
        )
        simulator = ["python", "-m", "alerts.carriers.simulator", "--port", str(port)]
        stack.enter_context(started(simulator, environment, folder / "simulator.log"))
        results = check_all(compose, environment, folder)
    # In the words that pytest and CI readers know, alone on its line.
    print(f"{results.passed} passed, {results.failed} failed")
    return int(bool(results.failed))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    sys.exit(main(sys.argv[1:]))

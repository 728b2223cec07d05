"""The processes that are measured: the carrier's simulator, the workers, and what they cost."""

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 15
READY_SECONDS = 30


@dataclass(slots=True)
class Simulator:
    """A phone network in a box, in a process of its own."""

    url: str
    token: str
    process: subprocess.Popen[str]
    rules: tuple[Mapping[str, object], ...] = ()

    def get(self, path: str) -> dict[str, Any]:
        """Return what the control API answers to GET `path`."""
        return self._ask(urllib.request.Request(f"{self.url}/{path}"))  # noqa: S310

    def post(self, path: str, data: object) -> dict[str, Any]:
        """Return what the control API answers to `data` posted to `path`."""
        body = json.dumps(data).encode()
        return self._ask(urllib.request.Request(f"{self.url}/{path}", data=body))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> dict[str, Any]:
        request.add_header("Authorization", f"Token {self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            content = answer.read()
        return json.loads(content) if content else {}

    def reset(self) -> None:
        """Forget texts and faults."""
        self.rules = ()
        self.post("api/reset/", {})

    def forget(self) -> None:
        """Forget texts and keep the faults, such as the delay."""
        before = self.rules
        self.reset()
        self.faults(*before)

    def faults(self, *rules: Mapping[str, object]) -> None:
        """Replace the script of faults."""
        self.rules = rules
        self.post("api/faults/", {"rules": list(rules)})

    def stats(self) -> dict[str, Any]:
        """Return counts and times of the texts taken since the reset."""
        return self.get("api/stats/")

    def fullest_second(self) -> int:
        """Return the most texts taken in any one second since the reset."""
        return int(self.get("api/pace/")["fullest_second"])

    def wait_for(self, texts: int, *, seconds: float) -> dict[str, Any]:
        """Return the statistics once `texts` were taken, or after `seconds` without a new one."""
        seen, since = -1, time.monotonic()
        while True:
            stats = self.stats()
            if stats["taken"] >= texts or time.monotonic() - since > seconds:
                return stats
            if stats["taken"] != seen:
                seen, since = stats["taken"], time.monotonic()
            time.sleep(0.2)


@contextmanager
def simulator(*options: str, env: Mapping[str, str] | None = None) -> Iterator[Simulator]:
    """Yield a simulator for the account in the environment `env`, on a free port."""
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "alerts.carriers.simulator", "--port", "0"]
    command += ["--token", token, "--benchmark-numbers", *options]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the simulator says nothing")
        address = process.stdout.readline().split()[-1]
        yield Simulator(f"http://{urlsplit(address).netloc}", token, process)
    finally:
        end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Stop a process, by force if it takes long."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def worker_command(
    queues: str, *, concurrency: int, app: str = "rapidresponse.celery:app"
) -> list[str]:
    """Return the command of docker-compose.yml for one kind of worker."""
    return [
        sys.executable, "-m", "celery", f"--app={app}", "worker", f"--queues={queues}",
        f"--hostname={queues.partition(',')[0]}-{secrets.token_hex(3)}@bench", "--pool=prefork",
        f"--concurrency={concurrency}", "--without-gossip", "--without-mingle",
        "--without-heartbeat", "--loglevel=WARNING",
    ]  # fmt: skip


@contextmanager
def running(command: Sequence[str], env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process of ours; what it complains about stays on the screen."""
    # Celery would warn at length about root, which throw-away containers are.
    env = {**os.environ, "C_FORCE_ROOT": "1", "PYTHONWARNINGS": "ignore", **env}
    process = subprocess.Popen(list(command), cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        end(process)

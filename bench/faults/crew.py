"""The processes of production, started again when they die, as a container engine would."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import fleet
from bench.processes import with_children

RESPAWN_SECONDS = 0.3


@dataclass(slots=True)
class Role:
    """One process of production."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    lives: int = 0


class Crew:
    """Keeps every role alive until dismissed, and kills on demand."""

    def __init__(self, roles: Sequence[Role], env: Mapping[str, str], logs: Path) -> None:
        self.logs = logs
        self.roles = {role.name: role for role in roles}
        self.env = {**os.environ, "C_FORCE_ROOT": "1", "PYTHONWARNINGS": "ignore", **env}
        self.is_over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start every role and watch over it."""
        for role in self.roles.values():
            self._spawn(role)
        self._keeper.start()

    def kill(self, name: str) -> None:
        """Kill a role and all its children at once, without a chance to tidy up."""
        process = self.roles[name].process
        if process is None:
            return
        for pid in with_children((process.pid,)):
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue
        process.wait(10)

    def dismiss(self) -> None:
        """End everybody."""
        self.is_over.set()
        self._keeper.join(10)
        for name in self.roles:
            self.kill(name)

    def _spawn(self, role: Role) -> None:
        with (self.logs / f"{role.name}.log").open("ab") as log:
            role.process = subprocess.Popen(
                role.command, cwd=fleet.ROOT, env=self.env, stdout=subprocess.DEVNULL, stderr=log
            )
        role.lives += 1

    def _keep(self) -> None:
        while not self.is_over.wait(RESPAWN_SECONDS):
            for role in self.roles.values():
                if role.process is not None and role.process.poll() is not None:
                    self._spawn(role)


def production(*, receipts: int, texts: int, pumps: int = 2) -> list[Role]:
    """Return the roles of docker-compose.yml that sending needs.

    What the carrier tells us comes in on the ports `receipts` and `texts`, as behind the proxy.
    """
    granian = [sys.executable, "-m", "granian", "--host=127.0.0.1", "--workers=1"]
    granian += ["--no-ws", "--log-level=error"]
    live = [f"--port={receipts}", "--interface=asgi", "rapidresponse.asgi:application"]
    web = [f"--port={texts}", "--interface=wsgi", "rapidresponse.wsgi:application"]
    sweep = [sys.executable, "manage.py", "sweep"]
    pump = fleet.worker_command("pump", concurrency=1)
    return [
        Role("web", [*granian, *web]),
        Role("live", [*granian, *live]),
        Role("sweep", sweep),
        Role("sweep beside it", sweep),
        Role("inbound", fleet.worker_command("inbound,housekeeping", concurrency=1)),
        *(Role(f"pump {place}", pump) for place in range(pumps)),
    ]


@contextmanager
def on_duty(roles: Sequence[Role], env: Mapping[str, str], logs: Path) -> Iterator[Crew]:
    """Yield a crew at work, whose complaints go to files in `logs`."""
    crew = Crew(roles, env, logs)
    crew.start()
    try:
        yield crew
    finally:
        crew.dismiss()

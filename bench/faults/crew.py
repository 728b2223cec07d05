"""The processes of production, started again when they die, as a container engine would."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import fleet
from bench.processes import with_children

RESPAWN_SECONDS = 0.3


@dataclass(slots=True)
class Role:
    """One process of production."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    once: Mapping[str, str] = field(default_factory=dict)
    """Environment of its first life only, such as where it is to die."""
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
        env = {**self.env, **role.env, **(role.once if not role.lives else {})}
        with (self.logs / f"{role.name}.log").open("ab") as log:
            role.process = subprocess.Popen(
                role.command, cwd=fleet.ROOT, env=env, stdout=subprocess.DEVNULL, stderr=log
            )
        role.lives += 1

    def _keep(self) -> None:
        while not self.is_over.wait(RESPAWN_SECONDS):
            for role in self.roles.values():
                if role.process is not None and role.process.poll() is not None:
                    self._spawn(role)


def production(port: int, *, pumps: int = 2, crash_at: Sequence[str] = ()) -> list[Role]:
    """Return the roles of docker-compose.yml that sending needs; receipts come in on `port`.

    For each of `crash_at` there is one more pump that dies there, once.
    """
    web = [sys.executable, "-m", "granian", "--interface=asgi", "--host=127.0.0.1"]
    web += [f"--port={port}", "--workers=1", "--no-ws", "--log-level=error"]
    sweep = [sys.executable, "manage.py", "sweep"]
    roles = [
        Role("web", [*web, "rapidresponse.asgi:application"]),
        Role("sweep", sweep),
        Role("sweep beside it", sweep),
        Role("inbound", fleet.worker_command("inbound,housekeeping", concurrency=1)),
    ]
    pump = fleet.worker_command("pump", concurrency=1)
    roles += [Role(f"pump {place}", list(pump)) for place in range(pumps)]
    for point in crash_at:
        once = {"CRASH_AT": point}
        if point in OF_THE_WEB:
            roles[0].once = {**roles[0].once, **once}
        elif point in OF_THE_SWEEP:
            roles.append(Role(f"sweep dies at {point}", sweep, once=once))
        else:
            roles.append(Role(f"pump dies at {point}", list(pump), once=once))
    return roles


OF_THE_WEB = ("receipt-stored",)
OF_THE_SWEEP = ("lease-ended", "list-asked", "settled", "queued-again")


@contextmanager
def on_duty(roles: Sequence[Role], env: Mapping[str, str], logs: Path) -> Iterator[Crew]:
    """Yield a crew at work, whose complaints go to files in `logs`."""
    crew = Crew(roles, env, logs)
    crew.start()
    try:
        yield crew
    finally:
        crew.dismiss()

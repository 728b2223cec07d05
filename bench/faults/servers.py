"""A PostgreSQL and a Redis that can be broken and started again on the same data."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.with_services import (
    DATABASE,
    Missing,
    new_folder,
    postgres_binaries,
    run_quietly,
    stop,
    unless_root,
    wait_until_true,
)

SETTINGS = ("max_connections=300", "shared_buffers=64MB")


@dataclass(slots=True)
class Breakable:
    """A server process, how it is started and how one asks whether it is there."""

    url: str
    folder: Path
    command: Sequence[object]
    question: Sequence[object]
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return once it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
            )
        wait_until_true(self.question, self.process, self.folder)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it with the signal `how`."""
        if self.process is None:
            raise RuntimeError("it was not started")
        self.process.send_signal(how)
        self.process.wait(30)

    def restart(self, how: signal.Signals, *, away_seconds: float = 1.0) -> None:
        """End it with the signal `how`, leave it away for a while and start it again."""
        self.kill(how)
        time.sleep(away_seconds)
        self.start()


@contextmanager
def postgres() -> Iterator[Breakable]:
    """Yield a durable PostgreSQL; SIGQUIT is what its manual calls immediate shutdown."""
    binaries, user = postgres_binaries(), unless_root("postgres")
    with new_folder("pg", owner="postgres") as folder:
        data = folder / "data"
        options = ["-U", "rapid", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        run_quietly([binaries / "initdb", "-D", data, *options], user=user)
        command: list[object] = [binaries / "postgres", "-D", data, "-k", folder, "-h", ""]
        for setting in SETTINGS:
            command += ["-c", setting]
        reach = ["-h", folder, "-U", "rapid"]
        server = Breakable(
            f"postgres://rapid@/{DATABASE}?host={folder}",
            folder,
            command,
            [binaries / "pg_isready", "-q", *reach],
            user,
        )
        server.start()
        try:
            run_quietly([binaries / "createdb", *reach, DATABASE], user=user)
            yield server
        finally:
            if server.process:
                stop(server.process, signal.SIGINT)


@contextmanager
def redis() -> Iterator[Breakable]:
    """Yield a Redis that keeps nothing over a restart: that is how little we need of it."""
    binary = shutil.which("redis-server")
    if binary is None:
        raise Missing("Redis is not installed. On Debian or Ubuntu: apt install redis-server")
    with new_folder("redis") as folder:
        socket = folder / "redis.sock"
        command = [binary, "--save", "", "--appendonly", "no", "--port", "0"]
        command += ["--unixsocket", str(socket), "--dir", str(folder)]
        server = Breakable(f"unix://{socket}", folder, command, ["redis-cli", "-s", socket, "ping"])
        server.start()
        try:
            yield server
        finally:
            if server.process:
                stop(server.process, signal.SIGTERM)


def flush(server: Breakable) -> None:
    """Make a Redis forget everything."""
    socket = server.url.removeprefix("unix://")
    run_quietly(["redis-cli", "-s", socket, "FLUSHALL"])

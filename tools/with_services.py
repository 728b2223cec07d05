"""Run a command beside a PostgreSQL and a Redis of its own, both gone when it ends.

    python -m tools.with_services [--optional] [--durable] -- pytest -n 2

The command sees DATABASE_URL and REDIS_URL; both servers listen on Unix sockets in a new folder,
so any number of runs fit on one machine. Debian's binaries are used as they are installed.
A missing server is an error, or with --optional a loud message and success.
The command comes last because pytest-django reads the settings before any fixture could set them.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30
STOP_SECONDS = 20
POSTGRES_BINARIES = Path("/usr/lib/postgresql")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
DATABASE = "rapid"


class Missing(Exception):
    """A server is not installed here; the message says how to get it."""


@dataclass(slots=True)
class Server:
    """A server process and the address a client uses."""

    url: str
    process: subprocess.Popen[bytes]
    folder: Path


@contextmanager
def postgres(settings: Sequence[str] = FAST, *, initdb: Sequence[str] = ()) -> Iterator[Server]:
    """Yield a new PostgreSQL cluster with an empty database, for the length of the block.

    `settings` are `name=value` pairs; the default trades durability for speed, as tests may.
    Raise Missing when PostgreSQL is not installed.
    """
    binaries = postgres_binaries()
    with new_folder("postgres", owner="postgres") as folder:
        user = unless_root("postgres")
        data = folder / "data"
        locale = ["-U", "rapid", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        run_quietly([binaries / "initdb", "-D", data, *locale, *initdb], user=user)
        command = [binaries / "postgres", "-D", data, "-k", folder, "-h", ""]
        for setting in settings:
            command += ["-c", setting]
        with running(command, folder, stop_with=signal.SIGINT, user=user) as process:
            reach = ["-h", folder, "-U", "rapid"]
            wait_until_true([binaries / "pg_isready", "-q", *reach], process, folder)
            run_quietly([binaries / "createdb", *reach, DATABASE], user=user)
            yield Server(f"postgres://rapid@/{DATABASE}?host={folder}", process, folder)


@contextmanager
def redis(arguments: Sequence[str] = ("--save", "", "--appendonly", "no")) -> Iterator[Server]:
    """Yield a new Redis for the length of the block; `arguments` are its command line.

    Raise Missing when Redis is not installed.
    """
    binary = shutil.which("redis-server")
    if binary is None:
        raise Missing("Redis is not installed. On Debian or Ubuntu: apt install redis-server")
    with new_folder("redis") as folder:
        socket = folder / "redis.sock"
        here = ["--port", "0", "--unixsocket", socket, "--dir", folder]
        with running([binary, *arguments, *here], folder, stop_with=signal.SIGTERM) as process:
            wait_until_true(["redis-cli", "-s", socket, "ping"], process, folder)
            yield Server(f"unix://{socket}", process, folder)


def postgres_binaries() -> Path:
    """Return the folder of the newest PostgreSQL server installed; raise Missing without one."""
    # Debian keeps the server's programs out of PATH, one folder per version.
    by_version = sorted(
        POSTGRES_BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name)
    )
    if by_version:
        return by_version[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise Missing("PostgreSQL is not installed. On Debian or Ubuntu: apt install postgresql")


@contextmanager
def new_folder(name: str, owner: str = "") -> Iterator[Path]:
    """Yield an empty private folder that `owner` may use, and remove it with its content."""
    # Kept short: the path of a Unix socket may have 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    try:
        if owner and os.geteuid() == 0:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unless_root(user: str) -> str | None:
    """Return the account to become for a server that refuses to run as root, or None."""
    return user if os.geteuid() == 0 else None


def run_quietly(command: Sequence[object], *, user: str | None = None) -> None:
    """Run `command`; raise RuntimeError with its own words when it fails."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, cwd="/", user=user
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def running(
    command: Sequence[object], folder: Path, *, stop_with: signal.Signals, user: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a started server that writes to `folder`/log, and stop it at the end."""
    with (folder / "log").open("wb") as log:
        # A session of its own: Ctrl-C reaches the command first and the servers after it.
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd="/",
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    try:
        yield process
    finally:
        stop(process, stop_with)


def stop(process: subprocess.Popen[bytes], first: signal.Signals) -> None:
    """Ask `process` to end with the signal `first`, and end it after STOP_SECONDS."""
    if process.poll() is not None:
        return
    process.send_signal(first)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_true(
    question: Sequence[object], process: subprocess.Popen[bytes], folder: Path
) -> None:
    """Return once the command `question` succeeds; raise RuntimeError with the log if it never."""
    give_up_at = time.monotonic() + START_SECONDS
    while subprocess.run([str(part) for part in question], capture_output=True).returncode:
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise RuntimeError(f"{folder.name} did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.05)


def run_beside(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `command` with `environment` added and return its exit code.

    When this process is told to stop, the command is ended before the servers it uses.
    """
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The terminal told the command too, which may have something to say before it ends.
        return process.wait()
    finally:
        stop(process, signal.SIGTERM)


def leave(number: int, _frame: object) -> None:
    """Unwind every `with` block, so that nothing started here outlives this process."""
    sys.exit(128 + number)


def say_loudly(message: str) -> None:
    """Print `message` so that nobody reading a CI log misses it."""
    line = "!" * 78
    print(f"{line}\n!! SKIPPED: {message}\n{line}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Read the command line, run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="with_services", description=__doc__.split("\n")[0])
    parser.add_argument("--optional", action="store_true", help="a missing server is no error")
    parser.add_argument("--durable", action="store_true", help="keep PostgreSQL's safe settings")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args(arguments)
    with ExitStack() as stack:
        try:
            database = stack.enter_context(postgres(() if asked.durable else FAST))
            broker = stack.enter_context(redis())
        except Missing as err:
            if not asked.optional:
                print(err, file=sys.stderr)
                return 1
            say_loudly(f"{' '.join(asked.command)}\n!! {err}")
            return 0
        environment = {"DATABASE_URL": database.url, "REDIS_URL": broker.url}
        return run_beside(asked.command, environment)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    sys.exit(main(sys.argv[1:]))

"""Starting what is measured, and how much processor time it took."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, *, seconds: float = START_SECONDS) -> None:
    """Return when `url` answers anything; raise TimeoutError when it does not in time."""
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own server
        except urllib.error.HTTPError:
            return
        except OSError as err:
            if time.monotonic() > end:
                raise TimeoutError(url) from err
            time.sleep(0.1)
        else:
            return


def cpu_seconds(*pids: int) -> float:
    """Return user and system time of these processes and everything they started, in seconds."""
    return sum(ticks_of(pid) for pid in with_children(pids)) / TICKS


def with_children(pids: tuple[int, ...]) -> set[int]:
    """Return `pids` and all their living descendants."""
    parents = {int(p.name): parent_of(p) for p in Path("/proc").iterdir() if p.name.isdigit()}
    family = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def stat_fields(path: Path) -> list[str]:
    """Return the fields of /proc/PID/stat behind the name: man 5 proc."""
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended between the listing and the look
        return []


def parent_of(path: Path) -> int:
    fields = stat_fields(path)
    return int(fields[1]) if fields else 0


def ticks_of(pid: int) -> int:
    """Return utime + stime + those of children that ended."""
    fields = stat_fields(Path("/proc") / str(pid))
    return sum(int(value) for value in fields[11:15]) if fields else 0


def memory_of(pid: int) -> float:
    """Return the resident memory of a process and its descendants, in megabytes."""
    pages = 0
    for each in with_children((pid,)):
        try:
            pages += int((Path("/proc") / str(each) / "statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True, slots=True)
class Web:
    """A granian of ours that answers."""

    pid: int
    url: str
    headers: dict[str, str]
    """What the proxy would add."""


@contextmanager
def running_web(port: int, env: Mapping[str, str]) -> Iterator[Web]:
    """Yield one granian worker of 8 threads on `port`, gone afterwards."""
    command = [
        *(sys.executable, "-m", "granian", "--interface=wsgi", "--host=127.0.0.1"),
        *(f"--port={port}", "--workers=1", "--blocking-threads=8", "--no-access-log"),
        "rapidresponse.wsgi:application",
    ]
    server = subprocess.Popen(command, env=dict(env), stdout=subprocess.DEVNULL)
    host = env["ALLOWED_HOSTS"].partition(",")[0]
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        headers = {"X-Forwarded-Proto": "https", "Host": host}
        yield Web(server.pid, f"http://127.0.0.1:{port}", headers)
    finally:
        server.terminate()
        server.wait(10)

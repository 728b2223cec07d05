"""How many texts a second the phone network in a box takes on one core.

`python bench/simulator.py [--seconds 3] [--connections 32]`. The simulator and the
client are two processes, on a core each where there are two. The client is a bare loop over
kept connections: one request in flight on each, no library in between. What any client has to do
it does: it writes each text's own request and reads the carrier's name for it from the answer.
"""

import argparse
import asyncio
import base64
import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import cast
from urllib.parse import quote_plus, urlencode, urlsplit

import uvloop

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "AC" + "b" * 32
NUMBER = "+12135550100"
BODY = (
    "KTOWN RRN ALERT K-042 CONFIRMED 10:41: agents at Wilshire Blvd & Vermont Ave, NE corner."
    " Witnesses needed. Reply 1 going, 2 cannot."
)


class Requests:
    """Create requests, each of its own: only the number and the address of receipts differ."""

    def __init__(self, port: int, token: str) -> None:
        auth = base64.b64encode(f"{ACCOUNT}:{token}".encode()).decode()
        self.head = (
            f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{port}\r\nUser-Agent: bench\r\nAccept: application/json\r\n"
            f"Authorization: Basic {auth}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: "
        )
        self.form = urlencode({"From": NUMBER, "Body": BODY, "ValidityPeriod": 2700})
        self.callback = quote_plus(f"http://127.0.0.1:9/twilio/status/{secrets.token_hex(10)}/")
        self.numbers = count(2_000_000)

    def next(self) -> bytes:
        """Return the request for one more phone."""
        number = next(self.numbers)
        form = f"{self.form}&To=%2B1555{number}&StatusCallback={self.callback}{number}%2F"
        return f"{self.head}{len(form)}\r\n\r\n{form}".encode()


class Sender(asyncio.Protocol):
    """One connection that sends the next text as soon as it has the name of the last one."""

    def __init__(self, requests: Requests, until: float) -> None:
        self.requests, self.until = requests, until
        self.taken = self.refused = 0
        self.unread = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.send()

    def send(self) -> None:
        self.transport.write(self.requests.next())

    def data_received(self, data: bytes) -> None:
        self.unread += data
        end = self.unread.find(b"\r\n\r\n")
        if end < 0:
            return
        at = self.unread.find(b"Content-Length: ") + 16
        length = int(self.unread[at : self.unread.index(b"\r\n", at)])
        if len(self.unread) < end + 4 + length:
            return
        if self.unread.startswith(b"HTTP/1.1 201") and json.loads(self.unread[end + 4 :])["sid"]:
            self.taken += 1
        else:
            self.refused += 1
        self.unread = b""
        if time.monotonic() < self.until:
            self.send()
        elif not self.done.done():
            self.transport.close()
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("closed"))


async def drive(port: int, token: str, connections: int, seconds: float) -> tuple[int, int, float]:
    """Send for some seconds; return texts taken, texts refused and the seconds it took."""
    loop = asyncio.get_running_loop()
    requests = Requests(port, token)
    start = time.monotonic()
    senders = [
        (await loop.create_connection(lambda: Sender(requests, start + seconds), "127.0.0.1", port))
        for _ in range(connections)
    ]
    await asyncio.gather(*(sender.done for _, sender in senders))
    took = time.monotonic() - start
    return (
        sum(sender.taken for _, sender in senders),
        sum(sender.refused for _, sender in senders),
        took,
    )


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid: int) -> float:
    """Return the memory a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def start(token: str) -> tuple[subprocess.Popen[str], int]:
    """Start the simulator on a free port and return it with the port."""
    command = [sys.executable, "-m", "alerts.carriers.simulator", "--port", "0"]
    command += ["--account-sid", ACCOUNT, "--auth-token", token, "--benchmark-numbers"]
    command += ["--sent-after", "100000"]  # nobody listens for receipts
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdout is not None  # noqa: S101
    address = process.stdout.readline().split()[-1]
    return process, urlsplit(address).port or 0


def main() -> None:
    """Measure three times and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    token = secrets.token_hex(16)
    process, port = start(token)
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(process.pid, {cores[0]})
        os.sched_setaffinity(0, {cores[1]})
    try:
        rates = []
        for _ in range(options.runs):
            before = cpu_seconds(process.pid)
            taken, refused, took = uvloop.run(
                drive(port, token, options.connections, options.seconds)
            )
            used = cpu_seconds(process.pid) - before
            rates.append(taken / took)
            print(
                f"{taken / took:8,.0f} texts/s  {used / took:4.0%} of a core"
                f"  {1e6 * used / taken:5.1f} us CPU a text  {taken / used:8,.0f} texts per CPU s"
                f"  {refused} refused  {resident_megabytes(process.pid):5.0f} MB"
            )
        print(
            f"median {statistics.median(rates):,.0f} texts/s over {options.connections} connections"
        )
    finally:
        process.terminate()
        process.wait(timeout=10)


if __name__ == "__main__":
    main()

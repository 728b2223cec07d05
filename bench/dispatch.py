"""`python -m bench.dispatch`: the pump beside a naive one and beside the limit of a raw client.

    --quick              1,000 texts only
    --large N            one more run, of N texts (1,000,000 takes ten minutes)
    --only NAME          one of: limits naive ours paced receipts audience embedded (repeatable)

Everything runs on this machine: PostgreSQL on durable settings and Redis of this run's own, the
workers as docker-compose.yml starts them, the simulator as the carrier. CPU is everything of ours
plus PostgreSQL and Redis, without the simulator. Writes its section of bench/results.md.
"""

import argparse
import importlib
import json
import secrets
import statistics
import subprocess
import sys
from collections.abc import Sequence

import uvloop

from bench import fleet, naive_run, our_run, simulator
from bench.ground import Ground, ground
from bench.our_run import HEAD, Run, as_row
from bench.results_file import table, write_section

SECTIONS = ("limits", "naive", "ours", "paced", "receipts", "audience", "embedded")
IN_FLIGHT = 80
CONNECTIONS = 32
PAIRS = 5


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="bench.dispatch", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--large", type=int, default=0)
    parser.add_argument("--only", action="append", choices=SECTIONS)
    asked = parser.parse_args(arguments)
    parts: list[str] = []
    with ground() as here:
        pairs = measure_pairs(here) if wants(asked, "limits") else []
        naive = measure_naive(here, asked) if wants(asked, "naive") else []
        ours = measure_ours(here, asked) if wants(asked, "ours") else []
        parts.append(table([HEAD, *(as_row(name, run) for name, run in [*naive, *ours])]))
        parts.append(ratios(pairs, dict(naive), dict(ours)))
        if wants(asked, "paced"):
            parts.append(table(measure_paced(here)))
        if wants(asked, "receipts"):
            parts.append(table(measure_receipts(here)))
            beside = importlib.import_module("bench.receipts_beside_intake")  # needs Django
            parts.append(beside.measure(here, 5 if asked.quick else beside.SECONDS).as_text())
        if wants(asked, "audience"):
            audience = importlib.import_module("bench.audience")  # needs Django
            parts.append(table(audience.measure()))
    if wants(asked, "embedded"):
        parts.append(measure_embedded())
    body = "\n\n".join(part for part in parts if part)
    print(body)
    if not asked.only:
        write_section("dispatch", "Dispatch", body)
    return 0


def wants(asked: argparse.Namespace, section: str) -> bool:
    return not asked.only or section in asked.only


def raw_limit() -> float:
    """Return the texts a second that a bare loop over kept connections reaches here."""
    token = secrets.token_hex(16)
    process, port = simulator.start(token)
    try:
        taken, _refused, took = uvloop.run(simulator.drive(port, token, CONNECTIONS, 2.0))
    finally:
        process.terminate()
        process.wait(10)
    return taken / took


def measure_pairs(here: Ground) -> list[tuple[float, float]]:
    """Return what the raw client reaches and what we do, one right after the other, each time.

    A machine that others use too is faster in one minute than in the next.
    """
    found = []
    for _ in range(PAIRS):
        raw = raw_limit()
        found.append((raw, our_run.measure(here, texts=10_000).rate))
        say(f"raw {raw:,.0f}/s, ours {found[-1][1]:,.0f}/s")
    return found


def measure_naive(here: Ground, asked: argparse.Namespace) -> list[tuple[str, Run]]:
    found = []
    for name, is_tuned in (("naive", False), ("naive, tuned", True)):
        run = naive_run.measure(here, texts=1_000, is_tuned=is_tuned)
        found.append((name, run))
        say(as_row(name, run))
    return found


def measure_ours(here: Ground, asked: argparse.Namespace) -> list[tuple[str, Run]]:
    sizes = [(1_000, 0), (1_000, 80)]
    if not asked.quick:
        sizes += [(10_000, 0), (10_000, 80), (100_000, 0)]
    if asked.large:
        sizes.append((asked.large, 0))
    found = []
    for texts, delay_ms in sizes:
        name = f"ours {texts:,} at {delay_ms} ms"
        run = our_run.measure(here, texts=texts, delay_ms=delay_ms)
        found.append((name, run))
        say(as_row(name, run))
    return found


def ratios(
    pairs: Sequence[tuple[float, float]], naive: dict[str, Run], ours: dict[str, Run]
) -> str:
    """Return what the figures mean beside one another."""
    lines = []
    if pairs:
        shares = sorted(rate / raw for raw, rate in pairs)
        each = ", ".join(f"{raw:,.0f} and {rate:,.0f}" for raw, rate in pairs)
        lines.append(
            f"- A raw client loop and we at 10,000 texts and 0 ms, one right after the other:"
            f" {each} texts/s. The median share is {statistics.median(shares):.1%}"
            f" ({shares[0]:.1%} to {shares[-1]:.1%})."
        )
    fast = [run for run in ours.values() if run.delay_ms == 0]
    slow = [run for run in ours.values() if run.delay_ms]
    if fast:
        best = max(fast, key=lambda run: (run.texts <= 10_000, run.texts))
        lines += [
            f"- {best.texts:,} at 0 ms are x{best.rate / run.rate:,.0f} of {name}"
            for name, run in naive.items()
        ]
    for run in slow:
        limit = 1000 * IN_FLIGHT / run.delay_ms
        share = (run.taken / limit) / run.last_s
        lines.append(
            f"- {run.texts:,} at {run.delay_ms} ms: {run.rate / limit:.1%} of what {IN_FLIGHT}"
            f" requests in flight allow ({share:.1%} counted from the click)."
        )
    return "\n".join(lines)


def measure_paced(here: Ground) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        ("workers", "rate set", "texts", "rate used", "fullest second", "CPU s per 1,000")
    ]
    for workers, rate in ((1, 100), (2, 100), (4, 100), (4, 1_000)):
        run = our_run.measure(here, texts=rate * 10, pace=rate, workers=workers)
        used = run.rate / rate
        row = (f"{workers}", f"{rate}/s", f"{run.texts:,}", f"{used:.1%}")
        rows.append((*row, f"{run.fullest_second}", f"{run.cpu_per_1000:.2f}"))
        say(rows[-1])
    return rows


def measure_receipts(here: Ground) -> list[tuple[str, ...]]:
    """Return what a receipt costs by the door and by the view; stored before the answer."""
    receipt_storm = importlib.import_module("bench.receipt_storm")  # needs Django
    rows: list[tuple[str, ...]] = [
        ("receipts by", "at most /s", "CPU ms each", "PostgreSQL ms each", "p50 ms", "p99 ms")
    ]
    for is_door in (True, False):
        storm = receipt_storm.measure(here, is_door=is_door)
        waits = (f"{storm.p50_ms:,.1f}", f"{storm.p99_ms:,.1f}")
        costs = (f"{storm.server_ms:.3f}", f"{storm.database_ms:.3f}")
        rows.append((storm.name, f"{storm.rate:,.0f}", *costs, *waits))
        say(rows[-1])
    return rows


def measure_embedded() -> str:
    """Return how the demo sends: one process, SQLite, with somebody at the desk."""
    command = [sys.executable, "-m", "bench.embedded_run"]
    done = subprocess.run(command, cwd=fleet.ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    return (
        f"- The demo, one process on SQLite: {found['taken']} texts at {found['rate']:,.0f}/s"
        f" counted from the click; the desk's page p95 {found['desk_p95_ms']:,.0f} ms meanwhile,"
        f" {found['desk_quiet_p95_ms']:,.0f} ms before."
    )


def say(what: object) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

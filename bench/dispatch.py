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
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import uvloop

from bench import fleet, naive_run, our_run, simulator
from bench.ground import Ground, ground
from bench.our_run import HEAD, Run, as_row
from bench.results_file import table, write_section

SECTIONS = ("limits", "naive", "ours", "paced", "receipts", "audience", "embedded")
IN_FLIGHT = 80
CONNECTIONS = 32
ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Round:
    """What was measured within one minute."""

    raw: float
    """Texts a second of a bare client loop, just before and just after ours."""
    ours: Run
    naive: dict[str, Run]


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="bench.dispatch", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--large", type=int, default=0)
    parser.add_argument("--only", action="append", choices=SECTIONS)
    asked = parser.parse_args(arguments)
    parts: list[str] = []
    with ground() as here:
        is_compared = wants(asked, "limits") or wants(asked, "naive")
        rounds = measure_rounds(here, asked) if is_compared else []
        ours = measure_ours(here, asked) if wants(asked, "ours") else {}
        rows = {**naive_rows(rounds), **ours}
        parts.append(table([HEAD, *(as_row(name, run) for name, run in rows.items())]))
        parts.append(ratios(rounds, ours))
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


def measure_rounds(here: Ground, asked: argparse.Namespace) -> list[Round]:
    """Return what the raw client, we and the naive ways reach, one right after the other.

    A machine that others use too is faster in one minute than in the next: only what was measured
    in the same one is compared, and the raw client before and after us.
    """
    rounds = []
    for _ in range(1 if asked.quick else ROUNDS):
        here.count_statements(is_on=False)
        raw = [raw_limit()] if wants(asked, "limits") else []
        ours = our_run.measure(here, texts=10_000)
        raw += [raw_limit() for _ in raw]
        here.count_statements(is_on=True)
        naive = measure_naive(here) if wants(asked, "naive") else {}
        rounds.append(Round(statistics.mean(raw or [0.0]), ours, naive))
        rates = ", ".join(f"{name} {run.rate:,.0f}" for name, run in naive.items())
        say(f"texts/s: raw {rounds[-1].raw:,.0f}, ours {ours.rate:,.0f}, {rates}")
    return rounds


def measure_naive(here: Ground) -> dict[str, Run]:
    return {
        name: naive_run.measure(here, texts=1_000, is_tuned=is_tuned)
        for name, is_tuned in (("naive", False), ("naive, tuned", True))
    }


def measure_ours(here: Ground, asked: argparse.Namespace) -> dict[str, Run]:
    """Return each size; of the short ones, the run in the middle by CPU."""
    sizes = [(1_000, 0, 5), (1_000, 80, 5)]
    if not asked.quick:
        sizes += [(10_000, 0, 3), (10_000, 80, 3), (100_000, 0, 1)]
    if asked.large:
        sizes.append((asked.large, 0, 1))
    found = {}
    for texts, delay_ms, times in sizes:
        name = f"ours {texts:,} at {delay_ms} ms"
        runs = [our_run.measure(here, texts=texts, delay_ms=delay_ms) for _ in range(times)]
        found[name] = middle(runs, lambda run: run.cpu_per_1000)
        say((as_row(name, found[name]), [round(run.cpu_per_1000, 3) for run in runs]))
    return found


def middle(runs: Sequence[Run], figure: Callable[[Run], float]) -> Run:
    """Return the run whose `figure` is the median."""
    return sorted(runs, key=figure)[len(runs) // 2]


def naive_rows(rounds: Sequence[Round]) -> dict[str, Run]:
    """Return of each naive way the run in the middle by its rate."""
    names = rounds[0].naive if rounds else {}
    return {name: middle([each.naive[name] for each in rounds], rate_of) for name in names}


def rate_of(run: Run) -> float:
    return run.rate


def ratios(rounds: Sequence[Round], ours: dict[str, Run]) -> str:
    """Return what the figures mean beside one another."""
    lines = []
    if any(each.raw for each in rounds):
        shares = sorted(each.ours.rate / each.raw for each in rounds)
        pairs = ", ".join(f"{each.raw:,.0f} and {each.ours.rate:,.0f}" for each in rounds)
        lines.append(
            f"- A raw client loop (just before and just after us) and we at 10,000 texts and 0 ms,"
            f" without PostgreSQL counting statements:"
            f" {pairs} texts/s. The median share is {statistics.median(shares):.1%}"
            f" ({shares[0]:.1%} to {shares[-1]:.1%})."
        )
    for name in naive_rows(rounds):
        times = sorted(each.ours.rate / each.naive[name].rate for each in rounds)
        lines.append(
            f"- In the same rounds we reached x{statistics.median(times):,.0f} of {name}"
            f" (x{times[0]:,.0f} to x{times[-1]:,.0f})."
        )
    for run in (run for run in ours.values() if run.delay_ms):
        limit = 1000 * IN_FLIGHT / run.delay_ms
        share = (run.taken / limit) / run.last_s
        lines.append(
            f"- {run.texts:,} at {run.delay_ms} ms: {run.rate / limit:.1%} of what {IN_FLIGHT}"
            f" requests in flight allow ({share:.1%} counted from the click)."
        )
    if ours:
        lines.append(
            "- Of 1,000 texts five runs were made, of 10,000 three: the table has the one with the"
            " median CPU time; of the naive ways the one with the median rate."
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

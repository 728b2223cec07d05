"""`python -m bench.dispatch`: the pump beside a naive one and beside the limit of a raw client.

    --quick              1,000 texts only
    --large N            one more run, of N texts (100,000 takes a minute, 1,000,000 ten)
    --only NAME          one of: limits naive ours paced receipts embedded; may be repeated

Everything runs on this machine: PostgreSQL on durable settings and Redis of this run's own, the
workers as docker-compose.yml starts them, the simulator as the carrier. CPU is everything of ours
plus PostgreSQL and Redis, without the simulator. Writes its section of bench/results.md.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence

import uvloop

from bench import naive_run, our_run, simulator
from bench.ground import Ground, ground
from bench.our_run import HEAD, Run, as_row
from bench.results_file import table, write_section

SECTIONS = ("limits", "naive", "ours", "paced")
IN_FLIGHT = 80
CONNECTIONS = 32


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="bench.dispatch", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--large", type=int, default=0)
    parser.add_argument("--only", action="append", choices=SECTIONS)
    asked = parser.parse_args(arguments)
    parts: list[str] = []
    with ground() as here:
        raw = raw_limit() if wants(asked, "limits") else 0.0
        naive = measure_naive(here, asked) if wants(asked, "naive") else []
        ours = measure_ours(here, asked) if wants(asked, "ours") else []
        parts.append(table([HEAD, *(as_row(name, run) for name, run in [*naive, *ours])]))
        parts.append(ratios(raw, dict(naive), dict(ours)))
        if wants(asked, "paced"):
            parts.append(table(measure_paced(here)))
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
    say(f"raw client {taken / took:,.0f}/s")
    return taken / took


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
        sizes += [(10_000, 0), (10_000, 80)]
    if asked.large:
        sizes.append((asked.large, 0))
    found = []
    for texts, delay_ms in sizes:
        name = f"ours {texts:,} at {delay_ms} ms"
        run = our_run.measure(here, texts=texts, delay_ms=delay_ms)
        found.append((name, run))
        say(as_row(name, run))
    return found


def ratios(raw: float, naive: dict[str, Run], ours: dict[str, Run]) -> str:
    """Return what the figures mean beside one another."""
    lines = [f"- A raw client loop reaches {raw:,.0f} texts/s here."] if raw else []
    fast = [run for run in ours.values() if run.delay_ms == 0]
    slow = [run for run in ours.values() if run.delay_ms]
    if fast:
        best = max(fast, key=lambda run: (run.texts <= 10_000, run.texts))
        lines += [
            f"- {best.texts:,} at 0 ms are x{best.rate / run.rate:,.0f} of {name}"
            for name, run in naive.items()
        ]
        if raw:
            lines.append(f"- {best.texts:,} at 0 ms are {best.rate / raw:.0%} of the raw client.")
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


def say(what: object) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

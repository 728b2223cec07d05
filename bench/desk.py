"""`make bench-desk`: a flood, the queue with many rows, live pages.

PostgreSQL on durable settings, all of this run. Writes its section of bench/results.md.
"""

import importlib
import sys
from typing import Any

from bench import desk_live
from bench.ground import Ground, ground
from bench.results_file import table, write_section

FAKES = 5_000
INCIDENTS, REPORTS = 100_000, 300_000
PAGES = 60
QUICKLY = 20
"""With --quick everything is this much smaller."""


def main() -> int:
    """Measure, print and write."""
    share = QUICKLY if "--quick" in sys.argv else 1
    with ground() as here:
        scene = importlib.import_module("bench.desk_scene")
        parts = [
            flooded(scene, FAKES // share),
            listed(scene, INCIDENTS // share, REPORTS // share),
            followed(here, scene),
        ]
    body = "\n\n".join(parts)
    print(body)
    if share == 1:
        write_section("desk", "The desk", body)
    return 0


def flooded(scene: Any, fakes: int) -> str:
    rows: list[tuple[str, ...]] = [
        (f"mix of {fakes:,} false reports", "true ones in the first 25 lines", "ms a report")
    ]
    mixes = {
        "200 numbers with copied texts": scene.copied,
        "one-time web posts over many corners": scene.posted,
        "half copies, half plausible posts beside the true ones": scene.mixed,
    }
    for seed, (name, mix) in enumerate(mixes.items()):
        found, took = scene.flood(mix, fakes=fakes, seed=seed)
        rows.append((name, f"{found} of {scene.REAL}", f"{took:.1f}"))
        say(rows[-1])
    return f"A flood of 50 reports a second, 20 true ones among them:\n\n{table(rows)}"


def listed(scene: Any, incidents: int, reports: int) -> str:
    scene.fill(incidents, reports)
    page = scene.list_pages(PAGES)
    row = (f"{page.queries}", f"{page.median_ms:.0f}", f"{page.p95_ms:.0f}")
    say(row)
    head = f"The queue with {incidents:,} incidents and {reports:,} reports, 200 of them waiting:"
    return f"{head}\n\n{table([('queries', 'median ms', '95th percentile ms'), row])}"


def followed(here: Ground, scene: Any) -> str:
    scene.wipe()
    seen = desk_live.measure(here, scene)
    rows: list[tuple[str, ...]] = [
        ("what", "median ms", "95th percentile ms"),
        ("report committed to line on screen", *seen.delays),
        ("claim clicked to answer", *seen.acts),
    ]
    say(rows)
    head = (
        f"{desk_live.VIEWERS} open pages, {desk_live.A_MINUTE} reports a minute for"
        f" {desk_live.SECONDS} s; {seen.cpu:.0%} of one core for web, stream and database:"
    )
    return f"{head}\n\n{table(rows)}"


def say(what: object) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Part of `make bench-places`: do reports of one event come together, and only those?

PostgreSQL of this run. Writes its section of bench/results.md.
"""

import importlib
import sys

from bench.ground import ground
from bench.results_file import table, write_section

SEEDS = (1, 2, 3)


def main() -> int:
    """Measure, print and write."""
    rows: list[tuple[str, ...]] = [
        ("day", "pairs right of those joined", "pairs joined of those right", "ms a report")
    ]
    with ground() as _here:
        scene = importlib.import_module("bench.desk_scene")
        for seed in SEEDS:
            precision, recall, took = scene.grouped_day(seed=seed)
            rows.append((f"{seed}", f"{precision:.1%}", f"{recall:.1%}", f"{took:.1f}"))
            print(rows[-1], file=sys.stderr, flush=True)
    head = (
        "Made-up days of 1,000 reports about 120 events in three languages, 5 % hostile copies,"
        " 3 % without a place, through the resolver and the rule that joins by itself:"
    )
    body = f"{head}\n\n{table(rows)}"
    print(body)
    write_section("grouping", "Grouping: reports of one event come together", body)
    return 0


if __name__ == "__main__":
    sys.exit(main())

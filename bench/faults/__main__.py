"""`python -m bench.faults [--quick] [--texts 1000] [--runs 1] [--only WORDS]`: break and count.

Each run has a PostgreSQL, a Redis, a simulator and a crew of production's processes of its own.
The carrier's ledger decides who of the audience got the text, and who got it twice. Exits with 1
when anything was lost, or doubled where that was avoidable. Writes its section of
bench/results.md.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bench import fleet
from bench.faults.scenarios import SCENARIOS, Scenario
from bench.results_file import table, write_section

Row = tuple[str, ...]
HEAD: Row = (
    "what was broken",
    "texts",
    "lost",
    "doubled",
    "to strangers",
    "last text s",
    "holds",
)


def main(arguments: Sequence[str]) -> int:
    """Run every scenario, print the table and say whether all of them held."""
    parser = argparse.ArgumentParser(prog="bench.faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three scenarios, two minutes")
    parser.add_argument("--texts", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--beside", type=int, default=3, help="so many runs at a time")
    parser.add_argument("--only", default="", help="scenarios whose name holds this")
    asked = parser.parse_args(arguments)
    chosen = [each for each in SCENARIOS if asked.only in each.name]
    if asked.quick:
        chosen = [each for each in chosen if each.is_quick]
    with ThreadPoolExecutor(asked.beside) as pool:
        runs = pool.map(partial(run_apart, texts=asked.texts), chosen * asked.runs)
        lines = [judged(*pair) for pair in zip(chosen * asked.runs, runs, strict=True)]
    rows = table([HEAD, *(row for row, _held in lines)])
    print(rows)
    if not (asked.only or asked.quick):
        write_section("faults", "Broken on purpose", rows)
    return 0 if all(held for _row, held in lines) else 1


def run_apart(scenario: Scenario, *, texts: int) -> dict[str, float]:
    """Run one scenario in a process of its own: Django's settings hold one database."""
    command = [sys.executable, "-m", "bench.faults.one", scenario.name, str(texts)]
    done = subprocess.run(command, cwd=fleet.ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def judged(scenario: Scenario, found: dict[str, float]) -> tuple[Row, bool]:
    """Return the line of the table and whether the promise held."""
    allowed = int(scenario.may_double * found["expected"])
    held = not found["missing"] and not found["strangers"] and found["doubled"] <= allowed
    row = (
        scenario.name,
        f"{found['expected']:,}",
        f"{found['missing']}",
        f"{found['doubled']}" + (f" (at most {allowed})" if allowed else ""),
        f"{found['strangers']}",
        f"{found['last_s']:.0f}",
        "yes" if held else "NO",
    )
    return row, held


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

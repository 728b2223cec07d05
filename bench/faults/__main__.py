"""`python -m bench.faults [--texts 2000] [--runs 1] [--only WORDS]`: break it and count.

Each run is a PostgreSQL, a Redis, a simulator and a crew of production's processes of its own.
The carrier's ledger decides: who of the audience got the text, who got it twice. Exits with 1
when anything was lost, or doubled where that was avoidable. Writes its section of
bench/results.md.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import fleet
from bench.faults.checks import Verdict, wait_for_all
from bench.faults.crew import on_duty, production
from bench.faults.scenarios import SCENARIOS, Field, Scenario
from bench.faults.servers import postgres, redis
from bench.ground import environment, set_up_django
from bench.processes import free_port
from bench.results_file import table, write_section

PACE = 500.0
WAIT_SECONDS = 420.0
QUIET_SECONDS = 45.0
"""Longer than a text stays unknown: whatever is sent again has been sent by then."""

Row = tuple[str, ...]
HEAD: Row = ("what was broken", "texts", "lost", "doubled", "to strangers", "last text s", "")


def main(arguments: Sequence[str]) -> int:
    """Run every scenario, print the table and say whether all of them held."""
    parser = argparse.ArgumentParser(prog="bench.faults", description=__doc__)
    parser.add_argument("--texts", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--only", default="", help="scenarios whose name holds this")
    asked = parser.parse_args(arguments)
    chosen = [each for each in SCENARIOS if asked.only in each.name] * asked.runs
    rows, holds = [HEAD], True
    for scenario in chosen:
        verdict, took = in_process_of_its_own(scenario, asked.texts)
        held = is_held(scenario, verdict)
        holds = holds and held
        rows.append(as_row(scenario, verdict, took, held=held))
        print(rows[-1], file=sys.stderr, flush=True)
    print(table(rows))
    if not asked.only:
        write_section("faults", "Broken on purpose", table(rows))
    return 0 if holds else 1

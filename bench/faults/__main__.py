"""`python -m bench.faults [--quick] [--texts N] [--runs 1] [--only WORDS]`: break and count.

Each run has a PostgreSQL, a Redis, a simulator and a crew of production's processes of its own.
The carrier's ledger decides who of the audience got the text, and who got it twice. Exits with 1
and tells the history of the run when anything was lost, doubled where that was avoidable, or a
promise broken. A run of everything writes its section of bench/results.md after each round: the
table, and below it one line for each commit that was ever measured.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench import fleet
from bench.faults.scenarios import SCENARIOS, Scenario
from bench.results_file import commit_now, section_lines, table, write_section

SECTION = "faults"
LINE = "- commit "
HEAD = (
    "what was broken", "texts", "runs", "green", "lost", "doubled at most (may)",
    "to strangers", "promises broken", "last text s",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What one run found."""

    scenario: Scenario
    texts: int
    missing: int = 0
    doubled: int = 0
    strangers: int = 0
    last_s: float = 0.0
    broken: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)

    @property
    def may_double(self) -> int:
        return self.scenario.most_doubles(self.texts)

    @property
    def is_green(self) -> bool:
        right = not (self.missing or self.strangers or self.broken)
        return right and self.doubled <= self.may_double

    def tell(self) -> None:
        """Print one line, and for a failing run everything that explains it."""
        counts = f"lost {self.missing}, doubled {self.doubled}, strangers {self.strangers}"
        print(f"{'green' if self.is_green else 'FAILED'}: {self.scenario.name}: {counts}")
        if not self.is_green:
            print("\n".join(f"    {line}" for line in (*self.broken, *self.history)))
        sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """Run every scenario, print the table and say whether all of them held."""
    parser = argparse.ArgumentParser(prog="bench.faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few scenarios, two minutes")
    parser.add_argument("--texts", type=int, help="people in the audience, in every scenario")
    parser.add_argument("--runs", type=int, default=1, help="repeat everything so many times")
    parser.add_argument("--beside", type=int, default=4, help="so many runs at a time")
    parser.add_argument("--only", default="", help="scenarios whose name holds this")
    asked = parser.parse_args(arguments)
    chosen = [each for each in SCENARIOS if asked.only in each.name]
    if asked.quick:
        chosen = [each for each in chosen if each.is_quick]
    is_whole = not (asked.only or asked.quick or asked.texts)
    commit, runs = commit_now(), list[Run]()
    with ThreadPoolExecutor(asked.beside) as pool:
        for run in pool.map(partial(run_apart, texts=asked.texts), chosen * asked.runs):
            runs.append(run)
            if len(runs) % len(chosen) == 0:
                keep(commit, runs, is_whole=is_whole)
    return 0 if all(run.is_green for run in runs) else 1


def keep(commit: str, runs: Sequence[Run], *, is_whole: bool) -> None:
    """Print the table of the rounds so far; what ran whole is written, so it outlives a stop."""
    names = dict.fromkeys(run.scenario.name for run in runs)
    rows = table([HEAD, *(row_of([r for r in runs if r.scenario.name == n]) for n in names)])
    print(rows, flush=True)
    if is_whole:
        write_section(SECTION, "Broken on purpose", f"{rows}\n\n{lines_by_commit(commit, runs)}")


def run_apart(scenario: Scenario, *, texts: int | None) -> Run:
    """Run one scenario in a process of its own: Django's settings hold one database."""
    texts = texts or scenario.texts
    command = [sys.executable, "-m", "bench.faults.one", scenario.name, str(texts)]
    done = subprocess.run(command, cwd=fleet.ROOT, capture_output=True, text=True, check=False)
    run = Run(scenario, texts, **found_in(done))
    run.tell()
    return run


def found_in(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return what a run found; one that ended early has found that it is broken."""
    if done.returncode:
        return {"broken": ["the run did not end"], "history": done.stderr.splitlines()[-20:]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {name: found[name] for name in Run.__slots__ if name in found}


def row_of(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the line of the table about all runs of one scenario."""
    first = runs[0]
    return (
        first.scenario.name,
        f"{first.texts:,}",
        f"{len(runs)}",
        f"{sum(run.is_green for run in runs)}",
        f"{sum(run.missing for run in runs)}",
        f"{max(run.doubled for run in runs)} ({first.may_double})",
        f"{sum(run.strangers for run in runs)}",
        f"{sum(len(run.broken) for run in runs)}",
        f"{max(run.last_s for run in runs):.0f}",
    )


def lines_by_commit(commit: str, runs: Sequence[Run]) -> str:
    """Return what every commit measured so far came to, this one last."""
    green = sum(run.is_green for run in runs)
    lost, doubled = sum(run.missing for run in runs), sum(run.doubled for run in runs)
    mine = f"{LINE}`{commit}`: {green} of {len(runs)} runs green, lost {lost}, doubled {doubled}"
    before = [line for line in section_lines(SECTION) if line.startswith(LINE)]
    return "\n".join([*(line for line in before if f"`{commit}`" not in line), mine])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

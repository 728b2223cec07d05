"""`make bench-desk`: a flood, the queue with many rows, live pages.

    --only NAME   one of: flood list live (may be repeated)
    --quick       everything twenty times smaller, and nothing written

PostgreSQL on durable settings, all of this run. Each part writes a section of its own into
bench/results.md.
"""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from django.core.management import call_command

from bench import desk_live
from bench.ground import Ground, ground
from bench.results_file import table, write_section

FAKES = 5_000
INCIDENTS, REPORTS = 100_000, 300_000
PAGES = 60
QUICKLY = 20
Part = Callable[[Ground, int], str]


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="bench.desk", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    with ground() as here:
        call_command("collectstatic", interactive=False, verbosity=0)
        for name in asked.only or PARTS:
            title, measure = PARTS[name]
            body = measure(here, QUICKLY if asked.quick else 1)
            print(f"{title}\n\n{body}\n", flush=True)
            if not asked.quick:
                write_section(f"desk-{name}", title, body)
    return 0


def flooded(_here: Ground, share: int) -> str:
    """Let the three mixes come in, one after the other, and look at the page under each."""
    scene = scenes("desk_flood")
    fakes = FAKES // share
    mixes = {
        "(a) 200 numbers with copied texts": scene.copied,
        "(b) one-time web posts over many crossings": scene.posted,
        "(c) half of them plausible, beside the true ones": scene.mixed,
    }
    head = ("mix", "true ones in the first 25 lines", "ms a report", "waiting", "shown", *PAGE)
    rows: list[tuple[str, ...]] = [head]
    for seed, (name, mix) in enumerate(mixes.items()):
        flood = scene.flood(mix, fakes=fakes, seed=seed)
        page = scene.page_under(flood, PAGES // share + 2)
        found = f"{flood.found} of {scene.REAL}"
        counts = (f"{flood.waiting:,}", f"{flood.shown}")
        rows.append((name, found, f"{flood.report_ms:.1f}", *counts, *figures(page)))
        say(rows[-1])
    head_line = (
        f"{fakes:,} false reports and {scene.REAL} true ones among them, and the queue then:"
    )
    return f"{head_line}\n\n{table(rows)}"


def listed(_here: Ground, share: int) -> str:
    """Ask for the queue and the whole desk on top of a year."""
    scene, pages = scenes("desk_year"), scenes("desk_pages")
    year = scene.fill(INCIDENTS // share, REPORTS // share)
    browser = pages.signed_in("bench")
    rows: list[tuple[str, ...]] = [("page", *PAGE)]
    for path in ("/desk/", "/desk/queue/", "/desk/surge/"):
        rows.append((path, *figures(pages.ask(browser, path, PAGES))))
        say(rows[-1])
    return f"{year}:\n\n{table(rows)}"


def followed(here: Ground, _share: int) -> str:
    """Let reports come in under open pages."""
    scenes("desk_scene").wipe()
    seen = desk_live.measure(here, scenes("desk_scene"))
    rows: list[tuple[str, ...]] = [
        ("what", "median ms", "95th percentile ms"),
        ("report committed to line on screen", *seen.delays),
        ("claim clicked to answer", *seen.acts),
    ]
    head = (
        f"{desk_live.VIEWERS} open pages, {desk_live.A_MINUTE} reports a minute for"
        f" {desk_live.SECONDS} s; {seen.cpu:.0%} of one core for web, stream and database;"
        f" {seen.idle_queries:.2f} queries a second of all pages while nothing happens:"
    )
    return f"{head}\n\n{table(rows)}"


PAGE = ("queries", "median ms", "95th percentile ms")
PARTS: dict[str, tuple[str, Part]] = {
    "flood": ("The desk in a flood", flooded),
    "list": ("The queue on top of a year", listed),
    "live": ("Open pages", followed),
}


def scenes(name: str) -> Any:
    """Return a module of ours that can be imported only after Django is set up."""
    return importlib.import_module(f"bench.{name}")


def figures(page: Any) -> tuple[str, str, str]:
    return f"{page.queries}", f"{page.median_ms:.0f}", f"{page.p95_ms:.0f}"


def say(what: object) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

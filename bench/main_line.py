"""`make bench`: the main line, from a click to phones, from a neighbour's text to a stored row.

PostgreSQL on durable settings, Redis, workers as docker-compose.yml starts them, the simulator as
the carrier. CPU is everything of ours plus PostgreSQL and Redis, without the simulator. Writes
its section of bench/results.md.
"""

import subprocess
import sys

from bench import inbound, our_run, weight
from bench.ground import Ground, ground
from bench.processes import free_port, running_web
from bench.results_file import table, write_section

SIZES = (1_000, 10_000)
REPORT_MOST_BYTES = 30 * 1024


def main() -> int:
    """Measure, print and write."""
    with ground() as here:
        sent = table([our_run.HEAD, *(send(here, texts) for texts in SIZES)])
        received = taken_in(inbound.measure())
        form = first_load(here)
    body = "\n\n".join(
        [
            "Texts out, released by one click to everyone in the radius, no pace set:",
            sent,
            "Texts in, each signed, read, placed and committed before it is answered, through one"
            " granian worker of 8 threads:",
            received,
            "First load of the report form, as it travels:",
            form,
        ]
    )
    print(body)
    write_section("main-line", "The main line", body)
    return 0


def send(here: Ground, texts: int) -> tuple[str, ...]:
    row = our_run.as_row("alert to everyone", our_run.measure(here, texts=texts))
    print(row, file=sys.stderr, flush=True)
    return row


def taken_in(result: inbound.Result) -> str:
    return table(
        [
            ("texts", "texts/s", "texts/s per core of CPU used", "99th percentile ms"),
            (
                f"{result.texts:,}",
                f"{result.texts / result.seconds:,.0f}",
                f"{result.per_core:,.0f}",
                f"{result.slowest_ms:,.0f}",
            ),
        ]
    )


def first_load(here: Ground) -> str:
    """Return what a first visit to /report/ weighs, from the server that production runs."""
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, env=here.env, check=True)
    with running_web(free_port(), here.env) as web:
        parts = weight.first_load(f"{web.url}/report/", web.headers)
    total = sum(part.bytes for part in parts)
    rows = [("file", "bytes"), *((part.path, f"{part.bytes:,}") for part in parts)]
    share = f"{total:,} of at most {REPORT_MOST_BYTES:,}"
    return table([*rows, ("**all**", share)])


if __name__ == "__main__":
    sys.exit(main())

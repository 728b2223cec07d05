"""bench/results.md: each command writes its own section and leaves the others alone."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("results.md")
HEAD = """# What was measured

Every section is written by its own command, never by hand. These machines are noisy: read
ratios within one section, not seconds across two.
"""


def write_section(name: str, title: str, body: str) -> None:
    """Replace the section `name` with `body` (markdown), dated and with the machine it ran on."""
    text = RESULTS.read_text() if RESULTS.exists() else HEAD
    stamp = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}"
    section = f"<!-- {name}:start -->\n## {title}\n\n{stamp}\n\n{body.strip()}\n<!-- {name}:end -->"
    old = re.compile(rf"<!-- {name}:start -->.*?<!-- {name}:end -->", re.DOTALL)
    if old.search(text):
        text = old.sub(lambda _match: section, text)
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    RESULTS.write_text(text)


def table(rows: list[tuple[str, ...]]) -> str:
    """Return rows as a markdown table; the first row is its head."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def machine() -> str:
    """Return what the figures were measured on, without saying where."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"

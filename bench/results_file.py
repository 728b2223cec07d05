"""bench/results.md: each command writes its own section and leaves the others alone."""

import os
import platform
import re
import subprocess
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
    old = pattern_of(name)
    if old.search(text):
        text = old.sub(lambda _match: section, text)
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    RESULTS.write_text(text)


def section_lines(name: str) -> list[str]:
    """Return the lines of the section `name` as it was last written; none if it never was."""
    found = pattern_of(name).search(RESULTS.read_text() if RESULTS.exists() else "")
    return found[0].splitlines() if found else []


def pattern_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"<!-- {name}:start -->.*?<!-- {name}:end -->", re.DOTALL)


def commit_now() -> str:
    """Return the short name of the commit at hand, with a + if anything but results changed."""
    commit = git("rev-parse", "--short=10", "HEAD") or "unknown"
    changed = git(
        "status", "--porcelain", "--", ".", ":!bench/results.md", at=RESULTS.parent.parent
    )
    return f"{commit}+" if changed else commit


def git(*words: str, at: Path = RESULTS.parent) -> str:
    """Return what git says, or nothing outside a clone."""
    done = subprocess.run(["git", *words], cwd=at, capture_output=True, text=True, check=False)  # noqa: S607
    return done.stdout.strip()


def table(rows: list[tuple[str, ...]]) -> str:
    """Return rows as a markdown table; the first row is its head."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def machine() -> str:
    """Return what the figures were measured on, without saying where."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"

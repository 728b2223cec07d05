"""What the phones got, from the carrier's ledger alone: our own tables may be wrong."""

import json
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Text:
    """One text the phone network took from us."""

    at: float
    to: str
    body: str


def texts_in(ledger: Path) -> list[Text]:
    """Return what the simulator wrote down about texts of ours, oldest first."""
    found = []
    for line in ledger.read_text().splitlines():
        try:
            entry = json.loads(line)
        except ValueError:  # the last line may be half written
            continue
        if entry.get("event") == "text" and entry["direction"] == "outbound-api":
            found.append(Text(entry["at"], entry["to"], entry["body"]))
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one alert."""

    expected: int
    missing: int
    doubled: int
    """Texts beyond the first to one phone."""
    strangers: int
    """Phones that were not to get it."""
    first_at: float
    last_at: float

    @property
    def is_right(self) -> bool:
        return not (self.missing or self.doubled or self.strangers)


def judge(texts: Collection[Text], expected: Collection[str], *, mark: str) -> Verdict:
    """Compare the texts that hold `mark` with the phones they were meant for."""
    ours = [text for text in texts if mark in text.body]
    got = Counter(text.to for text in ours)
    wanted = set(expected)
    return Verdict(
        expected=len(wanted),
        missing=len(wanted - set(got)),
        doubled=sum(count - 1 for count in got.values()),
        strangers=len(set(got) - wanted),
        first_at=min((text.at for text in ours), default=0.0),
        last_at=max((text.at for text in ours), default=0.0),
    )


def wait_for_all(
    ledger: Path, expected: Collection[str], *, mark: str, seconds: float, quiet_seconds: float
) -> Verdict:
    """Return the verdict once nobody is missing and nothing moved for `quiet_seconds`."""
    end = time.monotonic() + seconds
    while True:
        verdict = judge(texts_in(ledger), expected, mark=mark)
        is_quiet = time.time() - verdict.last_at > quiet_seconds
        if time.monotonic() > end or (not verdict.missing and is_quiet):
            return verdict
        time.sleep(1)

"""What the phones got, from the carrier's ledger alone: our own tables may be wrong."""

import json
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, combinations_with_replacement
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Text:
    """One text the phone network took from us."""

    at: float
    to: str
    body: str


class Ledger:
    """The simulator's file of everything that happened, read as it grows; thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_until = 0
        self._texts: list[Text] = []
        self._lock = threading.Lock()

    def texts(self) -> list[Text]:
        """Return what was written down about texts of ours so far, oldest first."""
        with self._lock:
            if self.path.exists():
                self._read_on()
            return self._texts.copy()

    def _read_on(self) -> None:
        with self.path.open("rb") as file:
            file.seek(self._read_until)
            new = file.read()
        # The last line may be half written: it is read the next time.
        whole = new[: new.rfind(b"\n") + 1]
        self._read_until += len(whole)
        for line in whole.splitlines():
            entry = json.loads(line)
            if entry.get("event") == "text" and entry["direction"] == "outbound-api":
                self._texts.append(Text(entry["at"], entry["to"], entry["body"]))


def with_words(texts: Iterable[Text], words: str) -> list[Text]:
    """Return the texts that say `words`."""
    return [text for text in texts if words in text.body]


def receivers(texts: Iterable[Text]) -> set[str]:
    """Return the phones that got one of `texts`."""
    return {text.to for text in texts}


def more_than_once(texts: Iterable[Text]) -> Counter[str]:
    """Return the phones that got the same words again, with the texts beyond the first."""
    got = Counter((text.to, text.body) for text in texts)
    again: Counter[str] = Counter()
    for (to, _body), count in got.items():
        if count > 1:
            again[to] += count - 1
    return again


def between(texts: Iterable[Text], since: float, until: float = float("inf")) -> list[Text]:
    """Return the texts taken after `since` and before `until`."""
    return [text for text in texts if since < text.at < until]


@dataclass(slots=True)
class Verdict:
    """What became of one run."""

    expected: int
    missing: int
    doubled: int
    """Texts beyond the first with the same words to one phone."""
    strangers: int
    """Phones that were not to get anything."""
    last_at: float
    broken: list[str] = field(default_factory=list)
    """Promises that were not kept, each in a sentence."""

    def breaks(self, sentence: str, count: int) -> None:
        """Add a broken promise, if it was broken more than 0 times."""
        if count:
            self.broken.append(f"{count} {sentence}")


def judge(
    texts: Collection[Text], expected: Collection[str], everybody: Collection[str]
) -> Verdict:
    """Compare `texts`, all of which say what they should, with the phones they were meant for."""
    got, wanted = receivers(texts), set(expected)
    return Verdict(
        expected=len(wanted),
        missing=len(wanted - got),
        doubled=more_than_once(texts).total(),
        strangers=len(got - set(everybody)),
        last_at=max((text.at for text in texts), default=0.0),
    )


# -- Crash points -----------------------------------------------------------------------------
def deaths_in(notes: Path) -> list[tuple[float, str]]:
    """Return when processes died and at which point, oldest first; see `crash_points`."""
    files = notes.iterdir()
    return sorted((note.stat().st_mtime, note.name.partition(" ")[2]) for note in files)


def pairs_of(deaths: Sequence[str]) -> set[tuple[str, str]]:
    """Return which deaths came before which in one run."""
    return set(combinations(deaths, 2))


def pairs_missing(deaths: Sequence[str], points: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs of `points`, each with itself too, that did not both happen."""
    happened = pairs_of(deaths)
    return [
        (one, other)
        for one, other in combinations_with_replacement(points, 2)
        if (one, other) not in happened and (other, one) not in happened
    ]

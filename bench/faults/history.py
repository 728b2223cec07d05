"""What was broken when, and what people did meanwhile: all that a failing run has to explain it."""

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done to the house, or that somebody did and had confirmed."""

    at: float
    """Seconds since 1970, as in the carrier's ledger."""
    what: str
    who: str = ""
    """The number (E.164) of whoever did it, where that matters."""


@dataclass(slots=True)
class History:
    """Entries in the order of their times, written by several threads."""

    entries: list[Entry] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, *, who: str = "", at: float | None = None) -> None:
        """Write down that something was done, now or at a time kept before."""
        with self._lock:
            self.entries.append(Entry(time.time() if at is None else at, what, who))

    def when(self, what: str) -> float:
        """Return when `what` was done first; raise LookupError if it never was."""
        return next(entry.at for entry in self._sorted() if entry.what == what)

    def has(self, what: str) -> bool:
        """Say whether `what` was done."""
        return any(entry.what == what for entry in self.entries)

    def who(self, what: str) -> dict[str, float]:
        """Return who did `what`, and when they had it confirmed."""
        return {entry.who: entry.at for entry in self._sorted() if entry.what == what}

    def told(self, *, leaving_out: Collection[str] = ()) -> list[str]:
        """Return the history in lines, with seconds from its beginning; numbers stay out."""
        entries = [entry for entry in self._sorted() if entry.what not in leaving_out]
        begin = entries[0].at if entries else 0.0
        return [f"{entry.at - begin:7.1f} s  {entry.what}" for entry in entries]

    @property
    def began_at(self) -> float:
        """When the first thing was done."""
        return min(entry.at for entry in self.entries)

    @property
    def last_at(self) -> float:
        """When the last thing was done."""
        return max(entry.at for entry in self.entries)

    def _sorted(self) -> list[Entry]:
        return sorted(self.entries, key=lambda entry: entry.at)

"""One value for everybody who may have the same, so that fifty open pages cost as much as one.

Nobody is given less than had happened when they asked, and nothing is ever declared out of date:
whoever asks gets a value whose making *began* after the question. One is made at a time; those
who ask meanwhile wait, and have the next one together.

A page that was told news names the look of the feed that found them. It counts as asking when
this process first heard of that look: the feed had read the news by then, so whatever began since
contains them. What its news did not tell of may be up to KEPT_SECONDS older than its question.
"""

import itertools
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

KEPT_SECONDS = 2.0
"""So long after it was first heard of, a look may be answered with what began since then."""
MOST_LOOKS = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """What was made, and the turn at which its making began."""

    began: int
    value: T


@dataclass(eq=False, slots=True)
class Slot(Generic[T]):
    """The newest value of one key; whoever makes the next holds the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    newest: Made[T] | None = None

    def since(self, turn: int) -> Made[T] | None:
        """Return the newest value if its making began after `turn`."""
        newest = self.newest
        return newest if newest and newest.began > turn else None


class Shared(Generic[T]):
    """Values by key, each made once for all who ask for it at the same time.

    Questions and makings take turns from one counter: no clock says what was first.
    """

    def __init__(self) -> None:
        self._turns = itertools.count(1)
        self._slots: dict[str, Slot[T]] = {}
        self._looks: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._looks_lock = threading.Lock()

    def ask(self, key: str, make: Callable[[], T], *, look: str = "") -> T:
        """Return a value of `key` whose making began after this question, or after news of `look`.

        `make` is to read what is committed: ask outside of transactions that wrote something.
        """
        turn = self._turn_of(look)
        slot = self._slots.setdefault(key, Slot())
        if made := slot.since(turn):
            return made.value
        with slot.lock:
            made = slot.since(turn)
            if made is None:
                made = Made(next(self._turns), make())
                slot.newest = made
            return made.value

    def _turn_of(self, look: str) -> int:
        now = time.monotonic()
        with self._looks_lock:
            turn = next(self._turns)
            if not look:
                return turn
            first, heard_at = self._looks.setdefault(look, (turn, now))
            while len(self._looks) > MOST_LOOKS:
                self._looks.popitem(last=False)
        return first if now - heard_at < KEPT_SECONDS else turn

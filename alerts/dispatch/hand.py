"""The texts a pump has claimed and not yet sent, most urgent on top, and how many are enough."""

import heapq
import itertools
import time
from collections.abc import Iterable, Iterator

from alerts.dispatch.claims import Claimed
from alerts.dispatch.queues import Order


class Hand:
    """A heap of claimed texts, each with the moment (monotonic) after which it must not leave."""

    def __init__(self) -> None:
        self._heap: list[tuple[Order, int, Claimed, float]] = []
        self._serial = itertools.count()
        self.segments = 0

    def __len__(self) -> int:
        return len(self._heap)

    def take(self, texts: Iterable[Claimed], *, until: float) -> None:
        """Add claimed texts that may leave before `until`."""
        for text in texts:
            heapq.heappush(self._heap, (text.order, next(self._serial), text, until))
            self.segments += text.segments

    def next(self) -> tuple[Claimed, float]:
        """Remove and return the most urgent text and until when it may leave."""
        _order, _serial, text, until = heapq.heappop(self._heap)
        self.segments -= text.segments
        return text, until

    def drop(self) -> list[Claimed]:
        """Remove and return everything."""
        texts = list(self)
        self._heap.clear()
        self.segments = 0
        return texts

    def __iter__(self) -> Iterator[Claimed]:
        return (text for _order, _serial, text, _until in self._heap)


class Speed:
    """How many texts a second a pump gets rid of, measured over a short while."""

    OVER_SECONDS = 0.2

    def __init__(self) -> None:
        self.per_second = 0.0
        self._landed = 0
        self._since = time.monotonic()

    def landed(self) -> None:
        """Count one text whose request is over."""
        self._landed += 1
        took = time.monotonic() - self._since
        if took >= self.OVER_SECONDS:
            self.per_second = self._landed / took
            self._landed, self._since = 0, time.monotonic()

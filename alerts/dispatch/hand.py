"""The texts a pump has claimed and not yet sent, most urgent on top."""

import heapq
import itertools
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

"""A phone network in memory for tests, with the same promises as the real one."""

import itertools
import threading
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from alerts.carriers.base import Listed, Outcome, Text


@dataclass(slots=True)
class Network:
    """What every MemoryCarrier of this process shares; take `lock` around each use."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    taken: list[Text] = field(default_factory=list)
    """The texts that would have reached phones, in order."""
    listing: list[Listed] = field(default_factory=list)
    next_outcomes: deque[tuple[Outcome, bool]] = field(default_factory=deque)
    outcomes_to: dict[str, deque[tuple[Outcome, bool]]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    list_answers: bool = True


_network = Network()
_serial = itertools.count(1)  # never reset, so that no two texts share a SID


def outbox() -> list[Text]:
    """Return the texts taken so far, in the order they were taken."""
    with _network.lock:
        return list(_network.taken)


def script(outcome: Outcome, *, to: str = "", times: int = 1, taken: bool | None = None) -> None:
    """Answer the next `times` texts, or those to one number, with `outcome`.

    `taken` says whether the text reaches the phone all the same, as an unknown one may; without
    it only an accepted one does.
    """
    reaches = outcome.kind == "accepted" if taken is None else taken
    with _network.lock:
        queue = _network.outcomes_to[to] if to else _network.next_outcomes
        queue.extend([(outcome, reaches)] * times)


def cut_list(*, off: bool = True) -> None:
    """Make the carrier's list silent, or let it answer again."""
    with _network.lock:
        _network.list_answers = not off


def list_foreign(text: Listed) -> None:
    """Put a text into the carrier's list that we did not send."""
    with _network.lock:
        _network.listing.append(text)


def reset() -> None:
    """Forget every text and every scripted outcome."""
    fresh = Network()
    with _network.lock:
        for name in ("taken", "listing", "next_outcomes", "outcomes_to", "list_answers"):
            setattr(_network, name, getattr(fresh, name))


class MemoryCarrier:
    """A carrier whose texts end in `outbox()`; safe to use from several threads and loops."""

    @classmethod
    def from_settings(cls) -> Self:
        """Return a carrier on this process's network."""
        return cls()

    async def send(self, text: Text) -> Outcome:
        """Hand over one text. Never raises for what the carrier or the network does."""
        with _network.lock:
            outcome, reaches = scripted(text.to) or (Outcome("accepted"), True)
            sid = outcome.sid or f"SM{next(_serial):032x}"
            if reaches:
                _network.taken.append(text)
                _network.listing.append(
                    Listed(sid, text.to, text.body, "accepted", datetime.now(UTC))
                )
        if outcome.kind == "accepted":
            return Outcome("accepted", sid=sid)
        return outcome

    async def sent_to(self, number: str, *, since: datetime) -> Sequence[Listed] | None:
        """Return what was taken to `number` at or after `since`; None after `cut_list()`."""
        with _network.lock:
            if not _network.list_answers:
                return None
            return [
                text for text in _network.listing if text.to == number and text.created_at >= since
            ]

    async def sent_since(self, since: datetime) -> Sequence[Listed] | None:
        """Return what was taken or is foreign at or after `since`, newest first."""
        with _network.lock:
            if not _network.list_answers:
                return None
            return [text for text in reversed(_network.listing) if text.created_at >= since]

    async def close(self) -> None:
        """Nothing is kept open."""


def scripted(number: str) -> tuple[Outcome, bool] | None:
    """Return and use up the outcome scripted for a text to `number`, its own before the next."""
    for queue in (_network.outcomes_to[number], _network.next_outcomes):
        if queue:
            return queue.popleft()
    return None

"""The gate: through it texts leave in order, at the pace, as many at once as the carrier takes."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import cast

from alerts.carriers import Carrier, Outcome
from alerts.dispatch.claims import Claimed
from alerts.dispatch.consequences import Complaint
from alerts.dispatch.crash_points import crash_point
from alerts.dispatch.hand import Hand, Speed
from alerts.dispatch.lookout import Lookout
from alerts.dispatch.outcomes import Result, result_of
from alerts.dispatch.pace import Pace
from alerts.dispatch.throttle import Throttle

log = logging.getLogger(__name__)

MANY_RESULTS = 500


class Gate:
    """Sends what is in hand and gathers what became of it.

    `lookout` says what may not leave any more, `wake` is called when the pump should have a look:
    the hand is nearly empty, or many results wait.
    """

    def __init__(
        self, carrier: Carrier, pace: Pace, lookout: Lookout, *, wake: Callable[[], None]
    ) -> None:
        self.hand = Hand()
        self.results: list[Result] = []
        self.complaints: list[Complaint] = []
        self.throttle = Throttle()
        self.speed = Speed()
        self.carrier = carrier
        self.pace = pace
        self.lookout = lookout
        self.low_mark = 0
        """At so few segments in hand the pump is woken."""
        self._wake = wake
        self._filled = asyncio.Event()
        self._waiting: Claimed | None = None
        self._sends: set[asyncio.Task[None]] = set()
        self._sids: set[str] = set()
        """Among `results`: whether an earlier text has the same name, writing them will tell."""
        lookout.watched = self.held

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in hand, nothing in flight and nothing left to write."""
        return not (self.is_sending or self.results or self.complaints)

    @property
    def is_sending(self) -> bool:
        return bool(self.hand or self._waiting or self._sends)

    @property
    def is_smooth(self) -> bool:
        """Whether the carrier took everything that is left to write."""
        return not self.complaints and all(each.ending == "accepted" for each in self.results)

    def held(self) -> list[Claimed]:
        """Return the texts that have not left yet."""
        return [*self.hand, *([self._waiting] if self._waiting else [])]

    def take(self, texts: Iterable[Claimed], *, until: float) -> None:
        """Take claimed texts in hand, which may leave before `until` (monotonic)."""
        self.hand.take(texts, until=until)
        self._filled.set()

    def give_away(self) -> tuple[list[Result], list[Complaint]]:
        """Return what became of texts since the last time, to be written."""
        given = self.results, self.complaints
        self.results, self.complaints, self._sids = [], [], set()
        return given

    def take_back(self, results: list[Result], complaints: list[Complaint]) -> None:
        """Take back what could not be written."""
        self.results[:0], self.complaints[:0] = results, complaints
        self._sids = {each.word for each in self.results if each.ending == "accepted"}

    async def run(self) -> None:
        """Let texts leave, most urgent first, until cancelled."""
        while True:
            while not self.hand:
                self._filled.clear()
                await self._filled.wait()
            if self.throttle.free <= 0:
                await self.throttle.one_free()
            if self.hand:
                await self._let_leave(*self.hand.next())
            if self.hand.segments <= self.low_mark:
                self._wake()

    async def _let_leave(self, text: Claimed, until: float) -> None:
        self._waiting = text
        await self.pace.wait(text.segments, at_hand=text.segments + self.hand.segments)
        may_leave = await self._may_leave(text, until)
        self._waiting = None
        if not may_leave:
            self._put_back(text)
            return
        self.throttle.left()
        self._sends.add(asyncio.create_task(self._send(text)))

    async def _may_leave(self, text: Claimed, until: float) -> bool:
        """Look at the stop flag: at one that is fresh, or not at all and the text goes back."""
        while time.monotonic() < until:
            sight = self.lookout.last
            if sight.is_fresh:
                return not (
                    sight.is_stopped
                    or text.alert in sight.over
                    or text.opt_out_digest in sight.left
                )
            await self.lookout.next()
        return False

    async def _send(self, text: Claimed) -> None:
        crash_point("posting")
        try:
            outcome = await self.carrier.send(text.text)
        except Exception as err:  # noqa: BLE001 - a bug there may cost one text its certainty only
            log.error("the carrier raised %s for %s", type(err).__name__, text.hand_over.pk)
            outcome = Outcome("unknown")
        crash_point("posted")
        try:
            self._land(text, outcome)
        finally:
            # Not a callback of the task: the loop would come back for each.
            self._sends.discard(cast(asyncio.Task[None], asyncio.current_task()))

    def _land(self, text: Claimed, outcome: Outcome) -> None:
        self.throttle.landed(is_throttled=outcome.kind == "throttled")
        self.speed.landed()
        if outcome.kind == "accepted" and outcome.sid in self._sids:
            # One name for two texts: which of them the carrier has, its list must tell.
            outcome = Outcome("unknown")
        if outcome.kind == "accepted":
            self._sids.add(outcome.sid)
        if outcome.kind == "refused":
            self.complaints.append(Complaint(text.hand_over, outcome.code))
        self.results.append(result_of(text.hand_over, outcome))
        is_last = len(self._sends) == 1 and not self.hand
        if is_last or len(self.results) >= MANY_RESULTS:
            self._wake()

    def put_back_all(self) -> None:
        """Give everything in hand back to the queue: none of it was sent."""
        for text in self.hand.drop():
            self._put_back(text)
        self._wake()

    def _put_back(self, text: Claimed) -> None:
        self.results.append(Result(text.hand_over, "queued"))

    async def close(self) -> None:
        """Put back what did not leave and wait for what did."""
        if self._waiting:
            self._put_back(self._waiting)
            self._waiting = None
        self.put_back_all()
        if self._sends:
            await asyncio.wait(self._sends)

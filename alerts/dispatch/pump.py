"""The pump: claims what is due and hands it over at the sender's pace, many texts at a time.

Three things run beside each other on one event loop: turns (the last results in, the next texts
out, in short transactions), the lookout (what may forbid a text already in hand) and the gate
(through which texts leave in order). The database works in threads, and no send waits for it.
"""

import asyncio
import logging
import math
import time

import uvloop
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from alerts.carriers import Carrier, open_carrier
from alerts.dispatch.claims import LEASE_SECONDS, Claim
from alerts.dispatch.database_thread import DatabaseThread
from alerts.dispatch.gate import Gate
from alerts.dispatch.lookout import Lookout
from alerts.dispatch.pace import Pace
from alerts.dispatch.turns import is_due, seconds_to_next, take_in_hand, write_down

log = logging.getLogger(__name__)

RUN_SECONDS = 20.0
"""How long one run claims while there is work; its task then rings again."""

IN_HAND_SECONDS = 1.0
"""Of the sender's pace: what is in hand is ahead of a correction released this moment."""
SENT_IN_SECONDS = 0.3
"""What a slow carrier takes in so long is enough in hand: the other pumps want some too."""
ROUNDS_IN_HAND = 4
"""So many times the requests in flight, before we know how fast the carrier is."""
MOST_IN_HAND = 2_000
"""Whatever is in hand when a worker dies becomes unknown: little, even at a pace nobody has."""

FLUSH_SECONDS = 0.4
PROBE_SECONDS = 0.25
"""How often an empty queue is looked at while texts are still leaving."""
LINGER_SECONDS = 1.5
"""A run waits so long for a text that is due soon, such as one the carrier had no room for."""

STUCK_SECONDS = 2.0
"""After so long in one turn, or past its end, a pump tells the others that it does not keep up."""

SEND_SECONDS = 12.0
"""Longer than a carrier may take to answer: nothing is begun that could outlast its lease."""

RETRY_SECONDS = 0.5
GIVE_UP_SECONDS = 60.0
SQLITE_REST_SECONDS = 0.005
"""Between two turns on SQLite, which has one writer at a time: the others want to live too."""


class Pump:
    """One run of handing over what is due from one sender."""

    def __init__(self, sender_id: int, carrier: Carrier) -> None:
        self.carrier = carrier
        self.pace = Pace(sender_id, redis_url=settings.REDIS_URL)
        self.changed = asyncio.Event()
        self.lookout = Lookout(self._heed)
        self.gate = Gate(carrier, self.pace, self.lookout, wake=self.changed.set)
        self.is_empty = False
        """Whether nothing was due when we last looked."""
        self._claims_at = 0.0
        self._is_leaving = False
        """Whether those who were here before do not need us."""
        self._stuck_at = self._until = math.inf
        self._rows = DatabaseThread("pump-rows")
        # SQLite has one writer at a time: a second would only wait for the first.
        is_sqlite = connection.vendor == "sqlite"
        self._results = self._rows if is_sqlite else DatabaseThread("pump-results")
        self.lookout.is_stuck = self._is_stuck

    async def run(self, seconds: float = RUN_SECONDS) -> bool:
        """Hand over what is due for up to `seconds`; say whether there is more.

        What was claimed has been sent or put back when this returns, and every result written,
        unless the database is away for long: then the leases end and the sweep settles them. A
        pump that is not needed beside the others leaves what there is to them.
        """
        until = self._until = time.monotonic() + seconds
        beside: list[asyncio.Task[None]] = []
        try:
            await self.lookout.look()
            beside += [asyncio.create_task(part.run()) for part in (self.lookout, self.gate)]
            await self._turns(until)
        finally:
            await self._end(beside)
        return not (self.is_empty or self._is_leaving or self.lookout.last.is_stopped)

    async def _turns(self, until: float) -> None:
        while not self._is_over(until):
            await self._turn(until)
            await self._worth_a_turn(until)

    async def _turn(self, until: float) -> None:
        """Write what is known, do what follows from it and claim what there is room for.

        What was taken changes nothing for a claim and is written beside it: one after the other
        they would leave a processor idle. Anything else may, and is written before.
        """
        self._stuck_at = time.monotonic() + STUCK_SECONDS
        try:
            if self.gate.is_smooth:
                claiming = asyncio.create_task(self._claim(until))
                try:
                    await self._write(until)
                finally:
                    await claiming
            else:
                await self._write(until)
                await self._claim(until)
        finally:
            self._stuck_at = math.inf
        # After an empty queue the clock decides when to look again, not each text that leaves.
        self.gate.low_mark = 0 if self.is_empty else self._full // 2
        if connection.vendor == "sqlite":
            await asyncio.sleep(SQLITE_REST_SECONDS)

    async def _write(self, until: float) -> None:
        results, complaints = self.gate.give_away()
        if not (results or complaints):
            return
        try:
            await self._results.run(write_down, results, complaints)
        except (OperationalError, InterfaceError) as err:
            self.gate.take_back(results, complaints)
            await self._sit_out(err, until)
            return
        if any(result.ending == "queued" for result in results):
            self.is_empty = False

    async def _claim(self, until: float) -> None:
        if not self._wants_texts(until):
            return
        leaves_until = time.monotonic() + LEASE_SECONDS - SEND_SECONDS
        try:
            claim = await self._rows.run(take_in_hand, *self._room())
        except (OperationalError, InterfaceError) as err:
            await self._sit_out(err, until)
            return
        self.gate.take(claim.texts, until=leaves_until)
        await self._plan_next_claim(claim)

    async def _sit_out(self, err: Exception, until: float) -> None:
        """Wait for a database that restarts; raise `err` when it stays away for long."""
        if time.monotonic() > until + GIVE_UP_SECONDS:
            raise err
        log.warning("the pump waits for the database: %s", err)
        await asyncio.sleep(RETRY_SECONDS)

    async def _plan_next_claim(self, claim: Claim) -> None:
        """Decide when to claim again: at once, or, after an empty queue, when something is due."""
        self.is_empty = not claim.looked_at
        self._claims_at = time.monotonic() + (PROBE_SECONDS if self.is_empty else 0)
        if self.is_empty and not self.gate.is_sending:
            wait = await self._rows.run(seconds_to_next)
            if wait is not None and wait <= LINGER_SECONDS:
                self.is_empty = False
                self._claims_at = time.monotonic() + wait

    async def _worth_a_turn(self, until: float) -> None:
        """Return when texts are wanted, results have waited long enough, or the run is over."""
        while not (self._wants_texts(until) or self._is_over(until)):
            self.changed.clear()
            to_claim = self._claims_at - time.monotonic()
            pause = min(FLUSH_SECONDS, to_claim) if to_claim > 0 else FLUSH_SECONDS
            try:
                await asyncio.wait_for(self.changed.wait(), pause)
            except TimeoutError:
                if self.gate.results:
                    return

    # -- How much, and whether ----------------------------------------------------------------
    def _room(self) -> tuple[int, int]:
        """Return how many texts and segments more we may hold: a second of the pace, no more."""
        hand = self.gate.hand
        return MOST_IN_HAND - len(hand), max(1, self._full - hand.segments)

    @property
    def _full(self) -> int:
        """How many segments are enough in hand."""
        gate = self.gate
        paced = int(IN_HAND_SECONDS * self.pace.rate * self.pace.share)
        sendable = int(SENT_IN_SECONDS * gate.speed.per_second)
        return max(1, min(MOST_IN_HAND, paced, max(sendable, ROUNDS_IN_HAND * gate.throttle.limit)))

    def _wants_texts(self, until: float) -> bool:
        is_low = self.gate.hand.segments <= self._full // 2
        is_open = not (self.lookout.last.is_stopped or self._is_leaving)
        return is_low and is_open and self._claims_at <= time.monotonic() < until

    def _is_over(self, until: float) -> bool:
        """Whether everything claimed is settled and nothing more will be claimed."""
        if not self.gate.is_idle:
            return False
        is_done = self.is_empty or self._is_leaving or self.lookout.last.is_stopped
        return is_done or time.monotonic() >= until

    def _is_stuck(self) -> bool:
        return time.monotonic() >= min(self._until, self._stuck_at)

    def _heed(self) -> None:
        """Keep to the pace and our part of it, stop when the lookout saw that, leave if we may."""
        sight, place = self.lookout.last, self.lookout.place
        self.pace.rate, self.pace.share = sight.rate, place.part
        self.gate.throttle.share(place.part)
        self._is_leaving = self._is_leaving or not place.is_needed
        if sight.is_stopped:
            self.gate.put_back_all()

    async def _end(self, beside: list[asyncio.Task[None]]) -> None:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await self.gate.close()
        if self.gate.results:
            await self._results.run(write_down, self.gate.results, self.gate.complaints)
        await self.lookout.close()
        await self._look_back()
        for thread in {self._rows, self._results}:
            await thread.close()
        await self.pace.close()
        await self.carrier.close()

    async def _look_back(self) -> None:
        """Find what came due since the queue was empty.

        Whoever made it due may have seen us among the living, and not have rung.
        """
        if not self.is_empty:
            return
        try:
            self.is_empty = not await self._rows.run(is_due)
        except (OperationalError, InterfaceError) as err:
            log.warning("the sweep will ring for what came late: %s", err)


async def pump_once(sender_id: int, seconds: float = RUN_SECONDS) -> bool:
    """Run one pump on the running event loop; see `Pump.run`."""
    return await Pump(sender_id, open_carrier()).run(seconds)


def run(sender_id: int, seconds: float = RUN_SECONDS) -> bool:
    """Run one pump to its end; say whether there is more to hand over."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(pump_once(sender_id, seconds))


def run_until_idle(sender_id: int, *, most_seconds: float = 60.0) -> None:
    """Run pumps until nothing is due, or for `most_seconds`: a worker and its bell in one."""
    end = time.monotonic() + most_seconds
    while run(sender_id) and time.monotonic() < end:
        pass

"""Looks again and again at what may forbid a text in hand, beside everything else."""

import asyncio
import itertools
import logging
import os
import platform
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import InterfaceError, OperationalError

from alerts.dispatch.claims import Claimed
from alerts.dispatch.database_thread import DatabaseThread
from alerts.dispatch.roster import Place, Seat
from alerts.dispatch.watch import Sight, look

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.5

_serial = itertools.count(1)


class Lookout:
    """Keeps the newest Sight of one pump, and the pump's own row among the living.

    It looks at what `watched` returns, the texts in hand, and calls `tell` after every look. The
    others learn from it when `is_stuck`.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self.last = Sight(0.0, is_stopped=True, rate=1.0)
        """Before the first look: stopped."""
        self.place = Place()
        self.watched: Callable[[], Iterable[Claimed]] = tuple
        self.is_stuck: Callable[[], bool] = bool
        self._seat = Seat(f"{platform.node()[:14]} {os.getpid()} {next(_serial)}")
        self._tell = tell
        self._thread = DatabaseThread("pump-looks")
        self._looked = asyncio.Event()

    async def run(self) -> None:
        """Look every EVERY_SECONDS until cancelled, also while the database is away."""
        while True:
            try:
                await self.look()
            except (OperationalError, InterfaceError) as err:
                log.warning("the pump cannot look: %s", err)
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Look once, and tell."""
        texts = list(self.watched())
        alerts = {text.alert for text in texts if text.alert}
        digests = {text.opt_out_digest for text in texts if text.opt_out_digest}
        try:
            self.last, self.place = await self._thread.run(self._see, alerts, digests)
        finally:
            # Also after a failure: whoever waits may have waited long enough.
            self._looked.set()
        self._tell()

    async def next(self) -> None:
        """Return after the next look, successful or not."""
        self._looked.clear()
        await self._looked.wait()

    def _see(self, alerts: set[UUID], digests: set[str]) -> tuple[Sight, Place]:
        sight = look(alerts=alerts, digests=digests)
        return sight, self._seat.look(is_stuck=self.is_stuck())

    async def close(self) -> None:
        """Take our row away and give up the thread."""
        try:
            await self._thread.run(self._seat.leave)
        except (OperationalError, InterfaceError) as err:
            log.warning("this pump counts as alive for a while: %s", err)
        await self._thread.close()

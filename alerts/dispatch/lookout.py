"""Looks again and again at what may forbid a text in hand, beside everything else."""

import asyncio
import itertools
import logging
import os
import platform
import time
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import InterfaceError, OperationalError

from alerts.dispatch.claims import Claimed
from alerts.dispatch.database_thread import DatabaseThread
from alerts.dispatch.watch import PART, PREFIX, Sight, beat, forget, look

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.5
BEAT_SECONDS = 1.0

_serial = itertools.count(1)


class Lookout:
    """Keeps the newest Sight of one pump, and the pump's own row among the living.

    It looks at what `watched` returns, the texts in hand, and calls `tell` after every look.
    """

    def __init__(self, tell: Callable[[Sight], None]) -> None:
        self.name = f"{PREFIX}{platform.node()[:14]} {os.getpid()} {next(_serial)}"
        self.last = Sight(0.0, is_stopped=True, rate=1.0, pumps=1)
        """Before the first look: stopped."""
        self.watched: Callable[[], Iterable[Claimed]] = tuple
        self._tell = tell
        self._thread = DatabaseThread("pump-looks")
        self._beat_at = 0.0
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
            self.last = await self._thread.run(self._see, alerts, digests)
        finally:
            # Also after a failure: whoever waits may have waited long enough.
            self._looked.set()
        self._tell(self.last)

    async def next(self) -> None:
        """Return after the next look, successful or not."""
        self._looked.clear()
        await self._looked.wait()

    def _see(self, alerts: set[UUID], digests: set[str]) -> Sight:
        pumps: int | None = self.last.pumps
        if time.monotonic() - self._beat_at >= BEAT_SECONDS:
            self._beat_at = time.monotonic()
            for name in (PART, self.name):
                beat(name)
            pumps = None
        return look(alerts=alerts, digests=digests, pumps=pumps)

    async def close(self) -> None:
        """Take our row away and give up the thread."""
        try:
            await self._thread.run(forget, self.name)
        except (OperationalError, InterfaceError) as err:
            log.warning("this pump counts as alive for a while: %s", err)
        await self._thread.close()

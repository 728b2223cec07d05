"""How many requests may be in flight: the account's limit, shared, and less after a 429."""

import asyncio
import time

ACCOUNT_LIMIT = 80
"""Requests in flight for the whole account. Twilio gives no number; 100 is what users report, and
a request beyond is answered 429: https://www.twilio.com/docs/api/errors/20429"""

LEAST = 2
DEAF_SECONDS = 0.5
"""Requests sent before we slowed down still bring 429."""


class Throttle:
    """Counts the requests of one pump in flight and says when one more may leave.

    A 429 halves what we allow ourselves; every full round without one gives one more.
    """

    def __init__(self, limit: int = ACCOUNT_LIMIT) -> None:
        self.in_flight = 0
        self.limit = limit
        """Our part of the account's limit."""
        self._allowed = float(limit)
        self._deaf_until = 0.0
        self._freed = asyncio.Event()

    @property
    def free(self) -> int:
        """How many requests more may leave now."""
        return int(min(self._allowed, self.limit)) - self.in_flight

    def share(self, part: float) -> None:
        """Keep to our `part` of the account's limit, 1 if nobody else pumps."""
        self.limit = max(1, int(ACCOUNT_LIMIT * part))
        self._freed.set()

    async def one_free(self) -> None:
        """Return when one more request may leave."""
        while self.free <= 0:
            self._freed.clear()
            await self._freed.wait()

    def left(self) -> None:
        """Count a request that leaves."""
        self.in_flight += 1

    def landed(self, *, is_throttled: bool) -> None:
        """Count a request that is over, and heed what the carrier said about our number."""
        self.in_flight -= 1
        now = time.monotonic()
        if not is_throttled:
            # Up to the whole account's limit: our part of it grows when another pump ends.
            self._allowed = min(ACCOUNT_LIMIT, self._allowed + 1 / max(1.0, self._allowed))
        elif now >= self._deaf_until:
            self._allowed = max(LEAST, min(self._allowed, self.limit) / 2)
            self._deaf_until = now + DEAF_SECONDS
        self._freed.set()

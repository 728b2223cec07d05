"""The sender's pace: one bucket for all workers, counted in segments, without bursts.

A generic cell rate algorithm that gives out times instead of yes or no: whoever reserves n
segments learns when the first may leave, each next one an interval later. So nobody polls, and no
second holds more than the rate, however many workers there are.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

AHEAD_SECONDS = 0.02
LEAST_AHEAD, MOST_AHEAD = 4, 500
"""How far ahead a worker reserves, and how many segments at least and at most. What it then
misses, because it dies or its processor is busy elsewhere, is lost to all."""

STALE_SECONDS = 0.05
"""A reserved time missed by more than this is given up: sent late it would make a burst."""

QUIET_SECONDS = 2.0
REDIS_SECONDS = 0.25

# KEYS[1] holds when the next segment may leave, in microseconds of Redis's own clock: the
# workers' clocks differ. ARGV: segments, microseconds per segment. Answers the waiting time.
RESERVE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local free = tonumber(redis.call('GET', KEYS[1]) or 0)
if free < now then free = now end
local next = free + ARGV[1] * ARGV[2]
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000) + 1000)
return free - now
"""


class RedisBucket:
    """The bucket every worker of a sender shares."""

    def __init__(self, url: str, sender_id: int) -> None:
        self.redis = Redis.from_url(
            url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        )
        self.script = self.redis.register_script(RESERVE)
        self.key = f"pace:{sender_id}"

    async def reserve(self, segments: int, rate: float) -> float:
        """Return the seconds until the first may leave; raise RedisError, OSError, TimeoutError."""
        micros = await self.script(keys=[self.key], args=[segments, round(1e6 / rate)])
        return int(micros) / 1e6

    async def close(self) -> None:
        await self.redis.aclose()


@dataclass(slots=True)
class LocalBucket:
    """The bucket of this process, for one process alone or its share of the rate."""

    free_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reserve(self, segments: int, rate: float) -> float:
        """Return the seconds until the first of `segments` may leave."""
        with self.lock:
            now = time.monotonic()
            start = max(self.free_at, now)
            self.free_at = start + segments / rate
            return start - now


# Several pumps of one process (threads of the embedded worker, one run after the other) are one
# sender to the carrier, so they share a bucket too.
_local: dict[int, LocalBucket] = {}


def local_bucket(sender_id: int) -> LocalBucket:
    """Return this process's bucket of a sender."""
    return _local.setdefault(sender_id, LocalBucket())


class Pace:
    """Says when the next text may leave; one per pump, used by one coroutine on its loop.

    `rate` is the sender's segments a second, `share` our part of it while Redis is away.
    """

    def __init__(self, sender_id: int, *, redis_url: str = "") -> None:
        self.rate = 1.0
        self.share = 1.0
        self._local = local_bucket(sender_id)
        self._shared = RedisBucket(redis_url, sender_id) if redis_url else None
        self._alone_until = 0.0
        self._slots: deque[float] = deque()

    async def wait(self, segments: int, *, at_hand: int = 1) -> None:
        """Return when a text of `segments` may leave.

        Up to `at_hand` segments, which we are ready to send at once, may be reserved together.
        """
        while True:
            if len(self._slots) < segments:
                ahead = max(LEAST_AHEAD, min(int(AHEAD_SECONDS * self.rate), MOST_AHEAD))
                ahead = min(at_hand, ahead)
                await self._reserve(max(segments, ahead) - len(self._slots))
            leaves_at = self._slots.popleft()
            for _ in range(segments - 1):
                self._slots.popleft()
            wait = leaves_at - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            if wait > -STALE_SECONDS:
                return

    async def _reserve(self, segments: int) -> None:
        wait, rate = await self._ask(segments)
        start = time.monotonic() + wait
        self._slots.extend(start + number / rate for number in range(segments))

    async def _ask(self, segments: int) -> tuple[float, float]:
        """Return the waiting time and the rate it is for."""
        if self._shared and time.monotonic() >= self._alone_until:
            try:
                return await self._shared.reserve(segments, self.rate), self.rate
            except (RedisError, OSError, TimeoutError) as err:
                log.warning("keeping our share of the pace without Redis: %s", type(err).__name__)
                self._alone_until = time.monotonic() + QUIET_SECONDS
        rate = self.rate * self.share
        return self._local.reserve(segments, rate), rate

    async def close(self) -> None:
        """Give up the connection."""
        if self._shared:
            await self._shared.close()

"""The bell of the desk: tells the live feed that there is news, so that it looks at once.

A ring says nothing, not even of what: who hears it reads the timeline. It is rung after commit,
over Redis where there is one, else within this process. Lost rings cost a second: the feed looks
that often anyway, and never needs Redis.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

CHANNEL = "desk"
RING_SECONDS = 0.2
QUIET_SECONDS = 1.0
AGAIN_SECONDS = 1.0
HEALTH_SECONDS = 10


class Bell:
    """Rings, with one short try each, and those in this process who listen."""

    def __init__(self) -> None:
        self.missed = 0
        self._listeners: set[Callable[[], object]] = set()
        self._quiet_until = 0.0

    def ring(self) -> None:
        """Wake every feed after the current transaction commits; never raises."""
        transaction.on_commit(self._press, robust=True)

    def _press(self) -> None:
        if not settings.REDIS_URL:
            for wake in tuple(self._listeners):
                wake()
            return
        # A dead Redis must not cost every request its own time-out.
        if time.monotonic() < self._quiet_until:
            self.missed += 1
            return
        try:
            client(settings.REDIS_URL).publish(CHANNEL, b"")
        except (RedisError, OSError) as err:
            self.missed += 1
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("the desk's bell was not heard: %s", type(err).__name__)

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[asyncio.Event]:
        """Yield an event of the running loop that is set at every ring."""
        loop, rung = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(rung.set)

        self._listeners.add(wake)
        far = asyncio.create_task(follow(settings.REDIS_URL, rung)) if settings.REDIS_URL else None
        try:
            yield rung
        finally:
            self._listeners.discard(wake)
            if far:
                far.cancel()
                await asyncio.gather(far, return_exceptions=True)


@lru_cache(maxsize=1)
def client(url: str) -> Redis:
    """Return this process's connections for ringing, which try once and briefly."""
    return Redis.from_url(
        url,
        socket_timeout=RING_SECONDS,
        socket_connect_timeout=RING_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


async def follow(url: str, rung: asyncio.Event) -> None:
    """Set `rung` at every ring until cancelled, also while Redis comes and goes."""
    was_heard = True
    while True:
        try:
            async with (
                AsyncRedis.from_url(
                    url, health_check_interval=HEALTH_SECONDS, retry=AsyncRetry(NoBackoff(), 0)
                ) as far,
                far.pubsub() as line,
            ):
                await line.subscribe(CHANNEL)
                while True:
                    # The first word says that we are heard now: what was rung before is news too.
                    if await line.get_message(timeout=HEALTH_SECONDS):
                        was_heard = True
                        rung.set()
        except (RedisError, OSError) as err:
            if was_heard:
                log.warning("nobody hears the desk's bell for now: %s", type(err).__name__)
            was_heard = False
        await asyncio.sleep(AGAIN_SECONDS)


bell = Bell()

"""A cache on Redis that lives on in the process when Redis does not answer.

allauth keeps its login limits and spent codes in the cache. With a plain Redis cache nobody
could sign in while Redis is down, which is when the desk is needed.
"""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

TIMEOUT_SECONDS = 0.2
QUIET_SECONDS = 1.0


class SteadyRedisCache(RedisCache):
    """RedisCache whose calls fall back to this process's memory, each within 0.2 s."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        limits = {"socket_connect_timeout": TIMEOUT_SECONDS, "socket_timeout": TIMEOUT_SECONDS}
        super().__init__(server, {**params, "OPTIONS": {**limits, **params.get("OPTIONS", {})}})
        self._own = LocMemCache(f"beside {server}", {})
        self._quiet_until = 0.0

    def add(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        return bool(self._try(lambda cache: cache.add(key, value, timeout, version)))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(lambda cache: cache.get(key, default, version))

    def set(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        self._try(lambda cache: cache.set(key, value, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._try(lambda cache: cache.delete(key, version)))

    def clear(self) -> None:
        self._try(lambda cache: cache.clear())

    def _try(self, call: Callable[[BaseCache], Any]) -> Any:
        # A dead Redis must not cost every call its own time-out.
        if time.monotonic() >= self._quiet_until:
            try:
                return call(super())  # type: ignore[arg-type]
            except RedisError:
                self._quiet_until = time.monotonic() + QUIET_SECONDS
        return call(self._own)

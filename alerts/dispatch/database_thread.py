"""A thread that alone talks to the database, so that an event loop never waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connections

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThread:
    """One thread with its own database connection, for the length of a run."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `act(...)`, done in the thread; after a DatabaseError the next one reconnects."""

        def guarded() -> T:
            try:
                return act(*args, **kwargs)
            except DatabaseError:
                connections.close_all()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._executor, guarded)

    async def close(self) -> None:
        """Give up the connection and the thread."""
        await asyncio.get_running_loop().run_in_executor(self._executor, connections.close_all)
        self._executor.shutdown()

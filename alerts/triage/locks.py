"""One thing at a time: two reports of the same crossing must not make two incidents."""

import hashlib
from collections.abc import Iterable

from django.db import connection


def hold(names: Iterable[str]) -> None:
    """Hold the locks `names` until the current transaction ends.

    SQLite needs nothing: our transactions are IMMEDIATE there, so only one writes at a time.
    """
    if connection.vendor != "postgresql":
        return
    # In one order everywhere, so that two transactions never wait for each other in a circle.
    keys = sorted(_number_of(name) for name in set(names))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def _number_of(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)

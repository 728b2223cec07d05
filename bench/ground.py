"""Where dispatch is measured: PostgreSQL, Redis, the simulator and Django, all of this run."""

import importlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from bench import fleet
from bench.processes import cpu_seconds
from tools.with_services import Server, postgres, redis

SERVER = (
    "shared_preload_libraries=pg_stat_statements",
    "pg_stat_statements.track_utility=on",
    "max_connections=300",
    "shared_buffers=256MB",
)
NEVER_SENT = ("--sent-after", "100000")
"""Receipts are measured by themselves: here the simulator never calls back."""


@dataclass(slots=True)
class Ground:
    """The servers of one run and the environment that leads to them."""

    database: Server
    broker: Server
    simulator: fleet.Simulator
    env: dict[str, str]
    scene: ModuleType
    """bench.scene, which can be imported only after Django is set up for this database."""

    def cpu(self, *workers: int) -> float:
        """Return the CPU seconds used so far by PostgreSQL, Redis and `workers`."""
        return cpu_seconds(self.database.process.pid, self.broker.process.pid, *workers)

    def count_statements(self, *, is_on: bool) -> None:
        """Have PostgreSQL count statements or not: counting takes up to a tenth of it."""
        from django.db import connection  # after the setup

        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER SYSTEM SET pg_stat_statements.track = '{'top' if is_on else 'none'}'"
            )
            cursor.execute("SELECT pg_reload_conf()")

    def statements(self) -> int:
        """Return how many statements PostgreSQL was sent since the last call.

        Its own look-ups for foreign keys, which nobody sends, are left out.
        """
        from django.db import connection  # after the setup

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements"
                " WHERE query NOT LIKE '%FROM ONLY%FOR KEY SHARE OF x'"
            )
            calls = int(cursor.fetchone()[0])
            cursor.execute("SELECT pg_stat_statements_reset()")
        return calls


@contextmanager
def ground(*, simulator_options: tuple[str, ...] = NEVER_SENT) -> Iterator[Ground]:
    """Yield a place to measure in, gone afterwards."""
    with ExitStack() as stack:
        database = stack.enter_context(postgres(SERVER))
        broker = stack.enter_context(redis())
        env = environment(database.url, broker.url)
        os.environ.update(env)
        simulator = stack.enter_context(fleet.simulator(*simulator_options))
        os.environ["TWILIO_API_URL"] = env["TWILIO_API_URL"] = simulator.url
        scene = set_up_django()
        yield Ground(database, broker, simulator, env, scene)


def environment(database_url: str, redis_url: str) -> dict[str, str]:
    """Return a production-like environment with made-up secrets."""
    from tests.environment import DEFAULTS  # plain values, made for throw-away runs

    return {
        **DEFAULTS,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "CARRIER": "twilio",
        "DEMO": "",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "PUBLIC_URL": "http://127.0.0.1:9",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "rapidresponse.settings",
    }


def set_up_django() -> ModuleType:
    """Make the tables of a new database and return `bench.scene`."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    return importlib.import_module("bench.scene")


def wait_until(is_true: Any, *, seconds: float = 30.0) -> None:
    """Return when `is_true()`; raise TimeoutError."""
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)

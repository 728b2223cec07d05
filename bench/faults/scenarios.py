"""What is broken in which run."""

import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.dispatch.crash_points import POINTS
from bench.faults.crew import Crew
from bench.faults.servers import Breakable, flush

Fault = Mapping[str, object]

ONE_PERCENT: tuple[Fault, ...] = (
    {"fault": "throttle_429", "probability": 0.01},
    {"fault": "error_500", "probability": 0.01},
    {"fault": "accepted_500", "probability": 0.01},
    {"fault": "reset_before", "probability": 0.01},
    {"fault": "reset_after_accept", "probability": 0.01},
    {"fault": "hang", "probability": 0.002, "seconds": 20},
    {"fault": "garbage_201", "probability": 0.01},
    {"fault": "duplicate_sid", "probability": 0.01},
    {"fault": "callbacks", "drop": 0.05, "duplicate": 0.1, "reorder": 0.2},
)
LATE: Fault = {"fault": "delay_ms", "ms": 80}


@dataclass(slots=True)
class Field:
    """What the nemesis may break."""

    crew: Crew
    database: Breakable
    broker: Breakable
    history: list[tuple[float, str]] = field(default_factory=list)

    def note(self, what: str) -> None:
        self.history.append((time.time(), what))


Act = Callable[[Field], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way of breaking things while an alert goes out."""

    name: str
    faults: tuple[Fault, ...] = ()
    acts: Sequence[Act] = ()
    """Done one after the other while texts are leaving."""
    every_seconds: float = 2.0
    crash_at: Sequence[str] = ()
    may_double: float = 0.0
    """The part of the texts that may arrive twice, where nothing better is possible."""
    is_quick: bool = False
    quiet_seconds: float = 50.0
    """Longer than a text stays unknown: whatever is sent again has been sent by then."""


def kill_pump(place: int) -> Act:
    def act(here: Field) -> None:
        here.note(f"kill -9 pump {place}")
        here.crew.kill(f"pump {place}")

    return act


def kill(role: str) -> Act:
    def act(here: Field) -> None:
        here.note(f"kill -9 {role}")
        here.crew.kill(role)

    return act


def restart_redis(here: Field) -> None:
    here.note("Redis killed and started, empty")
    here.broker.restart(signal.SIGKILL, away_seconds=2)


def flush_redis(here: Field) -> None:
    here.note("FLUSHALL")
    flush(here.broker)


def restart_postgres(here: Field) -> None:
    here.note("PostgreSQL immediate stop and start")
    here.database.restart(signal.SIGQUIT, away_seconds=2)


WORKERS = [kill_pump(random.Random(7).randrange(2)), *(kill_pump(n % 2) for n in range(4))]

SCENARIOS = (
    Scenario("nothing", faults=(LATE,)),
    Scenario("5 worker kills", faults=(LATE,), acts=WORKERS),
    Scenario(
        "5 worker kills + 1 % of each fault",
        faults=(LATE, *ONE_PERCENT),
        acts=WORKERS,
        is_quick=True,
    ),
    Scenario(
        "the same, the carrier's list cut off",
        faults=(LATE, *ONE_PERCENT, {"fault": "list_off"}),
        acts=WORKERS,
        may_double=0.003,
        quiet_seconds=120.0,
    ),
    Scenario(
        "kill -9 web and sweep",
        faults=(LATE, *ONE_PERCENT),
        acts=[kill("web"), kill("sweep"), kill("inbound"), kill("sweep beside it")],
    ),
    Scenario(
        "Redis killed, FLUSHALL",
        faults=(LATE,),
        acts=[flush_redis, restart_redis, kill_pump(0), flush_redis],
        is_quick=True,
    ),
    Scenario(
        "PostgreSQL stopped at once, twice",
        faults=(LATE,),
        acts=[restart_postgres, kill_pump(1), restart_postgres],
        every_seconds=3.0,
        is_quick=True,
    ),
    Scenario(
        "429 storm: every fifth",
        faults=(LATE, {"fault": "throttle_429", "probability": 0.2}),
    ),
    Scenario("every crash point", faults=(LATE, *ONE_PERCENT), crash_at=POINTS),
)

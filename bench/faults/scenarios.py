"""What is broken in which run, and what people do meanwhile.

Pairs of crash points: in one run every point of `crash_points.POINTS` kills a process, and later
a second one, while whoever does that work next is armed with the same list. So any two points
(and any point with itself) both strike within that run, and what one death leaves behind is
mended by processes that die in turn. `checks.pairs_missing` proves it from the notes that the
dying leave; a run in which a pair did not happen fails. `tests/bench` proves it of the plan.
"""

import random
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from alerts.dispatch.crash_points import POINTS
from bench.faults.clients import Correction, KillSwitch, Leaving, Play, StoppedAlert
from bench.faults.field import Field
from bench.faults.servers import flush

Fault = Mapping[str, object]

CALLBACKS: Fault = {"fault": "callbacks", "drop": 0.05, "duplicate": 0.1, "reorder": 0.2}
ONE_PERCENT: tuple[Fault, ...] = (
    {"fault": "throttle_429", "probability": 0.01},
    {"fault": "error_500", "probability": 0.01},
    {"fault": "accepted_500", "probability": 0.01},
    {"fault": "reset_before", "probability": 0.01},
    {"fault": "reset_after_accept", "probability": 0.01},
    {"fault": "hang", "probability": 0.01, "seconds": 20},
    {"fault": "garbage_201", "probability": 0.01},
    {"fault": "duplicate_sid", "probability": 0.01},
    CALLBACKS,
)
LATE: Fault = {"fault": "delay_ms", "ms": 80}
LIST_OFF: Fault = {"fault": "list_off"}

Act = Callable[[Field], None]

SETTLED_SECONDS = 50.0
"""Longer than a text stays unknown: whatever is sent again has been sent by then."""
SETTLED_WITHOUT_LIST_SECONDS = 120.0


SLOW = 60.0
"""Segments a second: people need a while to do something in the middle."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way of breaking things while an alert goes out."""

    name: str
    faults: tuple[Fault, ...] = (LATE,)
    acts: Sequence[Act] = ()
    """Done one after the other while texts are leaving."""
    every_seconds: float = 1.0
    crash_at: Sequence[str] = ()
    """Entries of CRASH_AT, each of which one process dies of."""
    play: type[Play] = Play
    texts: int = 1_000
    pace: float = 250.0
    """Segments a second: slow enough that the texts outlast the nemesis."""
    may_double: float = 0.0005
    """The part of the texts that may arrive twice, where nothing better is possible."""
    is_quick: bool = False
    quiet_seconds: float = SETTLED_SECONDS

    def most_doubles(self, texts: int) -> int:
        """Return how many of `texts` may arrive twice."""
        return int(self.may_double * texts)


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


WORKERS = [
    kill(f"pump {random.Random(7).randrange(2)}"),
    *(kill(f"pump {turn % 2}") for turn in range(4)),
]
THE_REST = [kill(role) for role in ("live", "sweep", "inbound", "sweep beside it", "web", "live")]

AGAIN = {"claimed": 3, "posting": 20, "posted": 20, "written": 3, "receipt-stored": 5}
"""How often the second to die at a point passes it first; the others die at the next chance."""
EACH_TWICE = (*POINTS, *(f"{point}:{AGAIN.get(point, 1)}" for point in POINTS))

SCENARIOS = (
    # The long ones first: the others run beside them.
    Scenario(
        "10,000 texts: 5 worker kills + 1 % of each fault, list cut off",
        faults=(LATE, *ONE_PERCENT, LIST_OFF),
        acts=WORKERS,
        every_seconds=3.0,
        texts=10_000,
        pace=500.0,
        may_double=0.003,
        quiet_seconds=SETTLED_WITHOUT_LIST_SECONDS,
    ),
    Scenario(
        "10,000 texts: 5 worker kills + 1 % of each fault",
        faults=(LATE, *ONE_PERCENT),
        acts=WORKERS,
        every_seconds=3.0,
        texts=10_000,
        pace=500.0,
    ),
    Scenario(
        "5 worker kills + 1 % of each fault, list cut off",
        faults=(LATE, *ONE_PERCENT, LIST_OFF),
        acts=WORKERS,
        may_double=0.003,
        quiet_seconds=SETTLED_WITHOUT_LIST_SECONDS,
    ),
    Scenario(
        "every pair of crash points + 1 % of each fault",
        faults=(LATE, *ONE_PERCENT),
        crash_at=EACH_TWICE,
        pace=100.0,
    ),
    Scenario("nothing"),
    Scenario(
        "5 worker kills + 1 % of each fault",
        faults=(LATE, *ONE_PERCENT),
        acts=WORKERS,
        is_quick=True,
    ),
    Scenario(
        "kill -9 of web, receipts, sweep and inbound + 1 % of each fault",
        faults=(LATE, *ONE_PERCENT),
        acts=THE_REST,
    ),
    Scenario(
        "Redis killed, FLUSHALL",
        acts=[flush_redis, restart_redis, kill("pump 0"), flush_redis],
        is_quick=True,
    ),
    Scenario(
        "PostgreSQL stopped at once, twice",
        acts=[restart_postgres, kill("pump 1"), restart_postgres],
        is_quick=True,
    ),
    Scenario(
        "429 storm: every fifth", faults=(LATE, {"fault": "throttle_429", "probability": 0.2})
    ),
    Scenario(
        "5xx: every tenth, and every tenth of those it took",
        faults=(
            LATE,
            {"fault": "error_500", "probability": 0.1},
            {"fault": "accepted_500", "probability": 0.1},
        ),
    ),
    Scenario(
        "resets, hangs, garbage, SIDs seen before: every twentieth each",
        faults=(
            LATE,
            {"fault": "reset_after_accept", "probability": 0.05},
            {"fault": "hang", "probability": 0.05, "seconds": 20},
            {"fault": "garbage_201", "probability": 0.05},
            {"fault": "duplicate_sid", "probability": 0.05},
        ),
    ),
    Scenario(
        "callbacks: half dropped, half twice, half out of order",
        faults=(
            LATE,
            {"fault": "accepted_500", "probability": 0.05},
            {"fault": "callbacks", "drop": 0.5, "duplicate": 0.5, "reorder": 0.5},
        ),
        acts=WORKERS[:2],
    ),
    Scenario(
        "a correction in the middle, workers killed + 1 % of each fault",
        faults=(LATE, *ONE_PERCENT),
        acts=[*WORKERS[:3], flush_redis, kill("sweep")],
        play=Correction,
        pace=SLOW,
    ),
    Scenario(
        "people leave in the middle, web and workers killed + 1 % of each fault",
        faults=(LATE, *ONE_PERCENT),
        acts=[kill("web"), *WORKERS[:2]],
        play=Leaving,
        pace=SLOW,
    ),
    Scenario(
        "kill switch in the middle, Redis down + 1 % of each fault",
        faults=(LATE, *ONE_PERCENT),
        play=KillSwitch,
        pace=SLOW,
        is_quick=True,
    ),
    Scenario(
        "the alert is stopped in the middle, workers killed + 1 % of each fault",
        faults=(LATE, *ONE_PERCENT),
        acts=WORKERS[:2],
        play=StoppedAlert,
        pace=SLOW,
    ),
)

"""Ours: a click on release, and everything until the last text is at the carrier."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from bench import fleet
from bench.ground import Ground, wait_until
from bench.processes import memory_of

SETTLED_SECONDS = 1.5
QUIET_SECONDS = 20.0


@dataclass(slots=True)
class Run:
    """What one alert took."""

    texts: int
    taken: int
    delay_ms: int
    blocked_ms: float
    first_ms: float
    last_s: float
    rate: float
    cpu_per_1000: float
    statements_per_text: float
    memory_mb: float = 0.0
    fullest_second: int = 0


def measure(
    ground: Ground, *, texts: int, delay_ms: int = 0, workers: int = 2, pace: float = 1e6
) -> Run:
    """Release one alert to `texts` people with warm workers, and wait for the last one."""
    with ExitStack() as stack:
        prepare(ground, texts=texts, pace=pace, delay_ms=delay_ms)
        command = fleet.worker_command("pump,inbound", concurrency=workers)
        worker = stack.enter_context(fleet.running(command, ground.env))
        warm_up(ground, workers)
        return release_and_wait(ground, worker.pid, texts=texts, delay_ms=delay_ms)


def prepare(ground: Ground, *, texts: int, pace: float, delay_ms: int) -> None:
    """Make the people, the sender's pace and the carrier's delay."""
    ground.scene.forget_texts()
    ground.scene.sender(pace)
    ground.scene.people(texts)
    ground.simulator.reset()
    if delay_ms:
        ground.simulator.faults({"fault": "delay_ms", "ms": delay_ms})


def warm_up(ground: Ground, workers: int) -> None:
    """Return once the workers take tasks, each having sent a text and rested."""
    for taken in range(1, workers + 1):
        ground.scene.one_message()
        ground.simulator.wait_for(taken, seconds=30)
        time.sleep(SETTLED_SECONDS)  # its pump is gone, and the next one is idle the longest
    ground.simulator.forget()


def release_and_wait(ground: Ground, worker: int, *, texts: int, delay_ms: int) -> Run:
    alert = ground.scene.alert_to_everyone()
    ground.statements()
    cpu = ground.cpu(worker)
    began, own = time.time(), time.process_time()
    ground.scene.click(alert)
    blocked, own = time.time() - began, time.process_time() - own
    stats = ground.simulator.wait_for(texts, seconds=QUIET_SECONDS)
    wait_until(ground.scene.is_settled, seconds=60)
    used = ground.cpu(worker) - cpu + own
    took = stats["last_at"] - stats["first_at"]
    return Run(
        texts=texts,
        taken=stats["taken"],
        delay_ms=delay_ms,
        blocked_ms=1000 * blocked,
        first_ms=1000 * (stats["first_at"] - began),
        last_s=stats["last_at"] - began,
        rate=(stats["taken"] - 1) / took if took else 0.0,
        cpu_per_1000=1000 * used / texts,
        statements_per_text=ground.statements() / texts,
        memory_mb=memory_of(worker),
        fullest_second=ground.simulator.fullest_second(),
    )


def as_row(name: str, run: Any) -> tuple[str, ...]:
    """Return a run as a line of the table."""
    lost = "" if run.taken == run.texts else f" ({run.taken} taken)"
    return (
        name,
        f"{run.texts:,}{lost}",
        f"{run.delay_ms}",
        f"{run.blocked_ms:,.0f}",
        f"{run.first_ms:,.0f}",
        f"{run.last_s:,.2f}",
        f"{run.rate:,.0f}",
        f"{run.cpu_per_1000:.3f}",
        f"{run.statements_per_text:.3f}",
        f"{run.memory_mb:,.0f}",
    )


HEAD = (
    "what",
    "texts",
    "carrier ms",
    "click blocks ms",
    "first text ms",
    "last text s",
    "texts/s",
    "CPU s per 1,000",
    "statements per text",
    "worker MB",
)

"""`python -m bench.faults.one NAME TEXTS`: one scenario, told as one line of JSON."""

import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from alerts.dispatch.crash_points import POINTS
from bench import fleet
from bench.faults.checks import Ledger, Verdict, deaths_in, pairs_missing, pairs_of, receivers
from bench.faults.clients import LEAVING, LEFT, Play
from bench.faults.crew import on_duty, production
from bench.faults.field import Field
from bench.faults.scenarios import SCENARIOS, Scenario
from bench.faults.servers import postgres, redis
from bench.ground import environment, set_up_django, wait_until
from bench.processes import free_port, wait_for

MOST_SECONDS = 420.0
START_SECONDS = 120.0
LONGEST_SEND_SECONDS = 20.0
"""An alert to many people at the pace of a test takes no longer than this in this kit."""


def main(name: str, texts: int) -> None:
    """Run the scenario `name` with an alert to `texts` people."""
    scenario = next(each for each in SCENARIOS if each.name == name)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        here = field_of(scenario, texts, folder, stack)
        play = scenario.play()
        play.begin(here)
        verdict = break_and_wait(scenario, here, play)
        verdict.breaks("texts that came twice and are not marked", play.unmarked(here))
        if scenario.crash_at:
            look_at_deaths(here, deaths_in(notes_in(folder)), verdict)
        if keep := os.environ.get("FAULTS_KEEP"):
            shutil.copytree(folder, keep, dirs_exist_ok=True)
    print(json.dumps(report(here, verdict)))


def field_of(scenario: Scenario, texts: int, folder: Path, stack: ExitStack) -> Field:
    """Start everything a run needs, and return once all of it is alive."""
    database = stack.enter_context(postgres())
    broker = stack.enter_context(redis())
    receipts, inbound = free_port(), free_port()
    ledger = Ledger(folder / "ledger.jsonl")
    env = environment(database.url, broker.url)
    env["PUBLIC_URL"] = f"http://127.0.0.1:{receipts}"
    os.environ.update(env)
    phones = stack.enter_context(fleet.simulator("--ledger", str(ledger.path)))
    os.environ["TWILIO_API_URL"] = env["TWILIO_API_URL"] = phones.url
    scene = set_up_django()
    pace = max(scenario.pace, texts / LONGEST_SEND_SECONDS)
    scene.sender(pace)
    scene.people(texts)
    phones.faults(*scenario.faults)
    if scenario.crash_at:
        env |= {"CRASH_AT": ",".join(scenario.crash_at), "CRASH_NOTES": str(notes_in(folder))}
    roles = production(receipts=receipts, texts=inbound)
    crew = stack.enter_context(on_duty(roles, env, folder))
    wait_until(lambda: scene.alive() >= {"pump", "inbound", "sweep"}, seconds=START_SECONDS)
    web = f"http://127.0.0.1:{inbound}"
    wait_for(f"{web}/healthz", seconds=START_SECONDS)
    door = f"{web}/twilio/sms/"
    return Field(crew, database, broker, scene, ledger, scene.numbers(texts), pace, door)


def notes_in(folder: Path) -> Path:
    """Return the folder for the notes of the dying, which is there afterwards."""
    notes = folder / "deaths"
    notes.mkdir(exist_ok=True)
    return notes


def break_and_wait(scenario: Scenario, here: Field, play: Play) -> Verdict:
    """Do what the scenario does while texts leave, and return what the phones got."""
    failures: list[Exception] = []

    def nemesis() -> None:
        wait_until(here.texts, seconds=MOST_SECONDS)
        for act in scenario.acts:
            time.sleep(scenario.every_seconds)
            act(here)

    def people() -> None:
        enough = len(here.people) // 3
        wait_until(lambda: len(receivers(here.texts())) >= enough, seconds=MOST_SECONDS)
        play.meanwhile(here)

    threads = [beside(each, failures) for each in (nemesis, people)]
    wait_until(lambda: not any(map(threading.Thread.is_alive, threads)), seconds=MOST_SECONDS)
    # A nemesis that failed has left things broken: nothing to wait for.
    seconds = 0.0 if failures else MOST_SECONDS
    verdict = wait_for_all(here, play, seconds=seconds, quiet_seconds=scenario.quiet_seconds)
    for err in failures:
        verdict.broken.append(f"the run itself failed: {type(err).__name__}: {err}")
    return verdict


def beside(act: Callable[[], None], failures: list[Exception]) -> threading.Thread:
    """Start `act` in a thread of its own, keeping what it raises."""

    def attempt() -> None:
        try:
            act()
        except Exception as err:  # noqa: BLE001 - told at the end, as a failure of the run
            failures.append(err)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    return thread


def wait_for_all(here: Field, play: Play, *, seconds: float, quiet_seconds: float) -> Verdict:
    """Return the verdict once nobody is missing and nothing moved for `quiet_seconds`."""
    end = time.monotonic() + seconds
    while True:
        verdict = play.judge(here)
        last_at = max([*(text.at for text in here.texts()), here.history.last_at])
        is_quiet = time.time() - last_at > quiet_seconds
        if time.monotonic() > end or (is_quiet and not verdict.missing):
            return verdict
        time.sleep(1)


def look_at_deaths(here: Field, deaths: list[tuple[float, str]], verdict: Verdict) -> None:
    """Write the deaths at crash points into the history, and say which pairs did not happen."""
    for at, point in deaths:
        here.history.note(f"a process died at: {point}", at=at)
    points = [point for _at, point in deaths]
    ways = len(pairs_of(points))
    here.note(f"{ways} of {len(POINTS) ** 2} ordered pairs of crash points")
    verdict.breaks(
        "pairs of crash points that did not both happen", len(pairs_missing(points, POINTS))
    )


def report(here: Field, verdict: Verdict) -> dict[str, Any]:
    """Return the verdict and the history for the caller, without a number."""
    lives = {role.name: role.lives for role in here.crew.roles.values()}
    history = [*here.history.told(leaving_out=(LEAVING, LEFT)), f"lives: {lives}"]
    if left := here.history.who(LEFT):
        history.append(f"{len(left)} people left")
    return {
        **asdict(verdict),
        "last_s": verdict.last_at - here.history.began_at,
        "history": history,
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

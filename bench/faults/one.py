"""`python -m bench.faults.one NAME TEXTS`: one scenario, told as one line of JSON."""

import json
import os
import shutil
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from bench import fleet
from bench.faults.checks import Verdict, texts_in, wait_for_all
from bench.faults.crew import on_duty, production
from bench.faults.scenarios import SCENARIOS, Field, Scenario
from bench.faults.servers import postgres, redis
from bench.ground import environment, set_up_django, wait_until
from bench.processes import free_port

PACE = 250.0
"""Segments a second: slow enough that a few thousand texts outlast the nemesis."""

MOST_SECONDS = 420.0


def main(name: str, texts: int) -> None:
    """Run the scenario `name` with an alert to `texts` people."""
    scenario = next(each for each in SCENARIOS if each.name == name)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        database = stack.enter_context(postgres())
        broker = stack.enter_context(redis())
        port = free_port()
        ledger = folder / "ledger.jsonl"
        env = environment(database.url, broker.url)
        env["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        os.environ.update(env)
        phones = stack.enter_context(fleet.simulator("--ledger", str(ledger)))
        os.environ["TWILIO_API_URL"] = env["TWILIO_API_URL"] = phones.url
        scene = set_up_django()
        scene.sender(PACE)
        scene.people(texts)
        phones.faults(*scenario.faults)
        roles = production(port, crash_at=scenario.crash_at)
        crew = stack.enter_context(on_duty(roles, env, folder))
        wait_until(lambda: scene.alive() >= {"pump", "inbound", "sweep"}, seconds=90)
        field = Field(crew, database, broker)
        alert = scene.alert_to_everyone()
        mark = scene.words_of(alert)
        field.note("release")
        scene.click(alert)
        verdict = break_and_wait(scenario, field, ledger, mark, scene.numbers(texts))
        if keep := os.environ.get("FAULTS_KEEP"):
            shutil.copytree(folder, keep, dirs_exist_ok=True)
    tell(scenario, verdict, field)


def break_and_wait(
    scenario: Scenario, field: Field, ledger: Path, mark: str, expected: set[str]
) -> Verdict:
    """Do what the scenario does while texts leave, and return what the phones got."""

    def nemesis() -> None:
        while not texts_in(ledger):
            time.sleep(0.1)
        for act in scenario.acts:
            time.sleep(scenario.every_seconds)
            act(field)

    breaking = threading.Thread(target=nemesis, daemon=True)
    breaking.start()
    verdict = wait_for_all(
        ledger, expected, mark=mark, seconds=MOST_SECONDS, quiet_seconds=scenario.quiet_seconds
    )
    breaking.join(60)
    return verdict


def tell(scenario: Scenario, verdict: Verdict, field: Field) -> None:
    """Print the history for a reader and the verdict for the caller."""
    begin = field.history[0][0]
    for at, what in field.history:
        print(f"{at - begin:7.1f} s  {what}", file=sys.stderr)
    lives = {role.name: role.lives for role in field.crew.roles.values()}
    print(f"lives: {lives}", file=sys.stderr)
    found = {
        "expected": verdict.expected,
        "missing": verdict.missing,
        "doubled": verdict.doubled,
        "strangers": verdict.strangers,
        "last_s": verdict.last_at - begin,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

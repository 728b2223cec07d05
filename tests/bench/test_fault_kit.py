"""The fault kit itself: it sees what is wrong, and every pair of crash points is in its plan."""

import json
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from alerts.dispatch.crash_points import POINTS
from bench import results_file
from bench.faults import __main__ as faults
from bench.faults.checks import Ledger, Text, deaths_in, judge, pairs_missing
from bench.faults.clients import LEAVING, LEFT, Correction, KillSwitch, Leaving, StoppedAlert
from bench.faults.history import History
from bench.faults.scenarios import EACH_TWICE, SCENARIOS, Scenario

ONE, TWO, THREE = "+12135550101", "+12135550102", "+12135550103"
ALERT, SORRY = "KRRN ALERT", "KRRN CORRECTION"


def field(texts: list[Text], history: History, people: set[str] | None = None) -> Any:
    """Return what a play needs to judge."""
    return SimpleNamespace(
        texts=lambda: texts, history=history, people=people or {ONE, TWO}, pace=1.0
    )


def judged(play: Any, texts: list[Text], history: History, **where: Any) -> Any:
    play.words, play.correction = ALERT, SORRY
    return play.judge(field(texts, history, **where))


def corrected_at(at: float) -> History:
    history = History()
    history.note(Correction.corrected, at=at)
    return history


# -- The ledger -------------------------------------------------------------------------------
def test_it_reads_our_texts_and_passes_over_a_half_written_line(tmp_path: Path) -> None:
    entry = {"event": "text", "at": 1.0, "to": ONE, "body": ALERT, "direction": "outbound-api"}
    lines = [entry, {**entry, "direction": "inbound"}, {"event": "status"}]
    ledger = Ledger(tmp_path / "ledger")
    assert ledger.texts() == []

    ledger.path.write_text("\n".join(map(json.dumps, lines)) + '\n{"event": "te')
    assert ledger.texts() == ledger.texts() == [Text(1.0, ONE, ALERT)]

    with ledger.path.open("a") as file:
        file.write('xt", "at": 2.0, "to": "x", "body": "y", "direction": "outbound-api"}\n')
    assert ledger.texts() == [Text(1.0, ONE, ALERT), Text(2.0, "x", "y")]


def test_it_counts_lost_doubled_and_strangers() -> None:
    texts = [Text(1, ONE, ALERT), Text(2, ONE, ALERT), Text(3, THREE, ALERT)]

    verdict = judge(texts, {ONE, TWO}, {ONE, TWO})

    assert (verdict.missing, verdict.doubled, verdict.strangers) == (1, 1, 1)


# -- What people may expect -------------------------------------------------------------------
def test_it_is_content_with_a_correction_to_those_who_got_the_alert() -> None:
    texts = [Text(1, ONE, ALERT), Text(11, ONE, SORRY)]

    verdict = judged(Correction(), texts, corrected_at(10))

    assert (verdict.expected, verdict.missing, verdict.broken) == (1, 0, [])


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ([Text(13, ONE, ALERT), Text(14, ONE, SORRY)], "1 alerts after their correction"),
        ([Text(9, ONE, ALERT), Text(8, ONE, SORRY)], "1 alerts behind their own correction"),
        ([Text(1, ONE, ALERT), Text(99, ONE, SORRY)], "1 corrections later than 60 s"),
        (
            [Text(1, ONE, ALERT)] + [Text(11, f"{ONE}{n}", SORRY) for n in range(4)],
            "2 corrections of nothing",
        ),
    ],
)
def test_it_sees_what_is_wrong_with_a_correction(texts: list[Text], sentence: str) -> None:
    assert sentence in judged(Correction(), texts, corrected_at(10)).broken


def test_it_misses_a_correction_for_all_but_those_who_left() -> None:
    history = corrected_at(10)
    history.note(LEAVING, who=TWO, at=4)
    history.note(LEFT, who=TWO, at=5)
    texts = [Text(1, ONE, ALERT), Text(1, TWO, ALERT)]

    everybody = {ONE, TWO, THREE}
    assert judged(Correction(), texts, history, people=everybody).missing == 1

    texts += [Text(11, ONE, SORRY), Text(11, TWO, SORRY)]
    broken = judged(Correction(), texts, history, people=everybody).broken
    assert broken == ["1 corrections to people who had left"]


def test_it_sees_a_text_to_somebody_who_left_and_a_second_goodbye() -> None:
    history = History()
    history.note(LEFT, who=ONE, at=5)
    history.note(LEFT, who=THREE, at=5)
    texts = [Text(5.5, ONE, ALERT), Text(1, TWO, ALERT), Text(6, ONE, "Bye.")]
    assert judged(Leaving(), texts, history).broken == []

    texts += [Text(7, ONE, "Bye."), Text(8, ONE, ALERT)]
    assert judged(Leaving(), texts, history).broken == [
        "1 alerts to people who had left",
        "1 goodbyes beyond the first",
    ]


def test_it_sees_a_text_while_all_sending_is_stopped() -> None:
    history = History()
    history.note(KillSwitch.pressed, at=5)
    history.note(KillSwitch.lifted, at=20)
    texts = [Text(6.9, ONE, ALERT), Text(21, TWO, ALERT)]
    assert judged(KillSwitch(), texts, history).broken == []

    texts.append(Text(7.1, TWO, "Anything."))
    assert judged(KillSwitch(), texts, history).broken == ["1 texts while all sending was stopped"]


def test_it_sees_that_a_correction_or_a_stop_word_came_too_late_to_prove_anything() -> None:
    got = [Text(1, ONE, ALERT), Text(2, TWO, ALERT)]
    told = [*got, Text(11, ONE, SORRY), Text(11, TWO, SORRY)]
    assert judged(Correction(), told, corrected_at(10)).broken == [
        "1 correction that came too late to prove anything"
    ]

    history = History()
    history.note(LEFT, who=ONE, at=5)
    assert judged(Leaving(), got, history).broken == ["1 STOP that came too late to prove anything"]


def test_it_sees_that_a_switch_came_too_late_to_prove_anything() -> None:
    history = History()
    history.note(KillSwitch.pressed, at=5)
    history.note(KillSwitch.lifted, at=20)
    texts = [Text(1, ONE, ALERT), Text(1, TWO, ALERT)]

    assert judged(KillSwitch(), texts, history).broken == [
        "1 kill switch that was pressed too late to matter"
    ]


def test_it_sees_a_text_of_an_alert_that_was_stopped() -> None:
    history = History()
    history.note(StoppedAlert.stopped, at=5)

    assert judged(StoppedAlert(), [Text(1, ONE, ALERT), Text(6, TWO, ALERT)], history).broken == [
        "1 alert that was not stopped in time"
    ]
    assert judged(StoppedAlert(), [Text(8, ONE, ALERT)], history).broken == [
        "1 texts of an alert that was stopped"
    ]


# -- Crash points -----------------------------------------------------------------------------
def test_it_plans_every_pair_of_crash_points_in_one_run() -> None:
    plan = [entry.partition(":")[0] for entry in EACH_TWICE]

    assert any(tuple(each.crash_at) == EACH_TWICE for each in SCENARIOS)
    assert pairs_missing(plan, POINTS) == []


def test_it_sees_a_pair_that_did_not_both_happen() -> None:
    assert pairs_missing(["b", "a", "b"], "ab") == [("a", "a")]
    assert pairs_missing(["a", "a"], "ab") == [("a", "b"), ("b", "b")]


def test_it_reads_the_deaths_from_the_notes_of_the_dying(tmp_path: Path) -> None:
    (tmp_path / "01 posted").touch()

    ((_at, point),) = deaths_in(tmp_path)

    assert point == "posted"


# -- What is kept -----------------------------------------------------------------------------
def test_it_keeps_one_line_for_each_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_file, "RESULTS", tmp_path / "results.md")
    runs = [faults.Run(SCENARIOS[-1], 10), faults.Run(SCENARIOS[-1], 10, missing=2)]
    for commit in ("aaa", "bbb", "aaa"):
        faults.keep(commit, runs, is_whole=True)

    lines = [line for line in results_file.section_lines("faults") if line.startswith("- ")]
    assert lines == [
        "- commit `bbb`: 1 of 2 runs green, lost 2, doubled 0",
        "- commit `aaa`: 1 of 2 runs green, lost 2, doubled 0",
    ]


def test_it_keeps_every_round_so_that_a_stop_loses_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_file, "RESULTS", tmp_path / "results.md")
    monkeypatch.setattr(faults, "commit_now", lambda: "aaa")
    started = count()

    def run_apart(scenario: Scenario, *, texts: int | None) -> faults.Run:
        if next(started) > 2 * len(SCENARIOS):
            raise KeyboardInterrupt
        return faults.Run(scenario, texts or 10)

    monkeypatch.setattr(faults, "run_apart", run_apart)
    with pytest.raises(KeyboardInterrupt):
        faults.main(["--runs", "5", "--beside", "1"])

    rounds = 2 * len(SCENARIOS)
    line = f"- commit `aaa`: {rounds} of {rounds} runs green, lost 0, doubled 0"
    assert line in results_file.section_lines("faults")


def test_it_calls_a_run_that_did_not_end_a_failure() -> None:
    done: Any = SimpleNamespace(returncode=1, stderr="Traceback\nTimeoutError", stdout="")

    run = faults.Run(SCENARIOS[0], 10, **faults.found_in(done))

    assert not run.is_green
    assert run.history[-1] == "TimeoutError"


def test_it_has_a_scenario_for_everything_that_may_break() -> None:
    names = " ".join(each.name for each in SCENARIOS)
    rules = {str(rule["fault"]) for each in SCENARIOS for rule in each.faults}

    for word in ("worker", "web", "sweep", "Redis", "FLUSHALL", "PostgreSQL", "pair", "callbacks"):
        assert word in names
    assert rules >= {
        "throttle_429", "error_500", "accepted_500", "reset_before", "reset_after_accept",
        "hang", "garbage_201", "duplicate_sid", "callbacks", "list_off",
    }  # fmt: skip

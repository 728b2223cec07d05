"""`manage.py locate`: JSON lines in, JSON lines out."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from alerts.places import opening


@pytest.fixture(autouse=True)
def shipped(tmp_path):
    """Read the shipped gazetteer, whatever this installation has imported."""
    opening.use(None)
    yield
    opening.use(tmp_path / "none yet")


@pytest.fixture
def run(monkeypatch):
    """The answers to some lines of standard input, and what went to the error stream."""

    def ask(*lines: object, **options: object) -> tuple[list[dict], str]:
        out, err = io.StringIO(), io.StringIO()
        text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(text)))
        call_command("locate", stdout=out, stderr=err, **options)
        return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()

    return ask


def test_it_answers_each_line_in_order(run):
    found, _ = run(
        {"id": "a", "text": "ICE at 6th & Vermont"},
        {"id": 2, "text": "are there raids today?"},
        {"id": "c", "text": "ICE on Vermont"},
    )

    assert [answer["id"] for answer in found] == ["a", 2, "c"]
    assert set(found[0]) == {"id", "lat", "lon", "confidence", "label", "candidates"}
    assert (found[0]["label"], found[0]["lat"]) == ("6th St & Vermont Ave", 34.063688)
    assert (found[1]["lat"], found[1]["candidates"]) == (None, [])
    assert found[2]["lat"] is None
    assert found[2]["candidates"]


def test_it_prints_timing_when_asked(run):
    _, said = run({"id": 1, "text": "6th and vermont"}, stats=True)

    assert said.startswith("1 texts, median ")
    assert "99th percentile" in said


def test_it_skips_empty_lines_and_says_nothing_of_none(run):
    assert run("", "  ", stats=True) == ([], "")


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"text": "x"}', '{"id": 1, "text": 5}'])
def test_it_names_the_line_that_is_wrong(run, line):
    with pytest.raises(CommandError, match="Line 2"):
        run({"id": 1, "text": "x"}, line)

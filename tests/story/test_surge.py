"""`make surge`: thirty texts about eight events come to a running demo."""

import json
import os
import subprocess
import sys
import urllib.request

from alerts.management.demo.surge import EVENTS, FALSE_ALARMS, RUMOUR, surge
from tests.story.conftest import ROOT, until


def run(directory, *words):
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "surge", *words],
        cwd=ROOT,
        env={**kept, "DEMO": "1", "DEMO_DIR": str(directory)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def incidents(demo):
    token = demo.access["desk"][0]["token"]
    request = urllib.request.Request(
        f"{demo.url}/api/v1/incidents/", headers={"Authorization": f"Token {token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["results"]


def test_it_is_thirty_texts_of_eight_events_and_the_same_again():
    texts = surge(seconds=180, seed=1)

    assert texts == surge(seconds=180, seed=1)
    assert texts != surge(seconds=180, seed=2)
    assert (len(texts), len({text.number for text in texts})) == (30, 30)
    assert (len(EVENTS), len(FALSE_ALARMS)) == (8, 4)
    assert [text.words for text in texts].count(RUMOUR) > 1
    assert all(0 <= one.at <= other.at <= 180 for one, other in zip(texts, texts[1:], strict=False))


def test_it_brings_every_text_to_the_desk(demo):
    ended = run(demo.log.parent / "demo", "--seconds", "3")

    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert [line.split()[0] for line in lines[:30]] == [str(n) for n in range(1, 31)]
    assert "555" not in ended.stdout
    ours = demo.access["simulator"]["number"]
    assert len([text for text in demo.texts() if text["to"] == ours]) == 30
    places = {row["place"]["label"] for row in until(lambda: incidents(demo)) if row["place"]}
    assert len(places) >= 6


def test_it_says_so_when_no_demo_runs(tmp_path):
    ended = run(tmp_path, "--seconds", "3")

    assert ended.returncode != 0
    assert "No demo answers" in ended.stderr
    assert "Traceback" not in ended.stderr

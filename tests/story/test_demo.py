"""`make demo` as a process: it starts, says where things are, keeps its data, and ends."""

import json
import os
import socket
import stat
import subprocess
import sys
import urllib.request

from tests.environment import DEFAULTS
from tests.story.conftest import ROOT, end, free_port, start, until


def test_it_starts_keeps_its_data_and_ends(tmp_path):
    directory, port = tmp_path / "demo", free_port()
    demo = start(directory, port)
    access = directory / "access.json"
    assert stat.S_IMODE(access.stat().st_mode) == 0o600
    assert [sorted(way) for way in demo.access["desk"]] == [
        ["password", "token", "totp_secret", "username"]
    ] * 3
    assert sorted(demo.access["simulator"]) == ["number", "token", "url"]

    answer = demo.text("+12135550177", "ICE agents at 6th and Vermont, 2 vans")
    assert answer["status"] == 200
    until(lambda: demo.texts(to="+12135550177"))
    assert end(demo) == 0

    again = start(directory, port)
    token = again.access["desk"][0]["token"]
    rows = incidents(again.url, token)
    assert len(rows) == 1
    # Another password would have signed everybody out.
    passwords = [[ways["password"] for ways in each.access["desk"]] for each in (demo, again)]
    assert passwords[0] == passwords[1]
    assert end(again) == 0

    fresh = start(directory, port, RESET="1")
    assert incidents(fresh.url, fresh.access["desk"][0]["token"]) == []
    assert end(fresh) == 0
    log = demo.log.read_text()
    assert "Traceback" not in log
    assert "5550177" not in log
    assert "Vermont" not in log


def incidents(url, token):
    request = urllib.request.Request(
        f"{url}/api/v1/incidents/", headers={"Authorization": f"Token {token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["results"]


def run(*words, **environment):
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_says_so_when_the_port_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = run("demo", DEMO="1", DEMO_DIR=str(tmp_path), PORT=port)

    assert ended.returncode != 0
    assert f"Port {port} is taken" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_refuses_to_start_without_keys():
    ended = run("check")

    assert ended.returncode != 0
    assert "SECRET_KEY is not set" in ended.stderr


def test_it_refuses_the_simulator_outside_the_demo():
    ended = run("check", **{**DEFAULTS, "CARRIER": "simulator"})

    assert ended.returncode != 0
    assert "CARRIER=simulator is for the demo" in ended.stderr


def test_it_refuses_a_misspelt_yes():
    ended = run("check", **{**DEFAULTS, "DEMO": "ture"})

    assert ended.returncode != 0
    assert "DEMO must be 1 or 0, not 'ture'" in ended.stderr

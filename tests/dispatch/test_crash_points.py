"""Between each commit and each POST a process can be told to die, and only where it is wanted."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import alerts.dispatch
from alerts.dispatch.crash_points import KILLED, POINTS

ROOM = Path(alerts.dispatch.__file__).parent
SCRIPT = """
import django
django.setup()
from alerts.dispatch.crash_points import crash_point
for _ in range(3):
    crash_point("posting")
    crash_point("claimed")
print("alive")
"""


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "rapidresponse.settings", **environment}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=False
    )


def test_it_has_a_place_in_the_code_for_every_point_and_no_other() -> None:
    code = "".join(path.read_text() for path in ROOM.glob("*.py") if path.name != "crash_points.py")
    calls = "".join(re.findall(r"crash_point\(([^)]*)\)", code))

    assert set(re.findall(r'"([a-z-]+)"', calls)) == set(POINTS)


@pytest.mark.parametrize("armed", ["claimed", "claimed:3"])
def test_it_dies_where_it_was_told_to(armed: str) -> None:
    assert run(CARRIER="memory", CRASH_AT=armed).returncode == KILLED


@pytest.mark.parametrize("armed", ["", "claimed:4", "elsewhere"])
def test_it_lives_otherwise(armed: str) -> None:
    assert run(CARRIER="memory", CRASH_AT=armed).stdout == "alive\n"


def test_it_kills_one_process_for_each_entry_and_keeps_a_note_of_it(tmp_path: Path) -> None:
    several = {
        "CARRIER": "memory",
        "CRASH_AT": "claimed,claimed:2,posting:9",
        "CRASH_NOTES": str(tmp_path),
    }

    codes = [run(**several).returncode for _ in range(3)]

    assert codes == [KILLED, KILLED, 0]
    assert sorted(note.name for note in tmp_path.iterdir()) == ["00 claimed", "01 claimed"]


def test_it_never_dies_while_it_talks_to_the_real_carrier() -> None:
    done = run(CARRIER="twilio", TWILIO_API_URL="", CRASH_AT="claimed")

    assert done.stdout == "alive\n"

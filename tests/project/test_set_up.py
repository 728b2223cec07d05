"""`make`: its targets, and what set-up says on a machine that lacks something."""

import os
import shutil
import subprocess
import sys

import pytest

TARGETS = [
    *("setup", "demo", "test", "test-services", "lint", "messages", "lock"),
    *("bench", "bench-dispatch", "bench-places", "bench-desk", "faults"),
]
# All that tools/set_up.sh may count on besides Python.
PROGRAMS = ["cat", "cksum", "env", "rm", "sh"]

# Answers like a Python 3.11 without the venv module that Debian packs apart.
WITHOUT_VENV = """#!/bin/sh
case "$*" in
*ensurepip*) exit 1 ;;
*'"%d.%d"'*) echo 3.11 ;;
esac
"""
OLD = """#!/bin/sh
[ "$1" = --version ] && echo "Python 3.9.2" && exit
exit 1
"""


@pytest.fixture
def bare_machine(root, tmp_path):
    """A folder with the files set-up reads, and a PATH that holds almost nothing."""
    for name in ["Makefile", "tools", "constraints.txt", "constraints-dev.txt"]:
        source = root / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in PROGRAMS:
        (programs / name).symlink_to(shutil.which(name))
    return tmp_path


def install(folder, name, script):
    program = folder / "programs" / name
    program.write_text(script)
    program.chmod(0o755)


def set_up(folder, wanted="run"):
    return subprocess.run(
        ["tools/set_up.sh", wanted],
        cwd=folder,
        env={"PATH": str(folder / "programs")},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows(root, target):
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=root, capture_output=True, text=True, env=os.environ
    )

    assert done.returncode == 0, done.stderr


def test_it_says_what_to_install_where_python_is_missing(bare_machine):
    done = set_up(bare_machine)

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed; found no Python." in done.stderr
    assert "apt install python3.11 python3.11-venv" in done.stderr


def test_it_says_which_python_is_too_old(bare_machine):
    install(bare_machine, "python3", OLD)

    done = set_up(bare_machine)

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed; found Python 3.9.2." in done.stderr


def test_it_says_what_to_install_where_python_has_no_venv(bare_machine):
    install(bare_machine, "python3", WITHOUT_VENV)

    done = set_up(bare_machine)

    assert done.returncode == 1
    assert "apt install python3.11-venv" in done.stderr
    assert not (bare_machine / ".venv").exists()


def fake_environment(folder):
    """A .venv whose python is ours and whose uv installs nothing but says what it was told."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    install(folder, "uv", '#!/bin/sh\necho "$@" >>uv-was-told\n')
    install(folder, "sed", "")
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)


def told(folder):
    """What uv was asked to install, each file once per time."""
    lines = (folder / "uv-was-told").read_text().splitlines()
    return [line.split()[-1] for line in lines if line.startswith("pip install")]


def test_it_installs_once_and_again_when_a_pin_changed(bare_machine):
    fake_environment(bare_machine)

    set_up(bare_machine)
    set_up(bare_machine)
    assert told(bare_machine) == ["constraints.txt"]

    (bare_machine / "constraints.txt").write_text("other==1\n")
    assert set_up(bare_machine).returncode == 0
    assert told(bare_machine) == ["constraints.txt", "constraints.txt"]


def test_it_does_not_install_anew_for_the_demo_after_the_tests(bare_machine):
    fake_environment(bare_machine)

    set_up(bare_machine, "dev")
    set_up(bare_machine, "run")

    assert told(bare_machine) == ["constraints-dev.txt"]


def test_it_tries_again_after_an_installation_that_failed(bare_machine):
    fake_environment(bare_machine)
    install(bare_machine, "uv", '#!/bin/sh\n[ "$1" = --version ]\n')
    assert set_up(bare_machine).returncode != 0

    install(bare_machine, "uv", '#!/bin/sh\necho "$@" >>uv-was-told\n')
    assert set_up(bare_machine).returncode == 0
    assert told(bare_machine) == ["constraints.txt"]

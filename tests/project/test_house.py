"""The order of the rooms, as pyproject.toml states it and import-linter holds it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOMS = ["api", "intake", "triage", "dispatch", "responders", "places", "guard"]


def lint_imports(folder, *options):
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo", *options],
        cwd=folder,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def contracts(root):
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    return {part["id"]: part for part in settings["tool"]["importlinter"]["contracts"]}


def test_every_room_imports_only_the_rooms_below_it(root):
    done = lint_imports(root)

    assert done.returncode == 0, done.stdout


def test_the_contract_names_the_rooms_in_their_order(contracts):
    layers = contracts["house"]["layers"]

    assert [layer for layer in layers if layer in ROOMS] == ROOMS
    # The ground floor: two rooms that do not know each other.
    assert layers[-1] == "carriers | models"
    assert contracts["house"]["exhaustive"] is True


def test_it_would_notice_an_import_that_goes_up(root, tmp_path):
    shutil.copy(root / "pyproject.toml", tmp_path)
    for name in ["rapidresponse", *(f"alerts/{room}" for room in [*ROOMS, "carriers", "models"])]:
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "__init__.py").touch()
    for module in ["alerts/__init__", "alerts/apps", "alerts/urls", "alerts/carriers/base"]:
        (tmp_path / f"{module}.py").touch()
    for package in ["management", "templatetags"]:
        (tmp_path / "alerts" / package).mkdir()
        (tmp_path / "alerts" / package / "__init__.py").touch()
    (tmp_path / "alerts" / "models" / "__init__.py").write_text("from alerts import triage\n")

    done = lint_imports(tmp_path, "--contract", "house")

    assert done.returncode == 1
    assert "alerts.models is not allowed to import alerts.triage" in done.stdout

"""What is installed: pinned with hashes, for the demo and for developing."""

import re
import tomllib

import pytest

PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)", re.MULTILINE)


def normal(requirement):
    """The canonical name of a package, as the simple index spells it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path):
    return {normal(hit["name"]): hit["version"] for hit in PIN.finditer(path.read_text())}


@pytest.fixture(scope="module")
def wanted(root):
    return tomllib.loads((root / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def running(root):
    return pins(root / "constraints.txt")


@pytest.fixture(scope="module")
def developing(root):
    return pins(root / "constraints-dev.txt")


def test_every_dependency_is_pinned(wanted, running):
    extras = wanted["project"]["optional-dependencies"].values()
    asked = [*wanted["project"]["dependencies"], *(name for extra in extras for name in extra)]

    assert {normal(name) for name in asked} <= running.keys()


def test_every_tool_is_pinned(wanted, developing):
    assert {normal(name) for name in wanted["dependency-groups"]["dev"]} <= developing.keys()


def test_the_demo_installs_no_tool_for_developers(wanted, running):
    tools = {normal(name) for name in wanted["dependency-groups"]["dev"]} - {"pyyaml"}

    assert tools & running.keys() == set()


def test_tests_run_with_what_production_runs(running, developing):
    assert {name: developing.get(name) for name in running} == running


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-dev.txt"])
def test_every_pin_carries_its_hashes(root, name):
    blocks = re.split(r"\n(?=[a-z0-9])", (root / name).read_text().strip())

    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_every_dependency_is_explained(root, wanted):
    said = (root / "docs" / "dependencies.md").read_text().lower()
    extras = wanted["project"]["optional-dependencies"].values()
    asked = [
        *wanted["project"]["dependencies"],
        *(name for extra in extras for name in extra),
        *wanted["dependency-groups"]["dev"],
    ]

    assert [name for name in map(normal, asked) if f"| {name} |" not in said] == []

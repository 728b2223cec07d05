"""`.env.example` names what the settings read, and nothing else."""

import re

import pytest

READ = re.compile(r'environment\.\w+\(\s*"([A-Z_]+)"')
WRITTEN = re.compile(r"^#?([A-Z_]+)=(.*)$", re.MULTILINE)

# The demo's own, made or set by `make demo`; Makefile and README say what they are for.
DEMO_ONLY = {"PORT", "DEMO_DIR", "SIMULATOR_TOKEN"}
# With a default that fits most networks; docs/production.md says what it changes.
TUNING = {"DATABASE_POOL"}
# Where a test run keeps its own SQLite file (tests/environment.py).
TESTS_ONLY = {"TEST_SQLITE"}


@pytest.fixture(scope="module")
def example(root):
    return dict(WRITTEN.findall((root / ".env.example").read_text()))


def test_it_names_every_variable_that_is_read(root, example):
    read = set(READ.findall((root / "rapidresponse" / "settings.py").read_text()))

    assert read - DEMO_ONLY - TUNING - TESTS_ONLY == example.keys()


def test_what_may_be_tuned_is_explained(root):
    page = (root / "docs" / "production.md").read_text()

    assert [name for name in TUNING if f"| `{name}` |" not in page] == []


def test_it_gives_no_value_away(example):
    assert {name: value for name, value in example.items() if value} == {}


def test_compose_sets_only_what_it_names(example, compose):
    ours = {"REMAP_SIGTERM"}

    for service in compose["services"].values():
        if service["image"] == "rapidresponse":
            assert service["environment"].keys() - ours <= example.keys()

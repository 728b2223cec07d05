"""tools/with_services.py: servers that live exactly as long as one command."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tools import with_services
from tools.with_services import Missing

LOOK = """
import os, pathlib, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as database:
    database.execute("CREATE TABLE seen (id int)")
assert redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
pathlib.Path("addresses").write_text(os.environ["DATABASE_URL"])
raise SystemExit(7)
"""


@pytest.fixture
def servers_installed():
    try:
        with_services.postgres_binaries()
        with with_services.redis():
            pass
    except Missing as err:
        pytest.skip(str(err))


@pytest.fixture
def no_postgres(monkeypatch, tmp_path):
    monkeypatch.setattr(with_services, "POSTGRES_BINARIES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))


def run_tool(root, *arguments, cwd, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "tools.with_services", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(root)},
        **options,
    )


@pytest.mark.services
def test_it_gives_both_addresses_and_returns_what_the_command_returned(
    servers_installed, root, tmp_path
):
    tool = run_tool(root, "--", sys.executable, "-c", LOOK, cwd=tmp_path)

    assert tool.wait(60) == 7
    folder = (tmp_path / "addresses").read_text().partition("host=")[2]
    assert folder.startswith(tempfile.gettempdir())
    assert not Path(folder).exists()


@pytest.mark.services
def test_it_stops_the_servers_when_it_is_told_to_stop(servers_installed, root, tmp_path):
    command = ["sh", "-c", "echo $DATABASE_URL && exec tail -f /dev/null"]
    tool = run_tool(root, "--", *command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    folder = Path(tool.stdout.readline().strip().partition("host=")[2])
    assert (folder / "data").exists()

    tool.send_signal(signal.SIGTERM)

    assert tool.wait(60) == 128 + signal.SIGTERM
    assert not folder.exists()


def test_a_missing_server_is_an_error(no_postgres, capfd):
    assert with_services.main(["--", "touch", "never"]) == 1
    assert "apt install postgresql" in capfd.readouterr().err


def test_a_missing_server_is_said_loudly_where_it_is_optional(no_postgres, capfd, tmp_path):
    marker = tmp_path / "never"

    assert with_services.main(["--optional", "--", "touch", str(marker)]) == 0

    said = capfd.readouterr().err
    assert f"SKIPPED: touch {marker}" in said
    assert "PostgreSQL is not installed" in said
    assert not marker.exists()

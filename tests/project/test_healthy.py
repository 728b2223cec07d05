"""deploy/healthy.py: what a container's health check says."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection
from django.utils import timezone

from alerts.models import Heartbeat
from deploy import healthy


class Answering(BaseHTTPRequestHandler):
    """Says 200 on /healthz to whoever asks by the public name over https, 503 elsewhere."""

    def do_GET(self):
        by_name = self.headers["Host"] == "rapid.example"
        secure = self.headers["X-Forwarded-Proto"] == "https"
        self.send_response(200 if self.path == "/healthz" and by_name and secure else 503)
        self.end_headers()

    def log_message(self, *_):
        """Keep the test's output to itself."""


@pytest.fixture
def port():
    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_that_answers_is_healthy(port):
    assert healthy.main(["http", str(port), "/healthz"]) == 0


def test_a_server_that_is_not_ready_is_not(port, capsys):
    assert healthy.main(["http", str(port), "/readyz"]) == 1
    assert capsys.readouterr().out == "/readyz answered 503\n"


def test_a_server_that_is_gone_is_not(capsys):
    assert healthy.main(["http", "9", "/healthz"]) == 1
    assert capsys.readouterr().out == "port 9: ConnectionRefusedError\n"


def test_a_word_it_does_not_know_is_not_health(capsys):
    assert healthy.main(["pulse"]) == 1
    assert "health check" in capsys.readouterr().out


def test_it_reads_the_table_the_workers_write():
    table, columns = Heartbeat._meta.db_table, {f.column for f in Heartbeat._meta.fields}

    assert f"FROM {table} " in healthy.AGE
    assert {"name", "at"} <= columns


@pytest.fixture
def postgres_address(transactional_db, monkeypatch):
    """The test database, where it is one that deploy/healthy.py can open."""
    if connection.vendor != "postgresql":
        pytest.skip("the heartbeat row is read from PostgreSQL; `make test-services` has one")
    connection.ensure_connection()
    monkeypatch.setenv("DATABASE_URL", connection.connection.info.dsn)


@pytest.mark.parametrize(("seconds", "code"), [(5, 0), (120, 1)])
def test_a_worker_is_healthy_as_long_as_it_beats(postgres_address, seconds, code):
    Heartbeat.objects.create(name="pump", at=timezone.now() - timedelta(seconds=seconds))

    assert healthy.main(["beat", "pump"]) == code


def test_a_worker_that_never_beat_is_not_healthy(postgres_address, capsys):
    assert healthy.main(["beat", "pump"]) == 1
    assert capsys.readouterr().out == "pump never showed a sign of life\n"


def test_a_worker_without_its_database_is_not_healthy(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"postgres://rapid@/rapid?host={tmp_path}")

    assert healthy.main(["beat", "pump"]) == 1
    assert capsys.readouterr().out.startswith("database: ")

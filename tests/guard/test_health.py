"""Is the process alive; would a text get out?"""

import socket
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from alerts.models import Heartbeat


@pytest.fixture
def all_alive(db: None) -> None:
    for name in ("pump", "sweep"):
        Heartbeat.objects.beat(name)


def test_it_is_alive_without_asking_the_database(stranger: Client) -> None:
    # No database fixture: a query would fail this test.
    assert stranger.get("/healthz").json() == {"status": "ok"}


def test_it_answers_plain_http_inside_the_house(all_alive: None) -> None:
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/readyz").status_code == 200


def test_it_is_ready_when_all_are_alive(stranger: Client, all_alive: None) -> None:
    response = stranger.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": {"database": "ok", "pump": "ok", "sweep": "ok"},
        "warnings": [],
    }
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("dead", ["pump", "sweep"])
def test_it_is_not_ready_when_a_heartbeat_is_old(
    stranger: Client, all_alive: None, dead: str
) -> None:
    old = timezone.now() - timedelta(seconds=40)
    Heartbeat.objects.filter(name=dead).update(at=old)

    response = stranger.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"][dead].startswith("last seen 4")


def test_it_is_not_ready_before_anything_ran(stranger: Client, db: None) -> None:
    response = stranger.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["pump"] == "never seen"


def test_it_is_not_ready_without_its_database(stranger: Client, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE alerts_heartbeat RENAME TO alerts_gone")

    response = stranger.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "does not answer"}


def test_it_only_warns_without_the_broker(stranger: Client, all_alive: None, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    response = stranger.get("/readyz")

    assert response.status_code == 200
    assert response.json()["warnings"] == ["broker"]


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])

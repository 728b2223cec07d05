"""Signing in goes on while Redis is down."""

import time

import pytest
from django.core.cache import BaseCache
from django.test import Client

from alerts.guard.cache import SteadyRedisCache
from alerts.models import User
from tests.guard.signing_in import code_now, enrol
from tests.guard.test_health import free_port


@pytest.fixture
def dead_cache() -> SteadyRedisCache:
    return SteadyRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})


def test_it_remembers_in_the_process(dead_cache: BaseCache) -> None:
    assert dead_cache.add("spent", "y", timeout=30)
    assert not dead_cache.add("spent", "y", timeout=30)
    assert dead_cache.get("spent") == "y"
    assert dead_cache.delete("spent")
    assert dead_cache.get("spent", "nothing") == "nothing"


def test_it_does_not_wait_for_redis_each_time(dead_cache: BaseCache) -> None:
    started = time.monotonic()
    for turn in range(200):
        dead_cache.set(f"key-{turn}", turn)

    assert time.monotonic() - started < 1


def test_it_lets_people_sign_in(
    stranger: Client, account: User, settings: object, dead_cache: BaseCache
) -> None:
    address = f"redis://127.0.0.1:{free_port()}/0"
    backend = "alerts.guard.cache.SteadyRedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": address}}  # type: ignore[attr-defined]
    secret = enrol(account)

    stranger.post(
        "/account/login/", {"login": account.username, "password": "a long enough passphrase"}
    )
    stranger.post("/account/factors/authenticate/", {"code": code_now(secret)})

    assert stranger.get("/desk/stop/").status_code == 200

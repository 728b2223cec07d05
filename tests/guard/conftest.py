"""Browsers of people who are not quite in yet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from alerts.models import Person, User
from tests.guard.signing_in import over_https


@pytest.fixture(autouse=True)
def no_limits_from_before() -> Iterator[None]:
    # allauth counts sign-ins in the cache, which outlives a test.
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def unenrolled(make_person: Callable[..., Person]) -> Client:
    """Somebody who signed in with a password and has no second factor yet."""
    client = over_https(Client())
    client.force_login(make_person().accounts.get(), django_settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def account(make_person: Callable[..., Person]) -> User:
    """An account that can sign in with `a long enough passphrase`."""
    return make_person(name="Ana").accounts.get()


@pytest.fixture
def page() -> Callable[..., str]:
    """The text of a page that must be there: `page(client, "/desk/stop/")`."""

    def get(client: Client, path: str, *, status: int = 200, **headers: Any) -> str:
        response = client.get(path, headers=headers)
        assert response.status_code == status, (path, response.status_code)
        return response.content.decode()

    return get

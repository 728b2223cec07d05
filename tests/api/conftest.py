from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alerts.api.tokens import grant
from alerts.models import ApiToken, Person
from tests.guard.signing_in import over_https


class Api:
    """A program with a key."""

    def __init__(self, key: str, person: Person) -> None:
        self.person = person
        self.client = over_https(Client(headers={"Authorization": f"Token {key}"}))

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, /, **said: Any) -> Any:
        return self.client.post(f"/api/v1/{path}", said, content_type="application/json")


@pytest.fixture
def make_api(make_person: Callable[..., Person]) -> Callable[..., Api]:
    def make(*scopes: str, hours: float = 10, **columns: Any) -> Api:
        person = make_person(**columns)
        key = grant(
            person.accounts.get(),
            scopes=scopes or ApiToken.SCOPES,
            life=timedelta(hours=hours),
        )
        return Api(key, person)

    return make


@pytest.fixture
def api(make_api: Callable[..., Api]) -> Api:
    return make_api()

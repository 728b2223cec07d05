"""Keys: what they open, for how long, and what refuses them."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from alerts.api.tokens import LifeTooLong, grant
from alerts.models import ApiToken, Person
from tests.guard.signing_in import over_https

pytestmark = pytest.mark.django_db

DOORS = [
    ("post", "reports/", "report"),
    ("get", "incidents/", "read"),
    ("post", "incidents/{incident}/claim/", "judge"),
    ("post", "incidents/{incident}/judge/", "judge"),
    ("post", "alerts/", "release"),
    ("post", "alerts/{incident}/release/", "release"),
    ("post", "alerts/{incident}/stop/", "release"),
    ("get", "alerts/{incident}/", "read"),
    ("post", "places/resolve/", "read"),
]


@pytest.mark.parametrize(("method", "door", "scope"), DOORS)
def test_it_asks_for_a_key(stranger, make_incident, method, door, scope):
    path = "/api/v1/" + door.format(incident=make_incident().pk)

    assert getattr(stranger, method)(path).status_code == 401


@pytest.mark.parametrize(("method", "door", "scope"), DOORS)
def test_it_asks_for_the_right_scope(make_api, make_incident, method, door, scope):
    others = [name for name in ApiToken.SCOPES if name != scope]
    path = door.format(incident=make_incident().pk)

    assert getattr(make_api(*others), method)(path).status_code == 403


def test_it_lets_nobody_in_whose_account_was_closed(api):
    Person.objects.filter(pk=api.person.pk).update(is_active=False)

    assert api.get("incidents/").status_code == 401


def test_it_ends_with_the_key(api, time_machine):
    ApiToken.objects.update(expiry="2020-01-01T00:00:00Z")

    assert api.get("incidents/").status_code == 401


@pytest.mark.parametrize(
    "header", ["Token", "Token x y", "Token ÿþ", "Bearer x", "Token " + "a" * 900]
)
def test_it_refuses_what_is_no_key_without_breaking(header):
    client = over_https(Client(headers={"Authorization": header}))

    assert client.get("/api/v1/incidents/").status_code == 401


def test_it_keeps_no_key_that_could_be_stolen(make_person):
    secret = grant(make_person().accounts.get(), scopes=["read"], life=timedelta(hours=1))

    row = ApiToken.objects.get()
    assert secret not in (row.digest, row.token_key)
    assert len(row.token_key) < len(secret) / 2


def test_it_makes_no_key_that_may_release_for_longer_than_a_shift(make_person):
    with pytest.raises(LifeTooLong):
        grant(make_person().accounts.get(), scopes=["release"], life=timedelta(hours=13))


def test_it_is_made_on_the_command_line(make_person):
    user = make_person().accounts.get()
    out = StringIO()

    call_command("create_token", user.username, "--may", "release", "--hours", "12", stdout=out)

    client = over_https(Client(headers={"Authorization": f"Token {out.getvalue().strip()}"}))
    assert client.get("/api/v1/incidents/").status_code == 403
    assert ApiToken.objects.get().scopes == ["release"]


@pytest.mark.parametrize(
    "words",
    [
        ["nobody", "--may", "read"],
        ["volunteer1", "--may", "release", "--hours", "13"],
        ["volunteer1", "--may", "read", "--hours", "-1"],
    ],
)
def test_it_says_why_it_makes_no_key(make_person, words):
    make_person()

    with pytest.raises(CommandError):
        call_command("create_token", *words)
    assert not ApiToken.objects.exists()

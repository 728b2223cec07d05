"""An invitation link makes one account, once."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from alerts.guard import staffing
from alerts.models import Invitation, Person, User
from tests.guard.signing_in import over_https

PASSWORD = "correct horse battery staple"


@pytest.fixture
def secret(make_person: Callable[..., Person]) -> str:
    """The secret of an invitation for 김하나, a coordinator-to-be who reads Korean."""
    by = make_person(name="Coco", role=Person.Role.COORDINATOR)
    return staffing.invite(name="김하나", role=Person.Role.COORDINATOR, language="ko", by=by)


def accept(client: Client, secret: str, **typed: str) -> Any:
    form = {"username": "hana", "password": PASSWORD, "again": PASSWORD, **typed}
    return client.post(f"/invited/{secret}/", form)


def test_it_welcomes_the_invited_person_by_name(stranger: Client, secret: str) -> None:
    response = stranger.get(f"/invited/{secret}/")

    assert "김하나" in response.content.decode()
    assert response["Cache-Control"] == "no-store" or "no-store" in response["Cache-Control"]
    assert Invitation.objects.get().used_at is None


def test_it_makes_the_person_and_the_account_and_asks_for_a_factor(
    stranger: Client, secret: str
) -> None:
    response = accept(stranger, secret)

    user = User.objects.get(username="hana")
    assert (user.person.name, user.person.role, user.person.language) == (
        "김하나",
        "coordinator",
        "ko",
    )
    assert response["Location"] == "/account/factors/"
    assert response.cookies["django_language"].value == "ko"
    assert stranger.get("/desk/stop/")["Location"] == "/account/factors/"


def test_it_does_not_ask_for_the_password_just_typed(stranger: Client, secret: str) -> None:
    accept(stranger, secret)

    assert stranger.get("/account/factors/totp/activate/").status_code == 200


def test_it_lets_somebody_use_a_passkey_only(stranger: Client, secret: str) -> None:
    response = accept(stranger, secret, password="", again="")

    assert response["Location"] == "/account/factors/webauthn/add/"
    assert not User.objects.get(username="hana").has_usable_password()
    assert stranger.get(response["Location"]).status_code == 200


def test_it_works_once(stranger: Client, secret: str) -> None:
    accept(stranger, secret)

    again = accept(over_https(Client()), secret, username="somebody.else")

    assert again.status_code == 404
    assert "This invitation is over" in again.content.decode()
    assert not User.objects.filter(username="somebody.else").exists()


@pytest.mark.django_db(transaction=True)
def test_it_lets_one_of_two_in_at_once(make_person: Callable[..., Person]) -> None:
    secret = staffing.invite(name="Ana", role="verifier", language="es", by=make_person())
    together = Barrier(2)
    answers: list[int] = []

    def hurry(name: str) -> None:
        client = over_https(Client())
        together.wait()
        answers.append(accept(client, secret, username=name).status_code)
        connection.close()

    racers = [Thread(target=hurry, args=(name,)) for name in ("ana.one", "ana.two")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(answers) == [302, 404]
    assert User.objects.filter(username__startswith="ana.").count() == 1


def test_it_runs_out(stranger: Client, secret: str) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert stranger.get(f"/invited/{secret}/").status_code == 404
    assert accept(stranger, secret).status_code == 404
    assert not User.objects.filter(username="hana").exists()


@pytest.mark.parametrize("wrong", ["x", "A" * 32, "%00", "..%2f..%2fetc", "김"])
def test_it_knows_no_other_links(stranger: Client, db: None, wrong: str) -> None:
    assert stranger.get(f"/invited/{wrong}/").status_code == 404


def test_it_keeps_only_a_digest_of_the_link(secret: str) -> None:
    assert secret not in str(Invitation.objects.values().get())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"again": "something else entirely"}, "This is not the password above."),
        ({"username": "two words"}, "Letters, digits, dots and hyphens only."),
        ({"username": ""}, "This field is required."),
        ({"username": "volunteer1"}, "Somebody has this name already."),
        ({"username": "VOLUNTEER1"}, "Somebody has this name already."),
        ({"username": "x" * 41}, "at most 40 characters"),
        ({"username": "na\x00me"}, "Null characters are not allowed."),
    ],
)
def test_it_says_what_is_wrong_and_stays_open(
    stranger: Client, secret: str, typed: dict[str, str], said: str
) -> None:
    stranger.cookies["django_language"] = "en"

    response = accept(stranger, secret, **typed)

    assert response.status_code == 200
    assert said in response.content.decode()
    assert Invitation.objects.get().used_at is None


def test_it_takes_korean_and_spanish_names(stranger: Client, secret: str) -> None:
    accept(stranger, secret, username="하나.Ñandú")

    assert User.objects.filter(username="하나.ñandú").exists()

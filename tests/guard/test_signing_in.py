"""Password, then code; or a passkey. Wrong ones stay outside."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from alerts.models import Person, User
from tests.guard.signing_in import code_now, enrol, over_https, sign_in

PASSWORD = "a long enough passphrase"


def type_password(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": user.username, "password": password})


def test_it_asks_for_the_code_after_the_password(stranger: Client, account: User) -> None:
    enrol(account)

    response = type_password(stranger, account)

    assert response["Location"] == "/account/factors/authenticate/"
    assert stranger.get("/desk/stop/")["Location"].startswith("/account/login/")


def test_it_lets_in_with_the_right_code(stranger: Client, account: User) -> None:
    secret = enrol(account)
    type_password(stranger, account)

    stranger.post("/account/factors/authenticate/", {"code": code_now(secret)})

    assert stranger.get("/desk/stop/").status_code == 200


def test_it_keeps_out_with_a_wrong_code(stranger: Client, account: User) -> None:
    secret = enrol(account)
    type_password(stranger, account)
    wrong = f"{(int(code_now(secret)) + 1) % 1_000_000:06d}"

    response = stranger.post("/account/factors/authenticate/", {"code": wrong})

    assert "Incorrect code" in response.content.decode()
    assert stranger.get("/desk/stop/").status_code == 302


def test_it_takes_a_code_once(account: User) -> None:
    with time_machine.travel("2026-11-23 14:00:01+00:00", tick=False):
        secret = enrol(account)
        code = code_now(secret)
        first, second = over_https(Client()), over_https(Client())
        for browser in (first, second):
            type_password(browser, account)
            browser.post("/account/factors/authenticate/", {"code": code})

        assert first.get("/desk/stop/").status_code == 200
        assert second.get("/desk/stop/").status_code == 302


def test_it_keeps_out_with_a_wrong_password(stranger: Client, account: User) -> None:
    response = type_password(stranger, account, "something else entirely")

    assert response.status_code == 200
    assert "not correct" in response.content.decode()


def test_it_stops_guessing(stranger: Client, account: User) -> None:
    for _turn in range(6):
        type_password(stranger, account, "something else entirely")

    assert "Too many" in type_password(stranger, account).content.decode()


def test_it_keeps_out_a_deactivated_person(stranger: Client, account: User) -> None:
    Person.objects.update(is_active=False)

    response = type_password(stranger, account)

    assert response["Location"] == "/account/inactive/"
    assert "_auth_user_id" not in stranger.session


def test_it_goes_on_in_the_persons_language(
    stranger: Client, make_person: Callable[..., Person]
) -> None:
    person = make_person(language="ko")

    response = type_password(stranger, person.accounts.get())

    assert response.cookies["django_language"].value == "ko"


def test_it_keeps_the_language_the_browser_chose(
    stranger: Client, make_person: Callable[..., Person]
) -> None:
    stranger.cookies["django_language"] = "es"

    response = type_password(stranger, make_person(language="ko").accounts.get())

    assert "django_language" not in response.cookies


def test_it_offers_a_passkey(stranger: Client, db: None) -> None:
    page = stranger.get("/account/login/").content.decode()

    assert 'id="passkey_login"' in page
    options = stranger.get(
        "/account/factors/webauthn/login/", headers={"Accept": "application/json"}
    ).json()
    assert options["request_options"]["publicKey"]["challenge"]


def test_it_seals_the_secret_of_an_app(account: User) -> None:
    secret = enrol(account)

    kept = Authenticator.objects.values_list("data", flat=True).get()

    assert secret not in str(kept)
    assert secret.encode().hex() not in str(kept)


def test_it_enrols_with_an_app_and_forgets_the_secret_in_the_session(
    stranger: Client, account: User
) -> None:
    type_password(stranger, account)
    stranger.post("/account/reauthenticate/", {"password": PASSWORD})
    setup = stranger.get("/account/factors/totp/activate/").content.decode()
    secret = re.search(r'translate="no">([A-Z2-7]{32})<', setup)[1]

    done = stranger.post("/account/factors/totp/activate/", {"code": code_now(secret)})

    assert done["Location"] == "/account/factors/recovery-codes/"
    assert stranger.get("/desk/stop/").status_code == 200
    assert secret not in str(dict(stranger.session))


def test_it_asks_again_before_it_changes_a_factor(verifier: Client) -> None:
    response = verifier.get("/account/factors/totp/deactivate/")

    assert response["Location"].startswith("/account/reauthenticate/")


@pytest.mark.parametrize(
    "path",
    [
        "/account/signup/",
        "/account/email/",
        "/account/password/reset/",
        "/account/confirm-email/",
        "/account/login/code/confirm/",
        "/accounts/login/",
        "/admin/",
    ],
)
def test_it_has_no_door_for_sign_up_mail_or_reset(stranger: Client, path: str, db: None) -> None:
    assert stranger.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/account/login/",
        "/account/logout/",
        "/account/inactive/",
        "/account/reauthenticate/",
        "/account/password/change/",
        "/account/factors/",
        "/account/factors/reauthenticate/",
        "/account/factors/webauthn/",
        "/account/factors/webauthn/add/",
        "/account/factors/recovery-codes/generate/",
        "/account/factors/totp/deactivate/",
    ],
)
def test_it_shows_its_pages_in_our_clothes_without_inline_script(
    verifier: Client, stranger: Client, path: str
) -> None:
    verifier.post("/account/reauthenticate/", {"password": PASSWORD})
    client = stranger if path in {"/account/login/", "/account/inactive/"} else verifier

    page = client.get(path).content.decode()

    assert "css/site.css" in page
    assert re.search(r"<script(?![^>]*(src=|application/json))", page) is None
    assert re.search(r"\s(style|on\w+)=", page) is None


def test_it_lets_a_person_without_a_password_choose_one(verifier: Client) -> None:
    user = verifier.person.accounts.get()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    sign_in(verifier, user)
    assert verifier.get("/account/password/set/").status_code == 200

    typed = {"password1": "correct horse battery", "password2": "correct horse battery"}
    verifier.post("/account/password/set/", typed)

    user.refresh_from_db()
    assert user.check_password("correct horse battery")


def test_it_refuses_a_password_that_is_too_short(verifier: Client) -> None:
    typed = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}

    page = verifier.post("/account/password/change/", typed).content.decode()

    assert "too short" in page
    assert verifier.person.accounts.get().check_password(PASSWORD)

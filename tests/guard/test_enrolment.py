"""No staff page opens without a second factor."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from alerts.guard.enrolment import STAFF_PATHS
from alerts.models import User

ANY_ID = str(UUID(int=7))
EXAMPLES = {
    "uuid": ANY_ID,
    "int": "1",
    "str": "word",
    "slug": "word",
    "path": "word",
}


def every_staff_path() -> list[str]:
    return sorted(path for path in paths(get_resolver()) if path.startswith(STAFF_PATHS))


def paths(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        here = before + filled(pattern)
        if isinstance(pattern, URLResolver):
            yield from paths(pattern, here)
        else:
            yield here


def filled(pattern: URLPattern | URLResolver) -> str:
    """Return a pattern's route with an example for each of its arguments."""
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        for argument in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(argument, EXAMPLES[kind])
    return route


def test_it_finds_the_staff_pages() -> None:
    assert {"/desk/stop/", "/coordinate/people/"} <= set(every_staff_path())


def test_it_sends_staff_without_a_factor_to_enrol_on_every_staff_page(unenrolled: Client) -> None:
    for path in every_staff_path():
        for response in (unenrolled.get(path), unenrolled.post(path)):
            assert response.status_code == 302, path
            assert response["Location"] == "/account/factors/", path


def test_it_asks_strangers_to_sign_in_on_every_staff_page(stranger: Client, db: None) -> None:
    for path in every_staff_path():
        response = stranger.get(path)
        # 503: the live stream is served by another process.
        assert response.status_code in {302, 405, 503}, path
        if response.status_code == 302:
            assert response["Location"].startswith("/account/login/"), path


def test_it_does_nothing_for_strangers_who_post(stranger: Client, db: None) -> None:
    for path in every_staff_path():
        assert stranger.post(path).status_code in {302, 403, 405, 503}, path


def test_it_does_not_take_recovery_codes_alone_for_a_factor(unenrolled: Client) -> None:
    RecoveryCodes.activate(User.objects.get())

    assert unenrolled.get("/desk/stop/")["Location"] == "/account/factors/"


def test_it_opens_the_desk_once_there_is_a_factor(verifier: Client) -> None:
    assert verifier.get("/desk/stop/").status_code == 200


def test_it_closes_the_desk_again_when_the_factor_is_taken_off(verifier: Client) -> None:
    Authenticator.objects.all().delete()

    assert verifier.get("/desk/stop/")["Location"] == "/account/factors/"


@pytest.mark.parametrize("path", ["/account/factors/", "/account/factors/webauthn/add/"])
def test_it_lets_people_without_a_factor_reach_the_pages_that_give_one(
    unenrolled: Client, path: str
) -> None:
    assert unenrolled.get(path).status_code in {200, 302}
    assert unenrolled.get(path).headers.get("Location", "") != "/account/factors/"

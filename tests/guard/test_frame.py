"""The frame around every page: doors one may open, who is on shift, the reader's language."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alerts.models import Person, Shift

PAGE = "/desk/stop/"


def shift(person: Person, *, hours: float) -> None:
    now = timezone.now()
    Shift.objects.create(
        person=person, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=hours)
    )


def test_it_shows_the_doors_one_may_open(verifier: Client, coordinator: Client) -> None:
    assert 'href="/coordinate/people/"' not in verifier.get(PAGE).content.decode()
    assert 'href="/coordinate/people/"' in coordinator.get(PAGE).content.decode()


def test_it_marks_where_one_is(coordinator: Client) -> None:
    page = coordinator.get("/coordinate/people/").content.decode()

    assert 'href="/coordinate/people/" aria-current="page"' in page
    assert page.count('aria-current="page"') == 1


def test_it_says_who_is_on_shift_and_until_when(
    verifier: Client, make_person: Callable[..., Person]
) -> None:
    for name in ("Ana", "Grace"):
        shift(make_person(name=name), hours=2)
    shift(make_person(name="Gone"), hours=-0.5)

    page = verifier.get(PAGE).content.decode()

    assert "On shift: Ana, Grace until " in page
    assert "Gone" not in page


def test_it_says_when_nobody_is_on_shift(verifier: Client) -> None:
    assert "Nobody is on shift" in verifier.get(PAGE).content.decode()


def test_it_shows_strangers_nothing_of_the_staff(stranger: Client, db: None) -> None:
    page = stranger.get("/account/login/").content.decode()

    assert "STOP ALL" not in page
    assert "On shift" not in page
    assert "htmx" not in page.replace("htmx-config", "")


@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_it_keeps_the_language_somebody_chose(stranger: Client, db: None, language: str) -> None:
    response = stranger.post("/i18n/setlang/", {"language": language, "next": "/account/login/"})

    assert response["Location"] == "/account/login/"
    page = stranger.get("/account/login/").content.decode()
    assert f'<html lang="{language}">' in page


def test_it_goes_to_no_other_site_after_the_language(stranger: Client, db: None) -> None:
    response = stranger.post("/i18n/setlang/", {"language": "es", "next": "https://evil.example/"})

    assert "evil" not in response["Location"]


def test_it_names_the_network_in_the_readers_language(stranger: Client, db: None) -> None:
    stranger.cookies["django_language"] = "ko"

    assert "코리아타운 긴급대응망" in stranger.get("/account/login/").content.decode()


def test_it_keeps_pages_out_of_the_browsers_storage(verifier: Client) -> None:
    assert '"historyCacheSize": 0' in verifier.get(PAGE).content.decode()

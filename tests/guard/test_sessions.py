"""A session ends by itself, and at once when somebody is shut out."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from alerts.guard import staffing
from alerts.models import Person
from alerts.models.tokens import ApiToken

PAGE = "/desk/stop/"
START = "2026-11-23 14:00:00+00:00"


def test_it_ends_after_half_an_hour_without_a_hand(signed_in: Callable[..., Client]) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = signed_in()
        client.get(PAGE)
        clock.shift(timedelta(minutes=31))

        response = client.get(PAGE)

        assert response["Location"] == f"/account/login/?next={PAGE}"
        assert "_auth_user_id" not in client.session


def test_it_lives_on_while_somebody_works(signed_in: Callable[..., Client]) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = signed_in()
        for _turn in range(4):
            assert client.get(PAGE).status_code == 200
            clock.shift(timedelta(minutes=20))


def test_it_does_not_count_what_a_page_fetches_by_itself(signed_in: Callable[..., Client]) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = signed_in()
        client.get(PAGE)
        for _turn in range(2):
            clock.shift(timedelta(minutes=16))
            response = client.get(PAGE, headers={"HX-Request": "true"})

        assert response.status_code == 200
        assert response["HX-Redirect"].startswith("/account/login/")


def test_it_ends_after_twelve_hours_anyway(signed_in: Callable[..., Client]) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = signed_in()
        for _turn in range(25):
            assert client.get(PAGE).status_code == 200
            clock.shift(timedelta(minutes=29))

        assert client.get(PAGE).status_code == 302


def test_it_sends_a_fragments_whole_page_to_the_sign_in(stranger: Client, db: None) -> None:
    where = "https://rapid.example/desk/incidents/1/?tab=2"

    response = stranger.get(PAGE, headers={"HX-Request": "true", "HX-Current-URL": where})

    assert response["HX-Redirect"] == "/account/login/?next=%2Fdesk%2Fincidents%2F1%2F"
    assert response.content == b""


def test_it_shows_a_whole_page_to_whoever_a_fragment_refuses(verifier: Client) -> None:
    answer = verifier.post("/desk/resume/", headers={"HX-Request": "true"})

    assert answer.status_code == 403
    assert answer["HX-Refresh"] == "true"
    assert "HX-Refresh" not in verifier.get(PAGE, headers={"HX-Request": "true"})


def test_it_is_over_at_the_next_click_of_somebody_shut_out(
    verifier: Client, coordinator: Client
) -> None:
    assert verifier.get(PAGE).status_code == 200

    coordinator.post(f"/coordinate/people/{verifier.person.pk}/deactivate/")

    assert verifier.get(PAGE)["Location"].startswith("/account/login/")
    assert coordinator.get(PAGE).status_code == 200


def test_it_does_not_come_back_when_they_are_let_in_again(
    verifier: Client, coordinator: Client
) -> None:
    verifier.get(PAGE)
    person = verifier.person

    coordinator.post(f"/coordinate/people/{person.pk}/deactivate/")
    coordinator.post(f"/coordinate/people/{person.pk}/reactivate/")

    assert verifier.get(PAGE).status_code == 302
    assert Session.objects.count() == 1


def test_it_takes_the_keys_of_the_api_along(verifier: Client, coordinator: Client) -> None:
    ApiToken.objects.create(user=verifier.person.accounts.get(), scopes=["read"])

    staffing.deactivate(verifier.person)

    assert not ApiToken.objects.exists()


def test_it_ends_for_a_person_marked_inactive_anywhere_else(verifier: Client) -> None:
    verifier.get(PAGE)

    Person.objects.filter(pk=verifier.person.pk).update(is_active=False)

    assert verifier.get(PAGE)["Location"].startswith("/account/login/")

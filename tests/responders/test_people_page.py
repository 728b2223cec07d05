"""Coordinators invite, shut out and let in; nobody else does."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from alerts.models import Invitation, Person

PAGE = "/coordinate/people/"


def invite(client: Client, **typed: str) -> Any:
    form = {"name": "Íñigo Peña", "role": "verifier", "language": "es", **typed}
    return client.post(f"{PAGE}invite/", form)


def test_it_lists_the_staff(coordinator: Client, make_person: Callable[..., Person]) -> None:
    make_person(name="박지우")

    page = coordinator.get(PAGE).content.decode()

    assert "박지우" in page
    assert "Coco" in page


def test_it_shows_a_script_in_a_name_as_text(
    coordinator: Client, stranger: Client, make_person: Callable[..., Person]
) -> None:
    script = "<script>alert(1)</script>"
    make_person(name=script)

    shown = invite(coordinator, name=script).content.decode()

    assert script not in shown
    assert "&lt;script&gt;" in shown
    link = re.search(r"/invited/[\w-]{32}/", shown)[0]
    assert script not in stranger.get(link).content.decode()
    assert script not in coordinator.get("/desk/").content.decode()


def test_it_shows_no_number_of_the_staff(coordinator: Client) -> None:
    assert (
        coordinator.person.number.removeprefix("+1") not in coordinator.get(PAGE).content.decode()
    )


def test_it_shows_a_new_link_once(coordinator: Client, stranger: Client) -> None:
    shown = invite(coordinator).content.decode()

    link = re.search(r"https://rapid\.example(/invited/[\w-]{32}/)", shown)[1]
    assert "Íñigo Peña" in stranger.get(link).content.decode()
    assert "<svg" in shown
    again = coordinator.get(PAGE).content.decode()
    assert "Íñigo Peña" in again
    assert link not in again
    assert link not in str(dict(coordinator.session))


def test_it_makes_one_invitation_of_two_clicks_and_the_last_link_works(
    coordinator: Client, stranger: Client
) -> None:
    pages = [invite(coordinator).content.decode() for _click in range(2)]

    first, second = (re.search(r"/invited/[\w-]{32}/", page)[0] for page in pages)
    assert Invitation.objects.count() == 1
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200


def test_it_withdraws_an_invitation(coordinator: Client) -> None:
    invite(coordinator)
    invitation = Invitation.objects.get()

    for _click in range(2):
        coordinator.post(f"{PAGE}invitations/{invitation.pk}/withdraw/")

    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [{"name": ""}, {"name": "x" * 61}, {"role": "king"}, {"language": "tlh"}, {"name": "a\x00"}],
)
def test_it_invites_nobody_by_a_wrong_form(coordinator: Client, typed: dict[str, str]) -> None:
    response = invite(coordinator, **typed)

    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Invitation.objects.exists()


def test_it_changes_a_role_from_the_next_click_on(coordinator: Client, verifier: Client) -> None:
    coordinator.post(f"{PAGE}{verifier.person.pk}/role/", {"role": "coordinator"})

    assert verifier.get(PAGE).status_code == 200


def test_it_knows_no_other_role(coordinator: Client, verifier: Client) -> None:
    coordinator.post(f"{PAGE}{verifier.person.pk}/role/", {"role": "admin"})

    verifier.person.refresh_from_db()
    assert verifier.person.role == Person.Role.VERIFIER


@pytest.mark.parametrize(("step", "typed"), [("deactivate", {}), ("role", {"role": "verifier"})])
def test_it_keeps_the_last_coordinator(
    coordinator: Client, step: str, typed: dict[str, str]
) -> None:
    response = coordinator.post(f"{PAGE}{coordinator.person.pk}/{step}/", typed, follow=True)

    assert "This is the last coordinator" in response.content.decode()
    coordinator.person.refresh_from_db()
    assert coordinator.person.may("coordinate")


def test_it_lets_a_coordinator_go_when_there_is_another(
    coordinator: Client, make_person: Callable[..., Person]
) -> None:
    make_person(role=Person.Role.COORDINATOR)

    coordinator.post(f"{PAGE}{coordinator.person.pk}/deactivate/")

    assert coordinator.get(PAGE)["Location"].startswith("/account/login/")


def test_it_does_not_mind_a_second_click(coordinator: Client, verifier: Client) -> None:
    for step in ("deactivate", "deactivate", "reactivate", "reactivate"):
        assert coordinator.post(f"{PAGE}{verifier.person.pk}/{step}/").status_code == 302

    verifier.person.refresh_from_db()
    assert verifier.person.is_active


def test_it_knows_nobody_by_a_made_up_id(coordinator: Client) -> None:
    nobody = "00000000-0000-0000-0000-000000000007"

    for step in ("deactivate", "reactivate", "role"):
        assert coordinator.post(f"{PAGE}{nobody}/{step}/", {"role": "verifier"}).status_code == 404


def test_it_is_for_coordinators(verifier: Client, make_person: Callable[..., Person]) -> None:
    other = make_person()
    doors = [PAGE, f"{PAGE}invite/", f"{PAGE}responders/", f"{PAGE}responders/add/"]
    doors += [f"{PAGE}{other.pk}/{step}/" for step in ("deactivate", "reactivate", "role")]

    for door in doors:
        assert verifier.post(door).status_code in {403, 405}, door
        assert verifier.get(door).status_code in {403, 405}, door

    other.refresh_from_db()
    assert other.is_active
    assert not Invitation.objects.exists()

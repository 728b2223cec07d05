"""`manage.py create_coordinator` opens an empty house."""

import re
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from alerts.models import Invitation, Person, User

PASSWORD = "correct horse battery staple"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("create_coordinator", *arguments)
    return capsys.readouterr().out


def test_it_prints_a_link_that_makes_a_coordinator(
    stranger: Client, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    link = run(capsys, "--name", "김하나", "--language", "ko").strip()

    path = re.fullmatch(r"https://rapid\.example(/invited/[\w-]{32}/)", link)[1]
    stranger.post(path, {"username": "hana", "password": PASSWORD, "again": PASSWORD})
    assert User.objects.get(username="hana").person.role == Person.Role.COORDINATOR


def test_it_makes_no_account_by_itself(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--name", "Coco")

    assert not User.objects.exists()
    assert Invitation.objects.count() == 1


def test_it_replaces_a_link_that_was_not_used(
    stranger: Client, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    first = run(capsys, "--name", "Coco").strip()
    run(capsys, "--name", "Coco")

    assert Invitation.objects.count() == 1
    assert stranger.get(first.removeprefix("https://rapid.example")).status_code == 404


def test_it_refuses_where_a_coordinator_can_invite(
    make_person: Callable[..., Person], capsys: pytest.CaptureFixture[str]
) -> None:
    make_person(role=Person.Role.COORDINATOR)

    with pytest.raises(CommandError, match="There is a coordinator already"):
        run(capsys, "--name", "Coco")
    assert not Invitation.objects.exists()


def test_it_helps_when_nobody_can_sign_in_any_more(
    make_person: Callable[..., Person], capsys: pytest.CaptureFixture[str]
) -> None:
    make_person(role=Person.Role.COORDINATOR)

    assert "/invited/" in run(capsys, "--name", "Coco", "--another")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_it_wants_a_name(db: None, capsys: pytest.CaptureFixture[str], name: str) -> None:
    with pytest.raises(CommandError, match="1 to 60 characters"):
        run(capsys, "--name", name)


def test_it_takes_no_password_on_the_command_line(db: None) -> None:
    with pytest.raises(CommandError, match="unrecognized arguments"):
        call_command("create_coordinator", "--name", "Coco", "--password", "x")

"""Calling people when SMS itself is what is broken."""

import logging

import pytest
from django.core import mail

from alerts.dispatch.consequences import Complaint, stop_everything
from alerts.dispatch.pager import page_otherwise
from alerts.models import Network

NOBODY_LISTENS = "127.0.0.1:9"


@pytest.fixture
def mailed(settings):
    """Two people who are called by e-mail; the list of what was written to them."""
    settings.PAGER_EMAIL = ["ana@example.org", "minjun@example.org"]
    settings.EMAIL_URL = "memorymail://"
    settings.PUBLIC_URL = "https://rapid.example"
    return mail.outbox


def test_it_calls_by_both_ways(paged, mailed):
    assert page_otherwise()

    assert paged == [""]
    assert len(mailed) == 1


def test_it_writes_the_address_of_the_desk_and_nothing_else(mailed):
    page_otherwise()

    (message,) = mailed
    assert message.body.splitlines() == [
        "Something at the desk needs you: https://rapid.example/desk/",
        "Algo en la mesa de control le espera: https://rapid.example/desk/",
        "상황실에 확인할 일이 있습니다: https://rapid.example/desk/",
    ]


def test_it_shows_nobody_who_else_was_called(mailed):
    page_otherwise()

    (message,) = mailed
    assert message.recipients() == ["ana@example.org", "minjun@example.org"]
    assert "@example.org" not in str(message.message())


def test_it_writes_when_the_pager_service_is_away(mailed, settings):
    settings.PAGER_URL = f"http://{NOBODY_LISTENS}/page"

    assert page_otherwise()

    assert len(mailed) == 1


@pytest.mark.parametrize("address", ["http://[nonsense/", "http://127.0.0.1:port/"])
def test_it_writes_when_the_address_is_nonsense(mailed, settings, address):
    settings.PAGER_URL = address

    assert page_otherwise()

    assert len(mailed) == 1


def test_it_posts_when_the_mail_server_is_away(paged, mailed, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = NOBODY_LISTENS.split(":")

    assert page_otherwise()

    assert paged == [""]


def test_it_logs_what_failed_by_its_kind_only(mailed, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = NOBODY_LISTENS.split(":")

    assert not page_otherwise()

    assert caplog.messages == ["PAGER_EMAIL was not reached: ConnectionRefusedError"]


def test_it_says_that_nothing_is_set_up(caplog):
    with caplog.at_level(logging.ERROR):
        assert not page_otherwise()

    assert "neither PAGER_URL nor PAGER_EMAIL" in caplog.text
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_carrier_that_refuses_the_account_calls_once(
    paged, mailed, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        stop_everything([Complaint(None, "20003")])
        stop_everything([Complaint(None, "20003")])
        assert (paged, mailed) == ([], [])

    assert Network.objects.current().is_stopped
    assert (paged, len(mailed)) == ([""], 1)

"""The style sheet is served, and other pages do not pay for how it is."""

import pytest
from asgiref.sync import AsyncToSync
from django.test import Client


def test_it_serves_our_own_files(client: Client, settings) -> None:
    settings.SERVESTATIC_USE_FINDERS = True

    answer = client.get("/static/css/site.css", secure=True)

    assert answer.status_code == 200
    assert b"".join(answer).strip()


def test_it_says_so_where_there_is_none(client: Client, transactional_db: None) -> None:
    assert client.get("/static/css/none.css", secure=True).status_code == 404


def test_it_leads_no_other_page_through_an_event_loop(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def detour(*_arguments: object) -> None:
        raise AssertionError("a page went through an event loop")

    monkeypatch.setattr(AsyncToSync, "__call__", detour)

    assert client.get("/", secure=True).status_code == 200

"""A reporter's own page."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from alerts.models import Incident, Message, Person, Photo, Report, ReportReceipt
from alerts.triage.threads import ask
from tests.guard.signing_in import over_https
from tests.intake.conftest import photo_file
from tests.intake.filling import TYPED, hidden_in, slowly

WRONG = "/report/AAAAAAAAAAAAAAAA/"


def same_for_all(content: bytes) -> bytes:
    """A page without its form token and its own address."""
    return re.sub(rb'(name="(?:csrfmiddlewaretoken|next)" value=)"[^"]*"', rb"\1", content)


@pytest.fixture
def page(neighbour: Client) -> str:
    """The address of a report's page."""
    return neighbour.post("/report/", {**TYPED, "token": slowly(), "step": "send"})["Location"]


def test_it_thanks_and_says_what_happens_now(neighbour: Client, page: str) -> None:
    answer = neighbour.get(page)
    assert answer.status_code == 200
    assert b"Thank you for your report" in answer.content
    assert b"A volunteer will read your report" in answer.content


def test_it_tells_the_time_of_the_neighbourhood(neighbour: Client, page: str) -> None:
    ReportReceipt.objects.update(created_at=datetime(2026, 11, 23, 18, 5, tzinfo=UTC))
    assert "at 10:05" in neighbour.get(page).content.decode()


def test_it_never_shows_the_report(neighbour: Client, page: str) -> None:
    content = neighbour.get(page).content.decode()
    assert TYPED["text"] not in content
    assert "Vermont" not in content


def test_it_is_neither_cached_nor_given_away(neighbour: Client, page: str) -> None:
    answer = neighbour.get(page)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert 'content="noindex' in answer.content.decode()


def test_it_keeps_only_a_digest_of_the_address(neighbour: Client, page: str) -> None:
    secret = page.split("/")[2]
    assert secret not in ReportReceipt.objects.get().digest


@pytest.mark.parametrize(
    "path", [WRONG, "/report/short/", "/report/%00/", "/report/" + "A" * 400 + "/", "/report/é/"]
)
def test_it_answers_every_wrong_address_alike(neighbour: Client, page: str, path: str) -> None:
    answer = neighbour.get(path)
    assert answer.status_code == 404
    assert same_for_all(answer.content) == same_for_all(neighbour.get(WRONG).content)
    assert neighbour.post(path, {"text": "x"}).status_code == 404


def test_it_stops_looking_when_somebody_tries_many(
    neighbour: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.intake.receipts.LOOKS", 5)
    assert [neighbour.get(WRONG).status_code for _ in range(5)] == [404] * 5
    assert neighbour.get(page).status_code == 404
    assert neighbour.get(page, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_it_shows_what_the_desk_asks(
    neighbour: Client, page: str, make_person: Callable[..., Person]
) -> None:
    ask(Report.objects.get(), by=make_person(), words="Are they <still> there?")
    assert b"Are they &lt;still&gt; there?" in neighbour.get(page).content


def test_it_shows_nobody_elses_notes(
    neighbour: Client, page: str, make_person: Callable[..., Person]
) -> None:
    other = neighbour.post(
        "/report/", {**TYPED, "text": "other words", "token": slowly(), "step": "send"}
    )["Location"]
    report = Report.objects.order_by("received_at").last()
    ask(report, by=make_person(), words="Only for the other")
    assert b"Only for the other" in neighbour.get(other).content
    assert b"Only for the other" not in neighbour.get(page).content


@pytest.mark.parametrize(
    ("status", "columns", "sentence"),
    [
        ("checking", {}, "A volunteer is finding out"),
        ("verified", {}, "It is true."),
        ("not_ice", {"what_it_was": "film_crew"}, "It is not immigration agents."),
        ("unverifiable", {}, "We could not find out"),
        ("over", {}, "It is over."),
    ],
)
def test_it_says_where_things_stand(
    neighbour: Client, page: str, status: str, columns: dict[str, str], sentence: str
) -> None:
    Incident.objects.update(status=status, **columns)
    assert sentence in neighbour.get(page).content.decode()


def test_it_takes_more_words_into_the_same_incident(neighbour: Client, page: str) -> None:
    more = {**hidden_in(neighbour.get(page).content.decode()), "text": "they have left"}
    answer = neighbour.post(page, more)
    assert (answer.status_code, answer["Location"]) == (302, page)
    first, second = Report.objects.order_by("received_at")
    assert second.text == "they have left"
    assert (second.receipt, second.incident) == (first.receipt, first.incident)
    assert first.incident.independent_reporters == 1
    assert b"Thank you. We have it." in neighbour.get(page).content


def test_it_takes_an_addition_once(neighbour: Client, page: str) -> None:
    more = {**hidden_in(neighbour.get(page).content.decode()), "text": "they have left"}
    neighbour.post(page, more)
    neighbour.post(page, more)
    assert Report.objects.count() == 2


def test_it_takes_more_from_a_browser_that_says_no_origin(page: str) -> None:
    """With `no-referrer` Chromium sends "Origin: null"."""
    strict = over_https(Client(enforce_csrf_checks=True))
    answer = strict.post(page, {"text": "they left", "token": "a"}, headers={"Origin": "null"})
    assert answer.status_code == 302
    assert Report.objects.count() == 2


def test_it_switches_the_language(page: str) -> None:
    strict = over_https(Client(enforce_csrf_checks=True))
    answer = strict.post(page, {"language": "ko", "text": "not yet"}, headers={"Origin": "null"})
    assert '<html lang="ko">' in answer.content.decode()
    assert "not yet</textarea>" in answer.content.decode()
    assert '<html lang="ko">' in strict.get(page).content.decode()
    assert Report.objects.count() == 1


def test_it_takes_photos_without_words(neighbour: Client, page: str, media_dir: Path) -> None:
    neighbour.post(page, {"text": "", "token": "a", "photos": [photo_file()]})
    assert Photo.objects.get().report.receipt == ReportReceipt.objects.get()
    assert list(media_dir.iterdir())


def test_it_takes_nothing_for_nothing(neighbour: Client, page: str) -> None:
    assert neighbour.post(page, {"text": "  ", "token": "a"}).status_code == 302
    assert Report.objects.count() == 1
    assert b"Write something or choose a photo first." in neighbour.get(page).content


def test_it_says_that_a_photo_could_not_be_read(
    neighbour: Client, page: str, media_dir: Path
) -> None:
    broken = photo_file()
    broken.truncate(100)
    neighbour.post(page, {"text": "see", "token": "a", "photos": [broken]})
    assert b"One photo could not be read" in neighbour.get(page).content
    assert Report.objects.count() == 2


def test_it_keeps_too_long_an_addition_on_the_page(neighbour: Client, page: str) -> None:
    answer = neighbour.post(page, {"text": "x" * 4_001, "token": "a"})
    assert answer.status_code == 200
    assert b"errorlist" in answer.content
    assert Report.objects.count() == 1


def test_it_opens_after_the_index_key_was_rotated(
    neighbour: Client, page: str, settings: object
) -> None:
    settings.INDEX_KEY_PREVIOUS, settings.INDEX_KEY = settings.INDEX_KEY, b"n" * 32
    assert neighbour.get(page).status_code == 200


def test_it_never_texts_anybody(neighbour: Client, page: str) -> None:
    assert not Message.objects.exclude(number_index="").exists()

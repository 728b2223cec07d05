"""What breaks says what to do next, and carries nobody's data."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from alerts.guard.logs import QuietExceptionReporter
from rapidresponse.urls import urlpatterns as ours

SECRET = "+12135550123 6th and Vermont"


def broken(request: HttpRequest) -> HttpResponse:
    said = request.POST.get("text", "")
    raise RuntimeError(f"could not read {said}")


urlpatterns = [*ours, path("broken/", broken)]


@pytest.fixture
def calm_client(stranger: Client) -> Iterator[Client]:
    stranger.raise_request_exception = False
    return stranger


def test_it_answers_a_broken_page_in_three_languages(
    calm_client: Client, settings: Any, db: None
) -> None:
    settings.ROOT_URLCONF = __name__

    response = calm_client.post("/broken/", {"text": SECRET})

    page = response.content.decode()
    assert response.status_code == 500
    assert "Nothing you sent before is lost" in page
    assert 'lang="ko"' in page
    assert "555" not in page
    assert "Vermont" not in page
    assert "RuntimeError" not in page


def test_it_logs_a_broken_page_without_the_number(
    calm_client: Client, settings: Any, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROOT_URLCONF = __name__

    with caplog.at_level(logging.ERROR):
        calm_client.post("/broken/", {"text": SECRET})

    assert all("text" not in str(record.args) for record in caplog.records)


def test_it_reports_a_crash_without_variables_or_the_request(stranger: Client) -> None:
    try:
        number = SECRET
        raise RuntimeError("broken")
    except RuntimeError as err:
        reporter = QuietExceptionReporter(None, type(err), err, err.__traceback__)

    for report in (reporter.get_traceback_text(), reporter.get_traceback_html()):
        assert number not in report
        assert "RuntimeError" in report


def test_it_does_not_repeat_a_wrong_address(stranger: Client, db: None) -> None:
    response = stranger.get("/report/12135550123-not-a-page/x/")

    assert response.status_code == 404
    assert "5550123" not in response.content.decode()


def test_it_explains_a_form_that_was_open_too_long(db: None) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post("/desk/stop/", secure=True)

    assert response.status_code == 403
    assert "Nothing was changed" in response.content.decode()


def test_it_explains_a_door_that_is_closed_to_a_role(verifier: Client) -> None:
    response = verifier.get("/coordinate/people/")

    assert response.status_code == 403
    assert "Your role does not open this door" in response.content.decode()


def test_it_answers_for_no_other_host(db: None) -> None:
    response = Client().get("/", headers={"Host": "evil.example"}, secure=True)

    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()

"""The report form: two pages, one report, nothing lost on the way."""

import gzip
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as live
from django.db import connection
from django.test import Client
from django.utils import timezone

from alerts.intake.tokens import new_token
from alerts.models import Bucket, Photo, Report, ReportReceipt
from tests.guard.signing_in import over_https
from tests.intake.conftest import photo_file

TYPED = {"text": "three vans, men in vests", "place": "6th and Vermont"}


@pytest.fixture
def neighbour(db: None) -> Client:
    return over_https(Client())


def hidden_in(page: str) -> dict[str, str]:
    """The hidden fields of a page's form, as a browser would send them."""
    pairs = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
    return {name: value for name, value in pairs if name not in {"next", "csrfmiddlewaretoken"}}


def opened(client: Client) -> dict[str, str]:
    """What a freshly opened form carries."""
    return hidden_in(client.get("/report/").content.decode())


def slowly(token: str = "") -> str:
    """A token of a form that was opened a minute ago."""
    with time_machine.travel(timezone.now() - timezone.timedelta(minutes=1), tick=False):
        return token or new_token()


def send(client: Client, **more: Any) -> Any:
    """Press send on the second page."""
    return client.post("/report/", {**TYPED, "token": slowly(), "step": "send", **more})


def test_it_asks_only_for_what_and_where(neighbour: Client) -> None:
    answer = neighbour.post("/report/", {"token": new_token(), "step": "preview"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('class="errorlist"') == 2
    assert "Please write what is happening." in page
    assert "Please write where it is, or use your location." in page


def test_it_finds_the_place_in_the_words(neighbour: Client) -> None:
    typed = {"text": "three vans at 6th and Vermont", "token": slowly()}
    page = neighbour.post("/report/", typed).content.decode()
    assert "6th St &amp; Vermont Ave" in page
    assert neighbour.post("/report/", {**typed, "step": "send"}).status_code == 302
    assert Report.objects.get().place_label == "6th St & Vermont Ave"


def test_it_marks_what_is_needed(neighbour: Client) -> None:
    page = neighbour.get("/report/").content.decode()
    assert page.count("(needed)") == 2
    assert "may be empty" not in page


def test_it_shows_what_others_will_see_and_stores_nothing_yet(neighbour: Client) -> None:
    answer = neighbour.post("/report/", {**opened(neighbour), **TYPED, "step": "preview"})
    page = answer.content.decode()
    assert "6th St &amp; Vermont Ave" in page
    assert "Before you send" in page
    assert 'type="file"' in page
    assert not Report.objects.exists() and not ReportReceipt.objects.exists()


def test_it_shows_the_text_at_the_time_of_the_neighbourhood(neighbour: Client) -> None:
    token = slowly()
    with time_machine.travel("2026-11-23T18:05:00Z", tick=False):
        page = neighbour.post("/report/", {**TYPED, "token": token}).content.decode()
    assert "VERIFIED K-000 10:05" in page


def test_it_carries_everything_to_the_second_page_and_back(neighbour: Client) -> None:
    typed = {**TYPED, "saw_it": "yes", "still_going": "no", "size": '4 "men"', "unit": "<POLICE>"}
    page = neighbour.post("/report/", {**opened(neighbour), **typed}).content.decode()
    carried = hidden_in(page)
    assert carried["size"] == "4 &quot;men&quot;"
    back = neighbour.post("/report/", {**typed, "step": "edit"}).content.decode()
    assert "three vans, men in vests</textarea>" in back
    assert 'value="&lt;POLICE&gt;"' in back
    assert re.search(r'name="saw_it" value="yes"[^>]* checked', back)
    assert 'class="errorlist"' not in back


def test_it_makes_a_report_and_leads_to_its_page(neighbour: Client) -> None:
    answer = send(neighbour, saw_it="yes", still_going="yes", size="4", equipment="3 white vans")
    report = Report.objects.get()
    assert answer.status_code == 302
    assert re.fullmatch(r"/report/[\w-]{16}/", answer["Location"])
    assert (report.channel, report.text, report.place_text) == ("web", *TYPED.values())
    assert (report.saw_it, report.still_going) == ("yes", "yes")
    assert report.salute == {"size": "4", "equipment": "3 white vans"}
    assert report.place_label == "6th St & Vermont Ave"
    assert report.receipt is not None and report.incident is not None
    assert not report.is_doubtful and report.number is None
    assert neighbour.get(answer["Location"]).status_code == 200


def test_it_makes_one_report_of_two_clicks(neighbour: Client) -> None:
    token = slowly()
    first, second = send(neighbour, token=token), send(neighbour, token=token)
    assert first["Location"] == second["Location"]
    assert Report.objects.count() == ReportReceipt.objects.count() == 1


def test_it_makes_one_report_of_ten_clicks_at_once(transactional_db: None) -> None:
    token, answers = slowly(), []
    gate = threading.Barrier(10)

    def click() -> None:
        gate.wait()
        try:
            answers.append(send(over_https(Client()), token=token)["Location"])
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 10 and len(set(answers)) == 1
    assert Report.objects.count() == 1


def test_it_makes_another_report_of_other_words_from_the_same_form(neighbour: Client) -> None:
    token = slowly()
    first = send(neighbour, token=token)
    second = send(neighbour, token=token, text="now also at the school")
    assert first["Location"] != second["Location"]
    assert Report.objects.count() == 2


@pytest.mark.parametrize("token", ["", "made up", "a:b:c"])
def test_it_asks_to_send_again_without_a_token_of_ours(neighbour: Client, token: str) -> None:
    answer = send(neighbour, token=token)
    assert answer.status_code == 200
    assert "press send once more" in answer.content.decode()
    again = hidden_in(answer.content.decode())
    assert neighbour.post("/report/", {**again, "step": "send"}).status_code == 302
    assert Report.objects.count() == 1


def test_it_asks_to_send_again_after_half_a_day(neighbour: Client) -> None:
    with time_machine.travel(timezone.now() - timezone.timedelta(hours=13), tick=False):
        token = new_token()
    assert send(neighbour, token=token).status_code == 200
    assert not Report.objects.exists()


def test_it_trusts_a_program_less_but_refuses_nobody(neighbour: Client) -> None:
    assert send(neighbour, website="http://spam.example").status_code == 302
    assert send(neighbour, token=new_token()).status_code == 302
    assert [report.is_doubtful for report in Report.objects.all()] == [True, True]


# -- Places --------------------------------------------------------------------------------------
def test_it_offers_the_places_it_could_be(neighbour: Client) -> None:
    typed = {"text": "agents in the parking lot", "place": "home depot"}
    page = neighbour.post("/report/", {**typed, "token": slowly()}).content.decode()
    offered = re.findall(r'name="which" value="([^"]+)"', page)
    assert 2 <= len(offered) <= 3
    send(neighbour, **typed, which=offered[1])
    assert Report.objects.get().place_label == offered[1]


@pytest.mark.parametrize("which", ["", "somewhere else", "<script>"])
def test_it_keeps_the_choices_when_none_was_made(neighbour: Client, which: str) -> None:
    send(neighbour, text="agents", place="home depot", which=which)
    report = Report.objects.get()
    assert report.place_label == "" and len(report.place_choices) >= 2


def test_it_takes_the_phones_location(neighbour: Client) -> None:
    send(neighbour, place="", lat="34.063387", lon="-118.291765")
    report = Report.objects.get()
    assert (report.lat, report.lon) == (34.063387, -118.291765)
    assert report.incident.is_located


def test_it_believes_words_over_the_phones_location(neighbour: Client) -> None:
    send(neighbour, place="8th and Normandie", lat="34.10", lon="-118.20")
    assert Report.objects.get().lat < 34.07


@pytest.mark.parametrize(
    ("lat", "lon"),
    [("91", "0"), ("0", "181"), ("nan", "0"), ("inf", "0"), ("1e999", "0"), ("x", "0"), ("34", "")],
)
def test_it_refuses_a_point_off_the_earth_with_a_sentence(
    neighbour: Client, lat: str, lon: str
) -> None:
    answer = send(neighbour, lat=lat, lon=lon)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert "three vans, men in vests" in answer.content.decode()
    assert not Report.objects.exists()


def test_it_takes_a_report_of_an_unknown_place(neighbour: Client) -> None:
    send(neighbour, place="by the blue house")
    report = Report.objects.get()
    assert (report.lat, report.place_label) == (None, "")
    assert report.incident is not None


# -- Languages -------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_it_speaks_three_languages(neighbour: Client, language: str) -> None:
    page = neighbour.get("/report/", headers={"Accept-Language": language}).content.decode()
    assert f'<html lang="{language}">' in page
    send(neighbour, headers={"Accept-Language": language})
    receipt = neighbour.post(
        "/report/",
        {**TYPED, "token": slowly(), "step": "send"},
        headers={"Accept-Language": language},
    )
    assert receipt.status_code == 302
    assert Report.objects.order_by("received_at").last().language == language


def test_it_keeps_what_was_typed_when_the_language_changes(neighbour: Client) -> None:
    answer = neighbour.post("/report/", {**opened(neighbour), **TYPED, "language": "ko"})
    page = answer.content.decode()
    assert '<html lang="ko">' in page
    assert "three vans, men in vests</textarea>" in page
    assert 'class="errorlist"' not in page
    assert '<html lang="ko">' in neighbour.get("/report/").content.decode()


# -- Photos ----------------------------------------------------------------------------------------
def test_it_keeps_up_to_four_photos(neighbour: Client, media_dir: Path) -> None:
    answer = send(neighbour, photos=[photo_file(colour=c) for c in ("red", "blue")])
    assert answer.status_code == 302
    assert Photo.objects.filter(report=Report.objects.get()).count() == 2
    assert len(list(media_dir.iterdir())) == 2
    send(neighbour, text="again", photos=[photo_file() for _ in range(6)])
    assert Photo.objects.count() == 2 + 4


def test_it_keeps_the_report_of_somebody_who_picks_many_photos(
    neighbour: Client, media_dir: Path
) -> None:
    answer = send(neighbour, photos=[photo_file() for _ in range(12)])
    assert Report.objects.get().photos.count() == 4
    assert "Four photos can be sent at once" in neighbour.get(answer["Location"]).content.decode()


def test_it_keeps_the_report_of_a_broken_photo_and_says_so(
    neighbour: Client, media_dir: Path
) -> None:
    broken = photo_file()
    broken.truncate(200)
    answer = send(neighbour, photos=[broken, photo_file()])
    assert Report.objects.get().photos.count() == 1
    page = neighbour.get(answer["Location"]).content.decode()
    assert "One photo could not be read" in page


def test_it_keeps_the_report_of_a_photo_that_is_too_large(
    neighbour: Client, media_dir: Path
) -> None:
    large = photo_file()
    large.seek(11 * 1024 * 1024)
    large.write(b"x")
    large.seek(0)
    answer = send(neighbour, photos=[large])
    assert Report.objects.get().photos.count() == 0
    assert "10 MB" in neighbour.get(answer["Location"]).content.decode()


def test_it_leaves_no_file_behind_when_the_report_fails(
    neighbour: Client, media_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.intake.receiving.gather", lambda _report: 1 / 0)
    neighbour.raise_request_exception = False
    assert send(neighbour, photos=[photo_file()]).status_code == 500
    assert not list(media_dir.iterdir())
    assert not Report.objects.exists()


# -- Bad input and load ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        {"text": "\0\0"},
        {"text": "   "},
        {"text": "x" * 4_001},
        {"place": "x" * 201},
        {"size": "x" * 201},
        {"saw_it": "perhaps"},
    ],
)
def test_it_says_what_is_wrong_and_keeps_the_rest(neighbour: Client, typed: dict[str, str]) -> None:
    answer = send(neighbour, **{"place": "6th and Vermont", **typed})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "text", ["🚨🚨", "ICE\0 at 8th", "\u202eraid", "가" * 4_000, "<script>alert(1)</script>", "1"]
)
def test_it_takes_strange_words(neighbour: Client, text: str) -> None:
    assert send(neighbour, text=text).status_code == 302
    assert "\0" not in Report.objects.get().text


def test_it_shows_strange_words_harmlessly(neighbour: Client) -> None:
    page = neighbour.post(
        "/report/", {**TYPED, "place": "<script>alert(1)</script>", "token": slowly()}
    ).content.decode()
    assert "<script>alert" not in page


def test_it_names_the_number_to_text_when_too_many_come_from_one_network(
    neighbour: Client, settings: Any
) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        codes = [send(neighbour, text=f"report {n}").status_code for n in range(60)]
        answer = send(neighbour, text="one more")
    assert set(codes) == {302}
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "(213) 555-0100" in page and "sms:+12135550100" in page
    assert 'value="one more"' in page
    assert Report.objects.count() == 60


def test_it_stores_no_network_address(neighbour: Client) -> None:
    send(neighbour, REMOTE_ADDR="203.0.113.77")
    keys = list(Bucket.objects.values_list("key", flat=True))
    assert keys and not any("203" in key for key in keys if len(key) < 20)
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)


def test_it_wants_a_form_of_our_own_site(db: None) -> None:
    strict = over_https(Client(enforce_csrf_checks=True))
    answer = strict.post("/report/", {**TYPED, "token": slowly(), "step": "send"})
    assert answer.status_code == 403
    assert not Report.objects.exists()


def test_it_takes_a_form_with_its_token(db: None) -> None:
    strict = over_https(Client(enforce_csrf_checks=True))
    page = strict.get("/report/").content.decode()
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    typed = {**TYPED, "token": slowly(), "step": "send", "csrfmiddlewaretoken": csrf}
    answer = strict.post("/report/", typed, headers={"Origin": live.PUBLIC_URL})
    assert answer.status_code == 302


def test_it_is_never_kept_by_a_cache(neighbour: Client) -> None:
    assert "no-store" in neighbour.get("/report/")["Cache-Control"]


def test_it_weighs_less_than_30_kilobytes(neighbour: Client) -> None:
    """The first load without the map: page, style sheet, icon and scripts, compressed."""
    page = neighbour.get("/report/").content
    paths = set(re.findall(rb'(?:href|src)="/static/([^"?]+)"', page))
    names = [re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", path.decode()) for path in paths]
    files = [(Path(live.BASE_DIR) / "static" / name).read_bytes() for name in names]
    assert len(files) >= 3
    weight = sum(len(gzip.compress(content, 6)) for content in [page, *files])
    assert weight <= 30 * 1024
    assert b"leaflet.js" not in b"".join(re.findall(rb"<script[^>]*>", page))


@pytest.mark.parametrize("path", ["/", "/report/"])
def test_it_shows_public_pages(neighbour: Client, path: str) -> None:
    answer = neighbour.get(path)
    assert answer.status_code == 200
    assert b"Koreatown Rapid Response Network" in answer.content


def test_it_names_the_number_on_the_home_page(neighbour: Client, settings: Any) -> None:
    assert b"sms:+12135550100" in neighbour.get("/").content
    settings.NETWORK_NUMBER = ""
    assert b"sms:" not in neighbour.get("/").content


def test_it_looks_the_form_up_with_few_queries(
    neighbour: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    neighbour.get("/report/")
    with django_assert_max_num_queries(2):
        neighbour.get("/report/")

"""The report form: two pages, one report, nothing lost on the way."""

import re
import threading

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from alerts.intake.tokens import new_token
from alerts.models import Report, ReportReceipt
from tests.guard.signing_in import over_https
from tests.intake.filling import TYPED, hidden_in, opened, send, slowly


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

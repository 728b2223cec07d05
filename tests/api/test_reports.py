"""`POST /api/v1/reports/`"""

import pytest

from alerts.models import Incident, Report

pytestmark = pytest.mark.django_db


def test_it_files_a_report_and_gives_a_page_to_come_back_to(api, stranger):
    answer = api.post("reports/", text="4 agents, 2 vans at 6th and Vermont", saw_it=True)

    assert answer.status_code == 201
    report = Report.objects.get()
    assert (report.text, report.saw_it, report.channel) == (
        "4 agents, 2 vans at 6th and Vermont",
        "yes",
        "api",
    )
    said = answer.json()
    assert said["status_url"] == f"https://rapid.example/report/{said['receipt']}/"
    assert stranger.get(f"/report/{said['receipt']}/").status_code == 200


def test_it_puts_the_report_on_the_desk_at_the_place_it_names(api):
    api.post("reports/", text="ICE, 4 agents", place="6th St & Vermont Ave")

    incident = Incident.objects.get()
    assert incident.lat == pytest.approx(34.0634, abs=0.001)


def test_it_takes_the_point_that_a_phone_gives(api):
    api.post("reports/", text="ICE, 4 agents", lat=34.0617, lon=-118.3090)

    assert Incident.objects.get().lon == pytest.approx(-118.309)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ({"text": "la migra en la sexta y Vermont"}, "es"),
        ({"text": "웨스턴이랑 윌셔 코너에 이민국"}, "ko"),
        ({"text": "agents at 6th and Vermont"}, "en"),
        ({"text": "agents at 6th and Vermont", "language": "es"}, "es"),
    ],
)
def test_it_knows_in_which_language_to_answer(api, said, language):
    api.post("reports/", **said)

    assert Report.objects.get().language == language


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "a" * 4_001}, "text"),
        ({"text": "vans", "lat": 91, "lon": 0}, "lat"),
        ({"text": "vans", "lat": "north", "lon": 0}, "lat"),
        ({"text": "vans", "lat": 34.0}, "non_field_errors"),
        ({"text": "vans", "language": "xx"}, "language"),
        ({"text": "vans", "saw_it": "perhaps"}, "saw_it"),
        ({"text": ["vans"]}, "text"),
    ],
)
def test_it_says_which_field_is_wrong(api, said, wrong):
    answer = api.post("reports/", **said)

    assert answer.status_code == 400
    assert wrong in answer.json()
    assert not Report.objects.exists()


def test_it_refuses_what_is_not_json(api):
    answer = api.client.post("/api/v1/reports/", "text=vans", content_type="application/json")

    assert answer.status_code == 400


@pytest.mark.parametrize("text", ["🚨🚨🚨", "\u202ereversed vans", "1" * 1_600])
def test_it_keeps_odd_texts(api, text):
    assert api.post("reports/", text=text).status_code == 201
    assert Report.objects.count() == 1


def test_it_refuses_what_no_database_can_hold(api):
    assert api.post("reports/", text="van\x00s").status_code == 400

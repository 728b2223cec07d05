"""The pages of texts to responders, as a member of the staff uses them."""

import shutil
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from alerts.dispatch import facts, wording
from alerts.dispatch.answers import answer
from alerts.models import Alert, Delivery, IncidentStatus, Kind, Network, OutboundStatus

pytestmark = pytest.mark.django_db


def text_of(response):
    return unescape(response.content.decode())


@pytest.fixture
def incident(make_verified_incident):
    return make_verified_incident()


def draft_at(client, incident, **fields):
    url = f"/desk/incidents/{incident.pk}/alert/"
    fields = {"kind": "alert", "mode": "waves", "radius_m": "1500", **fields}
    return client.post(url, fields)


# -- Who may not ------------------------------------------------------------------------------
PAGES = [
    ("get", "/desk/incidents/{incident}/alert/"),
    ("post", "/desk/incidents/{incident}/alert/"),
    ("get", "/desk/alerts/"),
    ("get", "/desk/alerts/{alert}/"),
    ("get", "/desk/alerts/{alert}/edit/"),
    ("get", "/desk/alerts/{alert}/progress/"),
    ("post", "/desk/alerts/{alert}/edit/"),
    ("post", "/desk/alerts/{alert}/release/"),
    ("post", "/desk/alerts/{alert}/stop/"),
]


@pytest.mark.parametrize(("method", "url"), PAGES)
def test_it_lets_no_stranger_in(stranger, make_alert, make_responder, method, url):
    make_responder()
    alert = make_alert()
    response = getattr(stranger, method)(url.format(incident=alert.incident_id, alert=alert.pk))
    assert response.status_code == 302
    assert "/login/?next=" in response.url
    alert.refresh_from_db()
    assert alert.status == Alert.Status.DRAFT
    assert Alert.objects.count() == 1


@pytest.mark.parametrize(("method", "url"), PAGES[1:])
def test_it_answers_404_for_what_there_is_not(verifier, db, method, url):
    url = url.format(incident=uuid4(), alert=uuid4())
    expected = 200 if url == "/desk/alerts/" else 404
    assert getattr(verifier, method)(url).status_code == expected


@pytest.mark.parametrize("act", ["release", "stop"])
def test_it_does_nothing_for_a_link(verifier, make_alert, act):
    alert = make_alert()
    assert verifier.get(f"/desk/alerts/{alert.pk}/{act}/").status_code == 405


# -- Writing ----------------------------------------------------------------------------------
def test_it_offers_what_fits_the_incident(verifier, incident, make_incident):
    page = text_of(verifier.get(f"/desk/incidents/{incident.pk}/alert/"))
    assert "Who is asked" in page and "Your own words" in page
    assert "?kind=drill" not in page and "?kind=correction" not in page
    page = text_of(verifier.get(f"/desk/incidents/{make_incident().pk}/alert/"))
    assert "How far around" in page
    assert "Your own words" not in page


def test_it_writes_a_draft_and_shows_it(verifier, incident, make_responder):
    make_responder(language="es")
    response = draft_at(verifier, incident, words="NE lot")
    alert = Alert.objects.get()
    assert response.url == f"/desk/alerts/{alert.pk}/"
    page = text_of(verifier.get(response.url))
    for text in alert.texts.all():
        assert text.body in page
    assert "NE lot" in page
    assert alert.drafted_by == verifier.person
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"words": "x" * 61}, "60"),
        ({"words": "call 213 555 0123"}, "No phone numbers"),
        ({"radius_m": "9999999"}, "Select a valid choice"),
        ({"radius_m": ""}, "required"),
        ({"mode": "blast"}, "Select a valid choice"),
    ],
)
def test_it_says_what_is_wrong_with_a_form(verifier, incident, fields, sentence):
    response = draft_at(verifier, incident, **fields)
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert not Alert.objects.exists()


def test_it_says_before_the_release_that_one_languages_text_fails(
    verifier, incident, tmp_path, monkeypatch
):
    shutil.copytree(facts.TEXTS, tmp_path / "texts")
    (tmp_path / "texts" / "ko" / "alert.txt").write_text("{{ nothing_we_know }}")
    monkeypatch.setattr(wording, "TEXTS", tmp_path / "texts")
    response = draft_at(verifier, incident)
    assert response.status_code == 200
    assert "Nothing is sent to anyone" in text_of(response)
    assert not Alert.objects.exists()


def test_it_releases_to_nobody_when_one_languages_text_fails_since_it_was_written(
    verifier, make_alert, make_responder, tmp_path, monkeypatch
):
    make_responder()
    alert = make_alert()
    shutil.copytree(facts.TEXTS, tmp_path / "texts")
    (tmp_path / "texts" / "es" / "alert.txt").write_text("{{ nothing_we_know }}")
    monkeypatch.setattr(wording, "TEXTS", tmp_path / "texts")
    response = verifier.post(f"/desk/alerts/{alert.pk}/release/", follow=True)
    assert "Nothing is sent to anyone" in text_of(response)
    assert not Delivery.objects.exists()


def test_it_says_why_an_unverified_incident_gets_no_alert(verifier, make_incident):
    response = draft_at(verifier, make_incident())
    assert response.status_code == 200
    assert "not verified" in text_of(response)
    assert not Alert.objects.exists()


def test_it_takes_an_unknown_kind_for_the_likeliest(verifier, incident):
    response = verifier.get(f"/desk/incidents/{incident.pk}/alert/?kind=panic")
    assert response.status_code == 200


def test_it_changes_a_draft(verifier, make_alert):
    alert = make_alert()
    url = f"/desk/alerts/{alert.pk}/edit/"
    assert "1.5 km" in text_of(verifier.get(url))
    response = verifier.post(url, {"mode": "everyone", "radius_m": "3000", "words": "NE lot"})
    assert response.url == f"/desk/alerts/{alert.pk}/"
    alert.refresh_from_db()
    assert (alert.mode, alert.radius_m, alert.words) == ("everyone", 3_000, "NE lot")
    assert alert.drafted_by == verifier.person


def test_it_does_not_change_what_went_out(verifier, make_released):
    alert = make_released()
    response = verifier.post(
        f"/desk/alerts/{alert.pk}/edit/", {"mode": "waves", "radius_m": "1500", "words": "late"}
    )
    assert "released already" in text_of(response)


# -- Looking ----------------------------------------------------------------------------------
def test_it_shows_who_what_and_how_long_before_the_button(verifier, make_alert, make_responder):
    for language in ("en", "ko"):
        make_responder(language=language)
    page = text_of(verifier.get(f"/desk/alerts/{make_alert().pk}/"))
    assert "about 0.5 km" in page
    assert "to the last phone" in page
    assert "1 segment" in page
    assert "$0.0" in page
    assert ">Release</button>" in page


def test_it_offers_no_button_when_nobody_would_get_it(verifier, make_alert):
    page = text_of(verifier.get(f"/desk/alerts/{make_alert().pk}/"))
    assert "Nobody would get it" in page
    assert ">Release</button>" not in page


def test_it_shows_no_phone_number(verifier, make_released, make_responder):
    responder = make_responder(handle="Marisol")
    alert = make_released()
    answer(responder, digit="1", at=timezone.now())
    page = text_of(verifier.get(f"/desk/alerts/{alert.pk}/"))
    assert "Marisol" in page
    assert responder.number[2:] not in page


# -- Releasing --------------------------------------------------------------------------------
def test_it_releases_with_one_click(verifier, make_alert, make_responder):
    make_responder()
    alert = make_alert()
    response = verifier.post(f"/desk/alerts/{alert.pk}/release/", follow=True)
    assert "Released." in text_of(response)
    alert.refresh_from_db()
    assert (alert.status, alert.released_by) == (Alert.Status.RELEASED, verifier.person)


def test_it_has_one_effect_when_clicked_twice(verifier, make_alert, make_responder):
    make_responder()
    alert = make_alert()
    verifier.post(f"/desk/alerts/{alert.pk}/release/")
    response = verifier.post(f"/desk/alerts/{alert.pk}/release/", follow=True)
    assert "released already" in text_of(response)
    assert Delivery.objects.count() == 1


def test_it_takes_a_second_person_who_types_the_place(
    signed_in, approver, make_responder, incident, network
):
    Network.objects.update(second_person_above=0)
    make_responder()
    writer = signed_in()
    draft_at(writer, incident)
    alert = Alert.objects.get()
    url = f"/desk/alerts/{alert.pk}/"
    assert "Ask a second person" in text_of(writer.get(url))
    assert "second person has to release it" in text_of(writer.post(f"{url}release/", follow=True))
    assert "waits for a second person" in text_of(writer.get(url))
    page = text_of(approver.get(url))
    assert "Type the place: 6th St & Vermont Ave" in page
    wrong = approver.post(f"{url}release/", {"place": "8th & Western"}, follow=True)
    assert "Type the name of the place" in text_of(wrong)
    assert not Delivery.objects.exists()
    approver.post(f"{url}release/", {"place": "6th & vermont"})
    assert Delivery.objects.count() == 1


def test_it_does_not_send_what_changed_under_the_readers_eyes(
    verifier, approver, make_alert, make_responder
):
    make_responder()
    alert = make_alert()
    page = text_of(verifier.get(f"/desk/alerts/{alert.pk}/"))
    seen = page.split('name="seen" value="')[1].split('"')[0]
    approver.post(
        f"/desk/alerts/{alert.pk}/edit/", {"mode": "waves", "radius_m": "1500", "words": "other"}
    )
    response = verifier.post(f"/desk/alerts/{alert.pk}/release/", {"seen": seen}, follow=True)
    assert "Something changed" in text_of(response)
    assert not Delivery.objects.exists()


def test_it_stops(verifier, make_released, make_responder):
    make_responder()
    alert = make_released(taken="")
    response = verifier.post(f"/desk/alerts/{alert.pk}/stop/", follow=True)
    assert "Stopped: 1 text was taken back." in text_of(response)
    again = verifier.post(f"/desk/alerts/{alert.pk}/stop/", follow=True)
    assert "ended already" in text_of(again)


# -- Afterwards -------------------------------------------------------------------------------
def test_it_follows_the_counts_while_it_runs(verifier, make_released, make_responder):
    for _ in range(3):
        make_responder()
    alert = make_released(taken="")
    alert.deliveries.filter(pk=alert.deliveries.first().pk).update(status=OutboundStatus.DELIVERED)
    fragment = text_of(verifier.get(f"/desk/alerts/{alert.pk}/progress/"))
    assert fragment.lstrip().startswith("<section")
    assert 'hx-trigger="every 2s"' in fragment
    assert "<strong>2</strong>waiting" in fragment
    assert "<strong>1</strong>delivered" in fragment
    verifier.post(f"/desk/alerts/{alert.pk}/stop/")
    fragment = text_of(verifier.get(f"/desk/alerts/{alert.pk}/progress/"))
    assert "hx-trigger" not in fragment
    assert "It was stopped" in fragment


def test_it_offers_the_three_next_words_and_keeps_two_apart(verifier, make_released):
    page = text_of(verifier.get(f"/desk/alerts/{make_released().pk}/"))
    following = page.split('id="follow-ups"')[1]
    near, apart = following.split("If it was wrong")
    assert all(word in near for word in ("Enough people", "Update", "All clear"))
    assert "Stand down" in apart
    assert "judge it first" in apart


def test_it_corrects_in_two_clicks_after_the_judgement(
    verifier, make_released, make_responder, volunteer
):
    make_responder()
    alert = make_released()
    alert.incident.judge(IncidentStatus.NOT_ICE, by=volunteer, what_it_was="fare_inspectors")
    page = text_of(verifier.get(f"/desk/alerts/{alert.pk}/"))
    assert 'value="correction"' in page
    response = verifier.post(
        f"/desk/incidents/{alert.incident_id}/alert/",
        {"kind": "correction", "what_it_was": "fare_inspectors"},
    )
    page = text_of(verifier.get(response.url))
    assert "It was fare inspectors." in page
    verifier.post(f"{response.url}release/")
    assert Delivery.objects.filter(alert__kind=Kind.CORRECTION).count() == 1


@pytest.mark.parametrize("kind", [Kind.ENOUGH, Kind.ALL_CLEAR, Kind.STAND_DOWN])
def test_it_drafts_a_later_word_with_one_click(verifier, make_released, kind):
    alert = make_released()
    response = verifier.post(f"/desk/incidents/{alert.incident_id}/alert/", {"kind": kind})
    assert response.status_code == 302
    assert Alert.objects.get(kind=kind).references == alert


def test_it_lists_alerts(verifier, make_alert):
    alert = make_alert()
    page = text_of(verifier.get("/desk/alerts/"))
    assert f"/desk/alerts/{alert.pk}/" in page
    assert alert.incident.code in page


def test_it_wears_stripes_in_a_drill(verifier, make_incident, make_responder):
    make_responder(is_drill_volunteer=True)
    drill = make_incident(is_drill=True)
    draft_at(verifier, drill, kind="drill", radius_m="1500")
    page = text_of(verifier.get(f"/desk/alerts/{Alert.objects.get().pk}/"))
    assert '<body class="drill">' in page
    assert "DRILL Ktown RRN" in page


@pytest.mark.parametrize("language", ["es", "ko"])
def test_it_is_readable_in_every_language_of_the_staff(
    verifier, make_alert, make_responder, language
):
    make_responder()
    alert = make_alert()
    verifier.cookies["django_language"] = language
    assert verifier.get(f"/desk/alerts/{alert.pk}/").status_code == 200


def test_it_asks_few_questions_for_the_page(
    verifier, make_released, make_responder, django_assert_max_num_queries
):
    for _ in range(12):
        responder = make_responder()
    alert = make_released()
    answer(responder, digit="1", at=timezone.now())
    verifier.get(f"/desk/alerts/{alert.pk}/")
    with django_assert_max_num_queries(20):
        verifier.get(f"/desk/alerts/{alert.pk}/")


def test_it_reads_a_request_without_a_kind(verifier, incident):
    assert verifier.post(f"/desk/incidents/{incident.pk}/alert/", {}).status_code == 200

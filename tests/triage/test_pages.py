import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.utils import timezone

from alerts.models import (
    Event,
    Incident,
    IncidentStatus,
    Message,
    Network,
    Person,
    Photo,
    Report,
    Verification,
)

SCRIPT = "<script>alert(1)</script>"
HTMX = {"HX-Request": "true"}


def said(response) -> str:
    """Everything a reader sees, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


EVIDENCE = {
    "outcome": "verified",
    "seen_by": "trained_person",
    "agency_by": "ERO on two vests",
    "note": "Ana called at 10:41",
}

# -- Who may -----------------------------------------------------------------------------

PAGES = [
    "/desk/",
    "/desk/queue/",
    "/desk/inbox/",
    "/desk/shifts/",
    "/desk/surge/",
    "/desk/map/areas.json",
    "/desk/incidents/{pk}/",
    "/desk/incidents/{pk}/live/",
    "/desk/incidents/{pk}/record/",
]
ACTS = [
    "/desk/incidents/{pk}/claim/",
    "/desk/incidents/{pk}/let-go/",
    "/desk/incidents/{pk}/hand-over/",
    "/desk/incidents/{pk}/place/",
    "/desk/incidents/{pk}/describe/",
    "/desk/incidents/{pk}/judge/",
    "/desk/incidents/{pk}/merge/",
    "/desk/incidents/{pk}/take-apart/",
    "/desk/incidents/{pk}/reopen/",
    "/desk/incidents/{pk}/over/",
    "/desk/incidents/{pk}/scouts/",
    "/desk/incidents/{pk}/stand-down/",
    "/desk/reports/{report}/ask/",
    "/desk/reports/{report}/reveal/",
    "/desk/reports/{report}/split/",
    "/desk/surge/set-aside/",
    "/desk/surge/restore/",
    "/desk/surge/judge/",
]


@pytest.mark.parametrize("url", PAGES)
def test_it_shows_its_pages_to_staff_only(verifier, stranger, gathered, url):
    url = url.format(pk=gathered().incident.pk)

    assert verifier.get(url).status_code == 200
    refused = stranger.get(url)
    assert refused.status_code == 302
    assert urlsplit(refused["Location"]).path.startswith("/account")


@pytest.mark.parametrize("url", ACTS)
def test_it_lets_staff_only_act(verifier, stranger, gathered, url):
    report = gathered()
    url = url.format(pk=report.incident.pk, report=report.pk)

    assert stranger.post(url).status_code == 302
    assert report.incident.events.count() == 1
    assert verifier.get(url).status_code == 405
    assert verifier.post(url).status_code in (200, 302)


def test_it_shuts_out_a_verifier_whose_account_was_just_closed(verifier, gathered):
    incident = gathered().incident
    Person.objects.filter(pk=verifier.person.pk).update(is_active=False)

    assert verifier.post(f"/desk/incidents/{incident.pk}/claim/").status_code in (302, 403)
    assert Incident.objects.get().holder is None


@pytest.mark.parametrize(
    "url",
    [
        "/desk/incidents/{}/",
        "/desk/incidents/{}/live/",
        "/desk/incidents/{}/record/",
        "/desk/photos/{}/",
    ],
)
def test_it_answers_404_for_what_does_not_exist(verifier, url):
    assert verifier.get(url.format(uuid4())).status_code == 404


# -- The queue ---------------------------------------------------------------------------


def test_it_says_why_an_incident_stands_where_it_stands(verifier, gathered, make_responder):
    gathered("la migra", at=None, minutes_ago=2)
    report = gathered("vans", still_going="yes", saw_it="yes", minutes_ago=1)
    Photo.objects.create(report=report, width=8, height=8)
    make_responder()

    words = said(verifier.get("/desk/"))

    assert words.index("6th St") < words.index("No place yet")
    for reason in (
        "still going on",
        "seen with own eyes",
        "1 person by text",
        "photo, not checked yet",
        "1 responder about 1 km away",
    ):
        assert reason in words


def test_it_shows_how_much_of_45_minutes_is_left(verifier, gathered):
    gathered(minutes_ago=33.5)

    assert "11 of 45 min left" in said(verifier.get("/desk/"))


def test_it_puts_what_is_held_below_and_says_by_whom(verifier, approver, gathered):
    incident = gathered().incident
    incident.claim(by=approver.person)

    words = said(verifier.get("/desk/"))

    assert "Being checked 1" in words
    assert "held by Aroon" in words
    assert "held by you" in said(approver.get("/desk/"))


@pytest.mark.parametrize("path", ["/desk/queue/", "/desk/inbox/", "/desk/alerts/"])
def test_it_tells_a_page_that_follows_whether_sending_is_stopped(verifier, path):
    assert "No text is leaving." not in said(verifier.get(path))
    assert 'id="stopped"' in verifier.get(path).content.decode()

    Network.objects.current().stop_sending(by=None, why="carrier 20003")

    assert "No text is leaving." in said(verifier.get(path))


def test_it_marks_what_nobody_holds(verifier, make_incident, make_person):
    free, held, drill = make_incident(), make_incident(), make_incident(is_drill=True)
    held.claim(by=make_person())

    queue = verifier.get("/desk/queue/").content.decode()

    marked = re.findall(r'<li id="row-([^"]+)"[^>]* data-unheld>', queue)
    assert marked == [str(free.pk)]
    assert str(drill.pk) in queue


def test_it_asks_the_database_no_more_for_more_incidents(
    verifier, make_incident, django_assert_max_num_queries
):
    for _row in range(30):
        make_incident()
    # The first page of a session notes that somebody is there; that is once a minute.
    verifier.get("/desk/")
    with django_assert_max_num_queries(12):
        verifier.get("/desk/")
    with django_assert_max_num_queries(12):
        verifier.get("/desk/queue/")


def test_it_shows_the_clock_of_an_unjudged_incident_only(verifier, gathered):
    incident = gathered(minutes_ago=33.5).incident
    url = f"/desk/incidents/{incident.pk}/"
    head = re.search(r'<header id="head".*?</header>', verifier.get(url).content.decode(), re.S)[0]

    assert "11 of 45 min left" in head
    assert 'data-stage="unjudged"' in head
    verifier.post(f"{url}judge/", {"outcome": "unverifiable"})
    page = verifier.get(url).content.decode()
    head = re.search(r'<header id="head".*?</header>', page, re.S)[0]
    assert "45 min" not in head
    assert 'data-stage="done"' in head
    assert 'name="outcome"' not in page


def test_it_says_what_is_known_with_its_source_before_the_fields(verifier, gathered):
    incident = gathered(salute={"size": "4 agents"}).incident
    verifier.post(f"/desk/incidents/{incident.pk}/describe/", {"equipment": "2 vans"})

    known = said(verifier.get(f"/desk/incidents/{incident.pk}/")).partition("Who saw it?")[0]

    assert re.search(r"Size 4 agents report of \d\d:\d\d", known)
    assert "Equipment 2 vans typed at the desk" in known
    assert "Unit or uniform ?" in known


def test_it_keeps_the_source_of_what_the_form_only_sends_back(verifier, gathered):
    incident = gathered(salute={"size": "4 agents"}).incident
    url = f"/desk/incidents/{incident.pk}/"
    page = verifier.get(url).content.decode()
    prefilled = dict(
        re.findall(r'<input id="id_(\w+)" name="\1" maxlength="200" value="([^"]+)"', page)
    )
    verifier.post(f"{url}describe/", {**prefilled, "equipment": "2 vans"})

    words = said(verifier.get(url))

    assert re.search(r"Size 4 agents report of \d\d:\d\d", words)
    assert "Equipment 2 vans typed at the desk" in words
    assert Incident.objects.get().salute["size"] == "4 agents"


@pytest.mark.parametrize("path", ["/desk/", "/desk/inbox/", "/desk/alerts/"])
def test_it_follows_the_news_on_every_list(verifier, path):
    page = verifier.get(path).content.decode()

    assert "data-queue" in page
    assert 'id="live"' in page
    assert "desk/desk" in page


@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_it_proposes_today_for_a_shift_in_every_language(verifier, language):
    page = verifier.get("/desk/shifts/", headers={"Accept-Language": language}).content.decode()

    assert f'<html lang="{language}">' in page
    assert re.search(r'name="day" value="\d{4}-\d\d-\d\d"', page)


def test_it_offers_every_line_of_the_queue_to_merge_into(verifier, gathered):
    nowhere = gathered("ya se llevaron a alguien", at=None, minutes_ago=31).incident
    other = gathered("vans at 3rd and ardmore", at=(34.069, -118.301)).incident
    url = f"/desk/incidents/{nowhere.pk}/"
    page = verifier.get(url).content.decode()
    offered = re.search(r'<select id="id_into".*?</select>', page, re.S)[0]

    verifier.post(f"{url}merge/", {"into": other.pk})

    assert re.findall(r'value="([^"]+)"', offered) == [str(other.pk)]
    assert other.reports.count() == 2


# -- Claims ------------------------------------------------------------------------------


def test_it_claims_with_and_without_htmx(verifier, gathered):
    incident = gathered().incident

    plain = verifier.post(f"/desk/incidents/{incident.pk}/claim/")
    fragment = verifier.post(f"/desk/incidents/{incident.pk}/claim/", headers=HTMX)

    assert plain["Location"] == f"/desk/incidents/{incident.pk}/"
    assert 'id="head"' in fragment.content.decode()
    assert "Held by you" in said(fragment)
    incident.refresh_from_db()
    assert incident.holder == verifier.person
    assert [event.what for event in incident.events.all()].count(Event.What.CLAIMED) == 1


def test_it_tells_the_second_claimer_who_holds_it(verifier, approver, gathered):
    incident = gathered().incident
    verifier.post(f"/desk/incidents/{incident.pk}/claim/")

    answer = approver.post(f"/desk/incidents/{incident.pk}/claim/", headers=HTMX)

    assert "Vera holds this incident." in said(answer)
    assert Incident.objects.get().holder == verifier.person


def test_it_tells_whoever_lost_a_claim(verifier, approver, gathered):
    incident = gathered().incident
    verifier.post(f"/desk/incidents/{incident.pk}/claim/")
    approver.post(f"/desk/incidents/{incident.pk}/claim/", {"take_over": "yes"})

    words = said(verifier.get(f"/desk/incidents/{incident.pk}/"))

    assert "Aroon took this over from you." in words
    assert Incident.objects.get().holder == approver.person


def test_it_hands_over_and_lets_go(verifier, approver, gathered):
    incident = gathered().incident
    verifier.post(f"/desk/incidents/{incident.pk}/claim/")
    verifier.post(f"/desk/incidents/{incident.pk}/hand-over/", {"to": approver.person.pk})
    assert Incident.objects.get().holder == approver.person

    verifier.post(f"/desk/incidents/{incident.pk}/let-go/")
    assert Incident.objects.get().holder == approver.person

    approver.post(f"/desk/incidents/{incident.pk}/let-go/")
    assert Incident.objects.get().holder is None


@pytest.mark.parametrize("to", ["", "nobody", "00000000-0000-4000-8000-000000000000"])
def test_it_hands_over_to_colleagues_only(verifier, gathered, to):
    incident = gathered().incident
    verifier.post(f"/desk/incidents/{incident.pk}/claim/")

    answer = verifier.post(f"/desk/incidents/{incident.pk}/hand-over/", {"to": to}, headers=HTMX)

    assert "Choose a colleague." in said(answer)


def test_it_renews_a_claim_with_every_act_of_its_holder(verifier, gathered):
    incident = gathered().incident
    verifier.post(f"/desk/incidents/{incident.pk}/claim/")
    soon = timezone.now() + timedelta(seconds=30)
    Incident.objects.update(claim_ends_at=soon)

    verifier.post(f"/desk/incidents/{incident.pk}/describe/", {"size": "4"})

    assert Incident.objects.get().claim_ends_at > soon + timedelta(minutes=4)


@pytest.mark.parametrize("act", ["place", "describe", "judge"])
def test_it_keeps_others_from_changing_what_somebody_holds(verifier, approver, gathered, act):
    incident = gathered().incident
    incident.claim(by=approver.person)
    typed = {"place": "8th and Normandie", "size": "40", **EVIDENCE}

    answer = verifier.post(f"/desk/incidents/{incident.pk}/{act}/", typed, headers=HTMX)

    assert "Aroon holds this incident." in said(answer)
    incident.refresh_from_db()
    assert (incident.salute, incident.place_label) == ({}, "6th St & Vermont Ave")


# -- Judging -----------------------------------------------------------------------------


def test_it_goes_from_verified_to_the_draft_of_an_alert(verifier, gathered):
    incident = gathered().incident

    answer = verifier.post(f"/desk/incidents/{incident.pk}/judge/", {**EVIDENCE, "size": "4"})

    assert answer["Location"] == f"/desk/incidents/{incident.pk}/alert/"
    incident.refresh_from_db()
    assert (incident.status, incident.salute["size"]) == ("verified", "4")


def test_it_sends_htmx_on_to_the_draft_too(verifier, gathered):
    incident = gathered().incident

    answer = verifier.post(f"/desk/incidents/{incident.pk}/judge/", EVIDENCE, headers=HTMX)

    assert answer["HX-Redirect"] == f"/desk/incidents/{incident.pk}/alert/"


def test_it_says_what_is_missing(verifier, gathered):
    incident = gathered("la migra", at=None).incident

    answer = verifier.post(
        f"/desk/incidents/{incident.pk}/judge/", {"outcome": "verified"}, headers=HTMX
    )

    words = said(answer)
    assert answer.status_code == 200
    for missing in ("The place is missing.", "Say who saw it.", "by what the agency"):
        assert missing in words
    assert not Verification.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"outcome": "over"},
        {"outcome": "not_ice"},
        {"outcome": "not_ice", "what_it_was": "aliens"},
        {"outcome": "verified", "seen_by": "my cousin"},
        {"outcome": "unverifiable", "size": "x" * 201},
    ],
)
def test_it_changes_nothing_for_a_judgement_it_cannot_read(verifier, gathered, typed):
    incident = gathered().incident

    answer = verifier.post(f"/desk/incidents/{incident.pk}/judge/", typed, headers=HTMX)

    assert answer.status_code == 200
    assert 'class="messages"' in answer.content.decode()
    assert not re.search(r"\b(outcome|what_it_was|seen_by|size):", said(answer))
    assert Incident.objects.get().status in Incident.UNJUDGED


def test_it_tells_the_second_click_who_was_first(verifier, approver, gathered):
    incident = gathered().incident
    url = f"/desk/incidents/{incident.pk}/judge/"
    verifier.post(url, {"outcome": "not_ice", "what_it_was": "film_crew"})

    answer = approver.post(url, {"outcome": "unverifiable"}, headers=HTMX)

    assert "Vera judged this incident just before you: Not them." in said(answer)
    assert Message.objects.filter(purpose="outcome").count() == 1


def test_it_judges_after_its_own_claim_ran_out(verifier, gathered):
    incident = gathered().incident
    verifier.post(f"/desk/incidents/{incident.pk}/claim/")
    Incident.objects.update(claim_ends_at=timezone.now() - timedelta(seconds=1))

    verifier.post(f"/desk/incidents/{incident.pk}/judge/", {"outcome": "unverifiable"})

    assert Incident.objects.get().status == IncidentStatus.UNVERIFIABLE


def test_it_refuses_a_judgement_when_a_colleague_claimed_what_ran_out(verifier, approver, gathered):
    incident = gathered().incident
    verifier.post(f"/desk/incidents/{incident.pk}/claim/")
    Incident.objects.update(claim_ends_at=timezone.now() - timedelta(seconds=1))
    approver.post(f"/desk/incidents/{incident.pk}/claim/")

    answer = verifier.post(
        f"/desk/incidents/{incident.pk}/judge/", {"outcome": "unverifiable"}, headers=HTMX
    )

    assert "Aroon holds this incident." in said(answer)
    assert Incident.objects.get().status in Incident.UNJUDGED


def test_it_checks_again_and_ends(verifier, gathered):
    incident = gathered().incident
    url = f"/desk/incidents/{incident.pk}"
    verifier.post(f"{url}/judge/", {"outcome": "unverifiable"})
    verifier.post(f"{url}/reopen/")
    incident.refresh_from_db()
    assert (incident.status, incident.holder) == ("checking", verifier.person)

    verifier.post(f"{url}/judge/", EVIDENCE)
    verifier.post(f"{url}/over/")
    again = verifier.post(f"{url}/over/", headers=HTMX)

    assert Incident.objects.get().status == IncidentStatus.OVER
    assert "Only a verified incident can be over." in said(again)


# -- What people typed -------------------------------------------------------------------


def test_it_shows_a_script_in_any_field_as_text(verifier, gathered, make_person):
    report = gathered(
        SCRIPT,
        place_text=SCRIPT,
        label=SCRIPT,
        salute=dict.fromkeys(Incident.SALUTE, SCRIPT),
    )
    incident = report.incident
    url = f"/desk/incidents/{incident.pk}/"
    verifier.post(f"{url}describe/", dict.fromkeys(Incident.SALUTE, SCRIPT))
    verifier.post("/desk/shifts/note/", {"body": SCRIPT})
    verifier.post(f"/desk/reports/{report.pk}/ask/", {"words": SCRIPT})
    verifier.post(
        f"{url}judge/", {**EVIDENCE, "agency_by": SCRIPT, "note": SCRIPT, "not_seen": SCRIPT}
    )
    for page in ("/desk/", url, f"{url}live/", f"{url}record/", "/desk/inbox/", "/desk/shifts/"):
        assert SCRIPT not in verifier.get(page).content.decode(), page


def test_it_never_shows_a_whole_number(verifier, gathered, numbers):
    number = numbers()
    incident = gathered(number=number).incident
    for page in ("/desk/", f"/desk/incidents/{incident.pk}/", "/desk/inbox/"):
        html = verifier.get(page).content.decode()
        assert number not in html
        assert number[2:] not in html
    assert f"•••{number[-4:]}" in said(verifier.get(f"/desk/incidents/{incident.pk}/"))


def test_it_writes_down_who_looked_at_a_number_and_stops_after_ten(verifier, gathered, numbers):
    number = numbers()
    report = gathered(number=number)
    answers = [verifier.post(f"/desk/reports/{report.pk}/reveal/") for _look in range(11)]

    assert number in answers[9].content.decode()
    assert number not in answers[10].content.decode()
    revealed = report.incident.events.filter(what=Event.What.REVEALED)
    assert (revealed.count(), revealed.first().by) == (10, verifier.person)


# -- Where -------------------------------------------------------------------------------


def test_it_takes_a_typed_place(verifier, gathered):
    incident = gathered("la migra", at=None).incident

    verifier.post(f"/desk/incidents/{incident.pk}/place/", {"place": "6th and Vermont"})

    incident.refresh_from_db()
    assert "6th" in incident.place_label
    assert incident.place_confidence == 1.0
    assert incident.events.filter(what=Event.What.LOCATED, by=verifier.person).exists()


def test_it_takes_one_of_the_readings_of_a_report(verifier, gathered):
    incident = gathered("vans at 8th and normandie", at=None).incident
    page = verifier.get(f"/desk/incidents/{incident.pk}/").content.decode()
    reading = re.search(r'name="reading" value="([^"]+)"', page)[1].replace("&amp;", "&")

    verifier.post(f"/desk/incidents/{incident.pk}/place/", {"reading": reading})

    incident.refresh_from_db()
    assert incident.place_label == reading


def test_it_takes_a_pin(verifier, gathered):
    incident = gathered("la migra", at=None).incident

    verifier.post(f"/desk/incidents/{incident.pk}/place/", {"lat": "34.0601", "lon": "-118.3001"})

    incident.refresh_from_db()
    assert (incident.lat, incident.lon) == (34.0601, -118.3001)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"place": "zzzz qqqq"},
        {"lat": "91", "lon": "0"},
        {"lat": "nan", "lon": "1"},
        {"lat": "1"},
        {"place": "6th and Vermont", "choice": "9"},
        {"reading": "Nowhere & Never"},
        {"place": "x" * 500},
    ],
)
def test_it_changes_no_place_for_what_names_none(verifier, gathered, typed):
    incident = gathered("la migra", at=None).incident

    answer = verifier.post(f"/desk/incidents/{incident.pk}/place/", typed, headers=HTMX)

    assert answer.status_code == 200
    assert not Incident.objects.get().is_located


# -- Photos ------------------------------------------------------------------------------


@pytest.fixture
def photo(gathered, settings, tmp_path) -> Photo:
    settings.MEDIA_DIR = tmp_path
    photo = Photo(report=gathered(), width=8, height=8)
    photo.store(b"\xff\xd8 a picture")
    photo.save()
    return photo


def test_it_shows_a_photo_that_no_browser_keeps(verifier, stranger, photo):
    answer = verifier.get(f"/desk/photos/{photo.pk}/")

    assert answer.content == b"\xff\xd8 a picture"
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "no-store")
    assert stranger.get(f"/desk/photos/{photo.pk}/").status_code == 302


def test_it_answers_404_for_a_photo_whose_file_is_gone(verifier, photo, settings):
    (settings.MEDIA_DIR / f"{photo.pk}.sealed").unlink()

    assert verifier.get(f"/desk/photos/{photo.pk}/").status_code == 404


def test_it_marks_a_photo_as_checked_and_ranks_again(verifier, photo):
    before = photo.report.incident.weight
    verifier.post(f"/desk/photos/{photo.pk}/check/", {"checked": "yes"})
    verifier.post(f"/desk/photos/{photo.pk}/check/", {"checked": "yes"})

    incident = Incident.objects.get()
    assert incident.weight > before
    assert incident.events.filter(what=Event.What.PHOTO_CHECKED).count() == 1


# -- Live and printed --------------------------------------------------------------------


def test_it_answers_204_when_nothing_happened(verifier, gathered):
    incident = gathered().incident
    newest = incident.events.latest("at").pk

    assert verifier.get(f"/desk/incidents/{incident.pk}/live/?since={newest}").status_code == 204
    verifier.post(f"/desk/incidents/{incident.pk}/claim/")
    changed = verifier.get(f"/desk/incidents/{incident.pk}/live/?since={newest}")
    assert changed.status_code == 200
    assert 'hx-swap-oob="true"' in changed.content.decode()


def test_it_prints_a_record_without_anybodys_words(verifier, gathered, numbers):
    number = numbers()
    incident = gathered("my uncle Pedro is inside", number=number).incident
    verifier.post(f"/desk/incidents/{incident.pk}/judge/", {**EVIDENCE, "size": "4 agents"})

    words = said(verifier.get(f"/desk/incidents/{incident.pk}/record/"))

    assert "ERO on two vests" in words
    assert "4 agents" in words
    for private in ("Pedro", number[-4:], "called at 10:41"):
        assert private not in words


def test_it_shows_many_photos_and_reports_on_one_page(
    verifier, gathered, django_assert_max_num_queries
):
    for row in range(12):
        report = gathered(f"vans {row}")
        Photo.objects.bulk_create(Photo(report=report, width=8, height=8) for _ in range(4))
    incident = Report.objects.first().incident

    with django_assert_max_num_queries(75):
        page = verifier.get(f"/desk/incidents/{incident.pk}/")

    assert page.content.decode().count("<figure") == 48

import pytest

from alerts.models import Alert, Answer, Delivery, Event, IncidentStatus, Message, OptOut
from alerts.models.keys import suppression_of
from tests.intake.conftest import signed_post, sms_params
from tests.unreadable import make_unreadable

HTMX = {"HX-Request": "true"}


def test_it_asks_the_scouts_nearby_and_nobody_else(verifier, gathered, make_responder):
    scouts = [make_responder(is_scout=True) for _scout in range(2)]
    make_responder()
    make_responder(is_scout=True, at=(34.15, -118.1))
    incident = gathered().incident

    page = verifier.get(f"/desk/incidents/{incident.pk}/").content.decode()
    assert "Send scouts: 2 about 1 km away" in page
    answer = verifier.post(f"/desk/incidents/{incident.pk}/scouts/", headers=HTMX)

    assert "2 scouts were asked." in answer.content.decode()
    alert = Alert.objects.get()
    assert (alert.kind, alert.status) == ("check", "released")
    assert {row.responder for row in alert.deliveries.all()} <= set(scouts)
    assert incident.events.filter(what=Event.What.RELEASED).exists()


def test_it_asks_at_most_eight(verifier, gathered, make_responder):
    for _scout in range(12):
        make_responder(is_scout=True)
    incident = gathered().incident

    verifier.post(f"/desk/incidents/{incident.pk}/scouts/")

    assert Alert.objects.get().audience == 8


@pytest.mark.parametrize("at", [None, (34.15, -118.1)], ids=["no place", "nobody near"])
def test_it_says_why_nobody_can_be_asked(verifier, gathered, make_responder, at):
    make_responder(is_scout=True)
    incident = gathered(at=at).incident

    answer = verifier.post(f"/desk/incidents/{incident.pk}/scouts/", headers=HTMX)

    assert answer.status_code == 200
    assert 'class="messages"' in answer.content.decode()
    assert not Alert.objects.filter(status="released").exists()


def test_it_shows_a_scouts_answer_and_ticks_the_checklist(verifier, gathered, make_check, answered):
    incident = gathered().incident
    answered(make_check(incident), note="four in vests")

    page = verifier.get(f"/desk/incidents/{incident.pk}/").content.decode()

    assert "Confirmed" in page
    assert "four in vests" in page
    assert "1 scout confirmed." in page
    assert 'value="trained_person" checked' in page


def test_it_marks_an_answer_that_came_too_late(verifier, gathered, make_check, answered):
    incident = gathered().incident
    answered(make_check(incident, expired=True))

    page = verifier.get(f"/desk/incidents/{incident.pk}/").content.decode()

    assert "after the check was over" in page
    assert "0 scouts confirmed." in page


def test_it_survives_a_scouts_answer_to_a_judged_incident(
    verifier, gathered, make_check, answered, make_person
):
    incident = gathered().incident
    check = make_check(incident)
    incident.judge(IncidentStatus.UNVERIFIABLE, by=make_person())
    answered(check, Answer.What.NOTHING)

    page = verifier.get(f"/desk/incidents/{incident.pk}/")

    assert page.status_code == 200
    assert "Nothing here" in page.content.decode()


def test_it_takes_a_scouts_text_about_a_closed_incident(verifier, gathered, make_check, client):
    incident = gathered().incident
    scout = make_check(incident).responder
    url = f"/desk/incidents/{incident.pk}/"
    verifier.post(f"{url}judge/", {"outcome": "not_ice", "what_it_was": "film_crew"})

    answer = signed_post(client, "/twilio/sms/", sms_params("5", from_=scout.number))

    assert answer.status_code == 200
    incident.refresh_from_db()
    assert incident.status == IncidentStatus.NOT_ICE
    assert "Confirmed" in verifier.get(url).content.decode()


def test_it_judges_while_a_check_is_out_and_ends_the_check(verifier, gathered, make_check):
    incident = gathered().incident
    make_check(incident)

    verifier.post(
        f"/desk/incidents/{incident.pk}/judge/",
        {"outcome": "not_ice", "what_it_was": "film_crew"},
    )

    incident.refresh_from_db()
    assert incident.status == IncidentStatus.NOT_ICE
    assert Alert.objects.get().status == "finished"


def test_it_stands_scouts_down_once_in_their_language(verifier, gathered, make_check):
    incident = gathered().incident
    check = make_check(incident)
    check.responder.language = "es"
    check.responder.save(update_fields=["language"])
    verifier.post(f"/desk/incidents/{incident.pk}/claim/")

    first = verifier.post(f"/desk/incidents/{incident.pk}/stand-down/", headers=HTMX)
    second = verifier.post(f"/desk/incidents/{incident.pk}/stand-down/", headers=HTMX)

    message = Message.objects.get(purpose="stand_down")
    assert message.number == check.responder.number
    assert "ya no hace falta" in message.body
    assert "1 scout is told." in first.content.decode()
    assert "Nobody is left to tell." in second.content.decode()


def test_it_stands_the_others_down_when_one_number_cannot_be_read(
    verifier, gathered, make_check, make_responder
):
    incident = gathered().incident
    check = make_check(incident)
    make_unreadable(check.responder, as_of=make_responder())
    sound = make_responder()
    Delivery.objects.create(
        alert=check.alert, responder=sound, text=check.text, status="delivered", attempt=1
    )

    verifier.post(f"/desk/incidents/{incident.pk}/stand-down/")

    assert [message.number for message in Message.objects.all()] == [sound.number]


def test_it_stands_down_nobody_who_left(verifier, gathered, make_check):
    incident = gathered().incident
    check = make_check(incident)
    OptOut.objects.create(digest=suppression_of(check.responder.number), source="word")

    verifier.post(f"/desk/incidents/{incident.pk}/stand-down/")

    assert not Message.objects.exists()

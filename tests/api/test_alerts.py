"""Alerts over the API: drafting, releasing, stopping, and the whole story."""

import pytest

from alerts.models import Alert, Delivery, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(make_verified_incident):
    return make_verified_incident()


def test_it_drafts_with_everything_one_wants_to_know_before(api, incident, make_responder):
    for language in ("en", "es", "ko"):
        make_responder(language=language)

    answer = api.post(
        "alerts/", incident=str(incident.pk), kind="alert", mode="everyone", radius_m=1500
    )

    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert said["status"] == "draft"
    assert said["code"] == incident.code
    assert said["audience"] == 3
    assert {text["language"] for text in said["preview"]} == {"en", "es", "ko"}
    assert all(incident.code in text["text"] for text in said["preview"])
    assert said["seconds_to_last"] > 0
    assert said["deliveries"]["queued"] == 0


def test_it_releases_and_counts(api, incident, make_responder):
    make_responder()
    alert = api.post("alerts/", incident=str(incident.pk), kind="alert", radius_m=1500).json()

    answer = api.post(f"alerts/{alert['id']}/release/", place=incident.place_label)

    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == "released"
    assert api.get(f"alerts/{alert['id']}/").json()["deliveries"]["queued"] == 1
    assert set(answer.json()["deliveries"]) == set(Delivery.Status.values)


def test_it_releases_once(api, make_api, incident, make_responder):
    make_responder()
    alert = api.post("alerts/", incident=str(incident.pk), kind="alert", radius_m=1500).json()
    path = f"alerts/{alert['id']}/release/"
    api.post(path, place=incident.place_label)

    assert api.post(path, place=incident.place_label).status_code == 409
    assert make_api().post(path, place=incident.place_label).status_code == 409
    assert Delivery.objects.count() == 1


def test_it_asks_for_a_second_person_when_it_is_loud(
    api, make_api, incident, make_responder, network
):
    make_responder()
    make_responder()
    network.second_person_above = 1
    network.save()
    alert = api.post(
        "alerts/", incident=str(incident.pk), kind="alert", mode="everyone", radius_m=1500
    ).json()
    path = f"alerts/{alert['id']}/release/"

    assert api.post(path, place=incident.place_label).status_code == 202
    assert api.post(path, place=incident.place_label).status_code in {202, 409}
    assert not Delivery.objects.exists()
    second = make_api()
    assert second.post(path, place="somewhere else").status_code == 400
    assert second.post(path, place=incident.place_label).status_code == 200
    assert Delivery.objects.count() == 2


def test_it_knows_two_keys_of_one_person_as_one_person(
    api, make_api, make_person, incident, make_responder, network
):
    for _ in range(2):
        make_responder()
    network.second_person_above = 1
    network.save()
    alert = api.post("alerts/", incident=str(incident.pk), kind="alert", mode="everyone").json()
    path = f"alerts/{alert['id']}/release/"
    api.post(path, place=incident.place_label)

    other_key = make_api()
    Person.objects.get(pk=other_key.person.pk).accounts.update(person=api.person)

    assert other_key.post(path, place=incident.place_label).status_code in {202, 409}
    assert not Delivery.objects.exists()


def test_it_refuses_an_alert_about_something_unverified(api, make_incident):
    answer = api.post("alerts/", incident=str(make_incident().pk), kind="alert")

    assert answer.status_code == 409
    assert "verified" in answer.json()["detail"]
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "alert"},
        {"incident": "not-an-id", "kind": "alert"},
        {"incident": "00000000-0000-0000-0000-000000000000", "kind": "alert"},
        {"kind": "war", "mode": "waves"},
        {"kind": "alert", "mode": "shout"},
        {"kind": "alert", "radius_m": -1},
        {"kind": "alert", "radius_m": "far"},
        {"kind": "alert", "words": "x" * 61},
        {"kind": "all_clear"},
        {"kind": "correction"},
    ],
)
def test_it_says_what_is_missing_or_wrong(api, incident, said):
    if "incident" not in said and said not in ({}, {"kind": "alert"}):
        said = {**said, "incident": str(incident.pk)}

    answer = api.post("alerts/", **said)

    assert answer.status_code == 400
    assert answer.json()
    assert not Alert.objects.exists()


def test_it_stops_what_has_not_gone_out(api, incident, make_responder):
    make_responder()
    alert = api.post("alerts/", incident=str(incident.pk), kind="alert").json()
    api.post(f"alerts/{alert['id']}/release/", place=incident.place_label)

    answer = api.post(f"alerts/{alert['id']}/stop/")

    assert answer.json()["status"] == "stopped"
    assert answer.json()["deliveries"]["skipped"] == 1


@pytest.mark.django_db(transaction=True)
def test_it_tells_the_whole_story(api, make_responder, outbox, run_pump):
    near = make_responder(language="es")
    api.post("reports/", text="ICE agents with vans at 6th and Vermont", saw_it=True)
    (row,) = api.get("incidents/", status="new").json()["results"]
    api.post(f"incidents/{row['id']}/claim/")
    api.post(
        f"incidents/{row['id']}/judge/",
        outcome="verified",
        salute={"size": "4"},
        evidence={
            "seen_by": "trained_person",
            "agency_by": "vest text",
            "note": "Rosa called from the corner",
        },
    )
    answer = api.post("alerts/", incident=row["id"], kind="alert")
    assert answer.status_code == 201, answer.content
    alert = answer.json()
    label = api.get(f"incidents/{row['id']}/").json()["place"]["label"]
    assert api.post(f"alerts/{alert['id']}/release/", place=label).status_code == 200
    run_pump()

    answer = api.post(f"incidents/{row['id']}/judge/", outcome="not_ice", what_it_was="probation")
    assert answer.status_code == 200, answer.content
    correction = api.post(
        "alerts/", incident=row["id"], kind="correction", references=alert["id"]
    ).json()
    assert api.post(f"alerts/{correction['id']}/release/").status_code == 200
    run_pump()

    texts = [text for text in outbox if text.to == near.number]
    assert [("VERIFICADO" in text.body, "CORRIGE" in text.body) for text in texts] == [
        (True, False),
        (False, True),
    ]

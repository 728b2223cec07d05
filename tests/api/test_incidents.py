"""Incidents over the API: listing, claiming, judging."""

import pytest

from alerts.models import Incident, Verification

pytestmark = pytest.mark.django_db

EVIDENCE = {
    "seen_by": "trained_person",
    "agency_by": "vest text",
    "not_seen": "",
    "note": "Rosa, our observer, stands there and called me",
}


def test_it_lists_incidents_in_the_promised_shape(api, make_incident):
    incident = make_incident()

    answer = api.get("incidents/").json()

    assert answer["next"] is None
    (row,) = answer["results"]
    assert row["id"] == str(incident.pk)
    assert row["status"] == "new"
    assert row["place"] == {
        "label": "6th St & Vermont Ave",
        "lat": incident.lat,
        "lon": incident.lon,
        "confidence": 0.95,
    }
    assert row["independent_reporters"] == 0


def test_it_lists_one_status_only(api, make_incident, make_verified_incident):
    make_incident()
    verified = make_verified_incident()

    (row,) = api.get("incidents/", status="verified").json()["results"]

    assert row["id"] == str(verified.pk)
    assert api.get("incidents/", status="nonsense").status_code == 400


def test_it_leads_through_long_lists(api, make_incident):
    made = {str(make_incident().pk) for _ in range(3)}

    first = api.get("incidents/", limit="2").json()
    rest = api.client.get(first["next"]).json()

    assert {row["id"] for row in first["results"] + rest["results"]} == made
    assert rest["next"] is None


def test_it_asks_the_database_as_often_for_one_as_for_twenty(
    api, make_incident, django_assert_max_num_queries
):
    for _ in range(20):
        make_incident()

    with django_assert_max_num_queries(5):
        api.get("incidents/")


def test_it_claims_and_says_who_holds_it_already(api, make_api, make_incident):
    path = f"incidents/{make_incident().pk}/claim/"

    assert api.post(path).json()["holder"] == api.person.name
    assert api.post(path).status_code == 200
    assert make_api().post(path).status_code == 409


def test_it_verifies_with_evidence(api, make_incident):
    incident = make_incident()

    answer = api.post(
        f"incidents/{incident.pk}/judge/",
        outcome="verified",
        salute={"size": "6", "activity": "questioning", "equipment": "3 cars"},
        evidence=EVIDENCE,
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == "verified"
    assert Verification.objects.get().seen_by == "trained_person"
    assert Incident.objects.get().salute["size"] == "6"


def test_it_judges_once(api, make_api, make_incident):
    path = f"incidents/{make_incident().pk}/judge/"
    api.post(path, outcome="unverifiable")

    answer = make_api().post(path, outcome="verified", evidence=EVIDENCE)

    assert answer.status_code == 409
    assert not Verification.objects.exists()


def test_it_puts_the_incident_at_the_place_that_was_judged(api, make_incident):
    incident = make_incident(at=None)

    answer = api.post(
        f"incidents/{incident.pk}/judge/",
        outcome="verified",
        place="8th St & Normandie Ave",
        evidence=EVIDENCE,
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()["place"]["lat"] == pytest.approx(34.0577, abs=0.002)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"outcome": "perhaps"},
        {"outcome": "not_ice"},
        {"outcome": "not_ice", "what_it_was": "aliens"},
        {"outcome": "verified"},
        {"outcome": "verified", "evidence": {}},
        {"outcome": "verified", "evidence": {"seen_by": "my cousin"}},
        {"outcome": "verified", "evidence": {**EVIDENCE, "seen_by": "two_reporters"}},
        {"outcome": "verified", "evidence": {**EVIDENCE, "seen_by": "checked_photo"}},
        {"outcome": "verified", "evidence": EVIDENCE, "salute": "six"},
    ],
)
def test_it_says_what_is_missing(api, make_incident, said):
    incident = make_incident()

    answer = api.post(f"incidents/{incident.pk}/judge/", **said)

    assert answer.status_code == 400
    assert answer.json()
    incident.refresh_from_db()
    assert incident.status == "new"


@pytest.mark.parametrize("door", ["claim", "judge"])
def test_it_answers_404_to_unknown_incidents(api, door):
    path = f"incidents/00000000-0000-0000-0000-000000000000/{door}/"

    assert api.post(path, outcome="unverifiable").status_code == 404
    assert api.client.post(f"/api/v1/incidents/17/{door}/").status_code == 404

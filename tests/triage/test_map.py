import json

import pytest

from alerts.models import Area, OptOut, Place
from alerts.models.places import cell_at
from tests.conftest import SIXTH_AND_VERMONT

LINE = [[34.0634, -118.2918], [34.0634, -118.2928]]
SQUARE = {"type": "Polygon", "coordinates": [[[-118.3, 34.0], [-118.2, 34.0], [-118.2, 34.1]]]}


@pytest.fixture
def layer(verifier, db):
    def read(name: str) -> list[dict]:
        answer = verifier.get(f"/desk/map/{name}.json")
        assert answer["Content-Type"] == "application/geo+json"
        return json.loads(answer.content)["features"]

    return read


def test_it_draws_streets_longitude_first(layer):
    Place.objects.create(
        key="s1",
        kind=Place.Kind.ADDRESS,
        name="3300 W 6th St",
        lat=34.0634,
        lon=-118.2918,
        source="test",
        details={"street": "W 6th St", "line": LINE},
    )

    (street,) = layer("streets")

    assert street["geometry"]["coordinates"] == [[-118.2918, 34.0634], [-118.2928, 34.0634]]
    assert street["properties"]["name"] == "W 6th St"


def test_it_names_each_crossing(layer):
    Place.objects.create(
        key="c1",
        kind=Place.Kind.CROSSING,
        name="6th St & Vermont Ave",
        lat=34.0634,
        lon=-118.2918,
        source="test",
    )

    (crossing,) = layer("crossings")

    assert crossing["geometry"] == {"type": "Point", "coordinates": [-118.2918, 34.0634]}
    assert crossing["properties"] == {"name": "6th St & Vermont Ave"}


def test_it_draws_our_areas_only(layer):
    middle = {"lat": 34.05, "lon": -118.25}
    Area.objects.create(key="k", name="Koreatown", polygon=SQUARE, **middle)
    Area.objects.create(key="b", name="Boyle Heights", polygon=SQUARE, is_ours=False, **middle)

    assert [area["properties"]["name"] for area in layer("areas")] == ["Koreatown"]


def test_it_shows_responders_as_counts_per_cell_and_nothing_else(layer, make_responder):
    make_responder()
    left = make_responder()
    OptOut.objects.create(digest=left.opt_out_digest, source="word")
    make_responder(handle="Pedro")

    (cell,) = layer("responders")

    assert cell["properties"] == {"count": 2, "name": "2 responders"}
    ring = cell["geometry"]["coordinates"][0]
    assert len(ring) == 7
    assert ring[0] == ring[-1]


def test_it_marks_each_incident_with_a_name_and_a_word_for_its_state(layer, gathered):
    incident = gathered().incident
    gathered("la migra", at=None)

    (point,) = layer("incidents")

    assert point["properties"]["name"] == "6th St & Vermont Ave"
    assert point["properties"]["status_words"] == "New"
    assert point["properties"]["id"] == str(incident.pk)
    assert cell_at(*reversed(point["geometry"]["coordinates"])) == cell_at(*SIXTH_AND_VERMONT)


def test_it_has_no_other_layers(verifier):
    assert verifier.get("/desk/map/numbers.json").status_code == 404


def test_it_lets_a_browser_keep_streets_but_no_incident(verifier):
    assert "max-age" in verifier.get("/desk/map/streets.json")["Cache-Control"]
    assert verifier.get("/desk/map/incidents.json")["Cache-Control"] == "no-store"

"""The streets under the map of the report form."""

from django.core.cache import cache
from django.test import Client

from alerts.models import Place


def test_it_gives_the_streets_to_everybody(neighbour: Client) -> None:
    cache.clear()
    Place.objects.create(
        key="a",
        kind=Place.Kind.ADDRESS,
        name="600 S Vermont Ave",
        lat=34.0634,
        lon=-118.2918,
        source="test",
        details={"street": "S Vermont Ave", "line": [[34.063, -118.2918], [34.064, -118.2918]]},
    )
    answer = neighbour.get("/map/streets.json")
    feature = answer.json()["features"][0]
    assert answer["Content-Type"] == "application/geo+json"
    assert "max-age=3600" in answer["Cache-Control"]
    assert feature["geometry"]["coordinates"] == [[-118.2918, 34.063], [-118.2918, 34.064]]
    assert feature["properties"] == {"name": "S Vermont Ave"}
    cache.clear()

"""`manage.py import_places`: what it says, and that a bad file changes nothing."""

import io

import pytest
from django.core.management import CommandError, call_command

from alerts.models import Place
from alerts.places import Resolver, load
from alerts.places.table import index_path

CSV = """name,lat,lon,kind,names,street_a,street_b
Joe's Market,34.06,-118.30,landmark,la tiendita,,
Main & 1st,34.05,-118.24,crossing,,Main St,1st St
"""


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_DIR = tmp_path / "media"


@pytest.fixture
def city(tmp_path):
    path = tmp_path / "city.csv"
    path.write_text(CSV)
    return path


def run(*arguments: object, **options: object) -> str:
    out = io.StringIO()
    call_command("import_places", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_it_brings_the_places_of_a_file(db, city):
    said = run(city, source="Map: our city.")

    assert said.startswith("2 new, 0 changed, 0 as before")
    gazetteer = load(index_path())
    assert Resolver(gazetteer).resolve("1st and main")[0].label == "1st St & Main St"
    assert gazetteer.sources == ["Map: our city."]


def test_it_changes_nothing_the_second_time(db, city):
    run(city)

    assert run(city).startswith("0 new, 0 changed, 2 as before")


def test_it_only_counts_in_a_dry_run(db, city):
    said = run(city, dry_run=True)

    assert said == "2 places could be read. Nothing was written.\n"
    assert not Place.objects.exists()
    assert not index_path().exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bad.csv", CSV + "Broken,abc,1,landmark,,,\n"),
        ("bad.geojson", "{"),
        ("bad.osm.pbf", "no map at all"),
        ("bad.shp", "x"),
        ("empty.csv", "name,lat,lon\n"),
    ],
)
def test_it_changes_nothing_when_a_file_is_bad(db, city, tmp_path, name, text):
    run(city)
    before = index_path().read_bytes()
    (tmp_path / name).write_text(text)

    with pytest.raises(CommandError) as caught:
        run(city, tmp_path / name)

    assert str(caught.value).endswith("Nothing was changed.")
    assert Place.objects.count() == 2
    assert index_path().read_bytes() == before


def test_it_says_when_a_file_is_not_there(db, tmp_path):
    with pytest.raises(CommandError, match="not there"):
        run(tmp_path / "missing.csv")


def test_it_wants_a_file_or_the_shipped_places(db):
    with pytest.raises(CommandError, match="--shipped"):
        run()


def test_it_brings_the_shipped_places(db):
    assert " new, 0 changed, 0 as before" in run(shipped=True)
    assert Place.objects.filter(kind="crossing").count() > 8_000

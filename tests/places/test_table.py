"""Rows and the tables people edit: what is written, what stays, what the index is made of."""

from pathlib import Path

import pytest

from alerts.models import Area, Place
from alerts.places import PlaceRow, Resolver, load
from alerts.places.areas import BadArea
from alerts.places.shipped import shipped_rows
from alerts.places.table import index_path, keep, kept_rows, rebuild_index

SQUARE = [[-118.31, 34.05], [-118.29, 34.05], [-118.29, 34.07], [-118.31, 34.07], [-118.31, 34.05]]


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_DIR = tmp_path / "media"
    return settings.MEDIA_DIR


def landmark(key: str = "l-1", name: str = "Joe's Market", **columns) -> PlaceRow:
    return PlaceRow(key=key, kind="landmark", name=name, lat=34.06, lon=-118.3, **columns)


def area(ring=SQUARE, **columns) -> PlaceRow:
    return PlaceRow(
        key="a-1",
        kind="area",
        name="Old Town",
        lat=34.06,
        lon=-118.3,
        details={"polygon": {"type": "Polygon", "coordinates": [ring]}},
        **columns,
    )


def test_it_counts_what_is_new_changed_and_the_same(db):
    first = keep([landmark(), landmark("l-2", "The Bakery"), area()])
    again = keep([landmark(), landmark("l-2", "The Old Bakery"), area()])

    assert (first.new, first.changed, first.same, first.areas) == (2, 0, 0, 1)
    assert (again.new, again.changed, again.same, again.areas) == (0, 1, 1, 1)
    assert sorted(Place.objects.values_list("name", flat=True)) == [
        "Joe's Market",
        "The Old Bakery",
    ]


def test_it_gives_an_area_its_cells_and_takes_those_it_lost(db):
    keep([area()])
    wide = Area.objects.get().cells.count()
    small = [[-118.305, 34.055], [-118.304, 34.055], [-118.304, 34.056], [-118.305, 34.055]]

    keep([area(small)])

    assert 1 <= Area.objects.get().cells.count() < wide


def test_it_writes_nothing_when_one_area_is_wrong(db):
    bow_tie = [[0, 0], [0.1, 0.1], [0.1, 0], [0, 0.1], [0, 0]]

    with pytest.raises(BadArea):
        keep([landmark(), area(bow_tie)])

    assert not Place.objects.exists()


def test_it_builds_the_index_from_what_the_tables_hold(db):
    keep([landmark(names=("la tiendita",)), area()])

    assert rebuild_index() == 2

    city = Resolver(load(index_path()))
    assert city.resolve("agents at la tiendita")[0].label == "Joe's Market"
    neighbourhood = city.resolve("ice in old town")[0]
    assert neighbourhood.kind == "area"
    assert neighbourhood.precision_m > 1_000


def test_it_answers_from_the_tables_as_from_the_shipped_files(db, resolver):
    keep(list(shipped_rows()))
    rebuild_index()
    city = Resolver(load(index_path()))

    for text in ("6th n vermnt", "450 s western ave", "Hobart elementary", "ice in ktown"):
        (mine, theirs) = city.resolve(text)[0], resolver.resolve(text)[0]
        assert (mine.label, mine.kind) == (theirs.label, theirs.kind)
        assert mine.precision_m == pytest.approx(theirs.precision_m, abs=5)


def test_it_gives_back_the_rows_it_was_given(db):
    rows = [landmark(names=("la tiendita",), source="us", details={"category": "market"})]

    keep(rows)

    assert list(kept_rows()) == rows

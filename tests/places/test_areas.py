"""Outlines become H3 cells, or are refused with their own error."""

import json
import math

import h3
import pytest

from alerts.places.areas import (
    BadCoordinates,
    CrossesAntimeridian,
    NotAPolygon,
    OpenRing,
    SelfCrossing,
    TooLarge,
    UnreadableAreas,
    cells_of,
    contains,
    read_areas,
)


def polygon(*ring) -> dict:
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]}


def square(lon: float, lat: float, side: float) -> dict:
    return polygon(
        (lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side), (lon, lat)
    )


def circle(corners: int) -> dict:
    turn = [2 * math.pi * at / corners for at in range(corners)]
    ring = [(-118.3 + 0.02 * math.cos(t), 34.0 + 0.02 * math.sin(t)) for t in turn]
    return polygon(*ring, ring[0])


def test_it_covers_an_area_with_cells_of_resolution_8():
    cells = cells_of(square(-118.31, 34.05, 0.02))

    assert len(cells) == len(set(cells)) > 4
    assert {h3.get_resolution(h3.int_to_str(cell)) for cell in cells} == {8}
    middle = h3.latlng_to_cell(34.06, -118.30, 8)
    assert h3.str_to_int(middle) in cells


def test_it_gives_even_the_smallest_area_a_cell():
    assert len(cells_of(square(-118.3, 34.05, 0.00001))) >= 1


@pytest.mark.parametrize(
    ("geometry", "error"),
    [
        ({"type": "Point", "coordinates": [1, 2]}, NotAPolygon),
        ({"type": "Polygon"}, NotAPolygon),
        ({"type": "Polygon", "coordinates": []}, NotAPolygon),
        ({"type": "Polygon", "coordinates": [3]}, NotAPolygon),
        ({"type": "Polygon", "coordinates": [[1, 2, 3, 1]]}, BadCoordinates),
        (polygon((1, 1), (2, 2), (3, 3)), OpenRing),
        (polygon((1, 1), (2, 2), (3, 1), (1, 2)), OpenRing),
        (polygon((34, -118), (35, -118), (35, -117), (34, -118)), BadCoordinates),
        (polygon((1, 1), ("2", 2), (3, 1), (1, 1)), BadCoordinates),
        (polygon((1, 1), (float("nan"), 2), (3, 1), (1, 1)), BadCoordinates),
        (polygon((0, 0), (0.1, 0.1), (0.1, 0), (0, 0.1), (0, 0)), SelfCrossing),
        (
            polygon((179.9, 1), (-179.9, 1), (-179.9, 1.1), (179.9, 1.1), (179.9, 1)),
            CrossesAntimeridian,
        ),
        (square(-120, 30, 5), TooLarge),
        (circle(20_001), TooLarge),
    ],
)
def test_it_refuses_an_outline_that_cannot_be_an_area(geometry, error):
    with pytest.raises(error) as caught:
        cells_of(geometry)

    assert str(caught.value).endswith(".")


def test_it_accepts_parts_on_both_sides_of_the_antimeridian():
    west, east = square(179.9, 1, 0.05), square(-179.95, 1, 0.05)
    both = {"type": "MultiPolygon", "coordinates": [west["coordinates"], east["coordinates"]]}

    assert len(cells_of(both)) > 10


def test_it_checks_an_outline_of_many_corners_quickly():
    assert cells_of(circle(5_000))


def test_it_knows_what_lies_inside_and_in_a_hole():
    ring = square(-118.31, 34.05, 0.02)["coordinates"][0]
    hole = square(-118.305, 34.055, 0.005)["coordinates"][0]
    ringed = {"type": "Polygon", "coordinates": [ring, hole]}

    assert contains(ringed, (34.051, -118.309))
    assert not contains(ringed, (34.057, -118.303))
    assert not contains(ringed, (34.08, -118.30))


def test_it_reads_named_outlines_with_their_other_names(tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"name": "Old Town", "aliases": ["centro viejo"]},
            "geometry": square(-118.31, 34.05, 0.02),
        }
    ]
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))

    (area,) = read_areas(path)

    assert (area.name, area.aliases) == ("Old Town", ("centro viejo",))


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "{}",
        '{"features": []}',
        '{"features": [{"properties": {"name": ""}, "geometry": {}}]}',
        '{"features": [{"properties": null, "geometry": null}]}',
    ],
)
def test_it_refuses_a_file_without_named_outlines(tmp_path, text):
    path = tmp_path / "areas.geojson"
    path.write_text(text)

    with pytest.raises(UnreadableAreas):
        read_areas(path)

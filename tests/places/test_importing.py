"""Map files become rows; a bad file is refused with its own error."""

import json
import zipfile
from pathlib import Path

import pytest

from alerts.places import Resolver, build_index, load
from alerts.places.importing import (
    BadRow,
    BrokenFile,
    MissingColumns,
    NothingInside,
    UnknownFormat,
    UnreadableFile,
    read_places,
)

osmium = pytest.importorskip("osmium")


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def resolver_for(tmp_path):
    """A resolver over one imported file."""

    def build(path: Path) -> Resolver:
        build_index(read_places(path, source="test"), tmp_path / "imported.idx")
        return Resolver(load(tmp_path / "imported.idx"))

    return build


CSV = """name,lat,lon,kind,names,category,street_a,street_b,street,low,high
Joe's Market,34.06,-118.30,landmark,mercado de joe|조 마켓,market,,,,,
Main & 1st,34.05,-118.24,crossing,,,Main St,1st St,,,
Main St 100s,34.051,-118.241,address,,,,,N Main St,100,198
"""


def test_it_reads_a_table(tmp_path, resolver_for):
    city = resolver_for(write(tmp_path / "places.csv", CSV))

    assert city.resolve("조 마켓 앞에")[0].label == "Joe's Market"
    assert city.resolve("1st and main")[0].label == "1st St & Main St"
    assert city.resolve("150 n main st")[0].kind == "address"


def test_it_gives_a_row_the_same_key_at_every_import(tmp_path):
    path = write(tmp_path / "places.csv", CSV)

    assert [row.key for row in read_places(path)] == [row.key for row in read_places(path)]


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("title,lat\nx,1\n", MissingColumns, "name, lon"),
        ("name,lat,lon\nx,34.0,abc\n", BadRow, "row 2: lon is not a number"),
        ("name,lat,lon\nx,91,1\n", BadRow, "row 2: lat is out of range"),
        ("name,lat,lon\nx,nan,1\n", BadRow, "row 2: lat is out of range"),
        ("name,lat,lon\na,1,1\n,2,2\n", BadRow, "row 3: name is empty"),
        ("name,lat,lon,kind\na,1,1,volcano\n", BadRow, "volcano"),
        ("name,lat,lon,kind\nalone,1,1,crossing\n", BadRow, "street_a"),
        ("name,lat,lon,kind\nalone,1,1,address\n", BadRow, "street and low"),
        ("name,lat,lon\n", NothingInside, "no places"),
        ("", MissingColumns, "name"),
    ],
)
def test_it_refuses_a_bad_table_and_says_why(tmp_path, text, error, says):
    with pytest.raises(error) as caught:
        list(read_places(write(tmp_path / "bad.csv", text)))

    assert says in str(caught.value)
    assert isinstance(caught.value, UnreadableFile)


def test_it_refuses_other_encodings_and_formats(tmp_path):
    (tmp_path / "latin.csv").write_bytes("name,lat,lon\nPeña,1,1\n".encode("latin-1"))
    write(tmp_path / "map.shp", "x")

    with pytest.raises(BrokenFile):
        list(read_places(tmp_path / "latin.csv"))
    with pytest.raises(UnknownFormat):
        list(read_places(tmp_path / "map.shp"))
    with pytest.raises(BrokenFile):
        list(read_places(tmp_path / "missing.csv"))


def feature(kind: str, coordinates, **facts) -> dict:
    return {
        "type": "Feature",
        "properties": facts,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def geojson(path: Path, *features: dict) -> Path:
    return write(path, json.dumps({"type": "FeatureCollection", "features": features}))


SQUARE = [
    [[-118.31, 34.05], [-118.29, 34.05], [-118.29, 34.07], [-118.31, 34.07], [-118.31, 34.05]]
]


def test_it_computes_crossings_where_lines_share_a_corner(tmp_path, resolver_for):
    path = geojson(
        tmp_path / "city.geojson",
        feature(
            "LineString", [[-118.31, 34.06], [-118.30, 34.06], [-118.29, 34.06]], name="Elm Street"
        ),
        feature("LineString", [[-118.30, 34.05], [-118.30, 34.06]], name="S Oak Avenue"),
        feature("Point", [-118.305, 34.065], name="Corner Deli", names=["la tiendita"]),
        feature("Polygon", SQUARE, name="Old Town", aliases="centro viejo|구시가"),
        feature("Point", [-118.3, 34.06], note="has no name"),
    )
    city = resolver_for(path)

    corner = city.resolve("elm and oak")[0]
    assert (corner.lat, corner.lon) == (34.06, -118.30)
    assert corner.label == "Elm St & Oak Ave"
    assert city.resolve("la tiendita")[0].label == "Corner Deli"
    assert city.resolve("구시가에 단속")[0].label == "Old Town"


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"features": 3}', '{"features": ["x"]}', "\xff"],
)
def test_it_refuses_what_is_not_geojson(tmp_path, text):
    with pytest.raises(BrokenFile):
        list(read_places(write(tmp_path / "bad.geojson", text)))


@pytest.mark.parametrize(
    "bad",
    [
        feature("Point", [200, 34], name="x"),
        feature("Point", ["a", "b"], name="x"),
        feature("Point", [], name="x"),
        feature("LineString", [[1]], name="x"),
        feature("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]], name="bow tie"),
    ],
)
def test_it_names_the_feature_that_is_wrong(tmp_path, bad):
    good = feature("Point", [-118.3, 34.06], name="fine")

    with pytest.raises(BadRow) as caught:
        list(read_places(geojson(tmp_path / "bad.geojson", good, bad)))

    assert "feature 2" in str(caught.value)


STOPS = """stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station
1,Olympic / Normandie,34.0526,-118.3001,0,
2,Normandie / Olympic,34.0527,-118.2999,0,
3,Union Station,34.0562,-118.2347,1,
4,Union Station Platform 2,34.0562,-118.2347,0,3
5,Wilshire / Vermont Layover,34.0626,-118.2900,0,
"""


@pytest.mark.parametrize("is_zipped", [False, True])
def test_it_reads_gtfs_stops(tmp_path, resolver_for, is_zipped):
    path = write(tmp_path / "stops.txt", STOPS)
    if is_zipped:
        with zipfile.ZipFile(tmp_path / "gtfs.zip", "w") as archive:
            archive.write(path, "stops.txt")
        path = tmp_path / "gtfs.zip"
    rows = list(read_places(path))

    assert sorted(row.kind for row in rows) == ["crossing", "station"]
    city = resolver_for(path)
    assert city.resolve("olympic & normandie")[0].lat == pytest.approx(34.05265)
    assert city.resolve("ice at union station")[0].kind == "station"


def test_it_refuses_a_zip_without_stops(tmp_path):
    with zipfile.ZipFile(tmp_path / "gtfs.zip", "w") as archive:
        archive.writestr("routes.txt", "x")
    write(tmp_path / "not.zip", "not a zip")

    for name in ("gtfs.zip", "not.zip"):
        with pytest.raises(BrokenFile):
            list(read_places(tmp_path / name))


@pytest.fixture
def extract(tmp_path) -> Path:
    """A village in OpenStreetMap's own format: two streets, a school, houses, an exit."""
    path = tmp_path / "village.osm.pbf"
    node, way = osmium.osm.mutable.Node, osmium.osm.mutable.Way
    with osmium.SimpleWriter(str(path)) as writer:
        places = {
            1: (-118.301, 34.06),
            2: (-118.300, 34.06),
            3: (-118.299, 34.06),
            4: (-118.300, 34.061),
            5: (-118.3005, 34.05),
            6: (-118.2995, 34.05),
            7: (-118.300, 34.0505),
        }
        for number, spot in places.items():
            writer.add_node(node(id=number, location=spot))
        school = {
            "amenity": "school",
            "name": "Hobart Elementary School",
            "name:es": "Primaria Hobart",
            "name:ko": "호바트 초등학교",
        }
        writer.add_node(node(id=10, location=(-118.302, 34.062), tags=school))
        for number, house, lon in ((11, "100", -118.3009), (12, "180", -118.3001)):
            tags = {"addr:housenumber": house, "addr:street": "West 6th Street"}
            writer.add_node(node(id=number, location=(lon, 34.0602), tags=tags))
        tags = {"place": "neighbourhood", "name": "Rose Hill"}
        writer.add_node(node(id=13, location=(-118.3, 34.07), tags=tags))
        street = {"highway": "primary", "name": "West 6th Street", "name:ko": "육가"}
        writer.add_way(way(id=1, nodes=[1, 2, 3], tags=street))
        other = {"highway": "residential", "name": "Vermont Avenue", "alt_name": "La Vermont"}
        writer.add_way(way(id=2, nodes=[7, 2, 4], tags=other))
        writer.add_way(way(id=3, nodes=[11, 12], tags={"addr:interpolation": "even"}))
        writer.add_way(way(id=4, nodes=[5, 6], tags={"highway": "motorway", "ref": "I 10"}))
        writer.add_way(way(id=5, nodes=[5, 7], tags={"highway": "motorway_link"}))
    return path


def test_it_reads_an_openstreetmap_extract(extract, resolver_for):
    city = resolver_for(extract)

    assert city.resolve("6th and vermont")[0].label == "6th St & Vermont Ave"
    assert city.resolve("육가랑 버몬트")[0].is_confident
    assert city.resolve("140 w 6th st")[0].lon == pytest.approx(-118.3005, abs=2e-5)
    assert city.resolve("호바트 초등학교 앞")[0].label == "Hobart Elementary School"
    assert city.resolve("off the 10 fwy at vermont exit")[0].label == "I-10 at Vermont Ave"
    assert city.resolve("redada en rose hill")[0].kind == "area"
    assert city.gazetteer.sources == ["© OpenStreetMap contributors. test"]


def test_it_refuses_a_damaged_extract(extract):
    data = extract.read_bytes()
    for name, content in (("cut.osm.pbf", data[: len(data) // 2]), ("no.osm.pbf", b"no map" * 99)):
        path = extract.with_name(name)
        path.write_bytes(content)
        with pytest.raises(BrokenFile):
            list(read_places(path))

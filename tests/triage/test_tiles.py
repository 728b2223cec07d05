"""The ground under the map, from a file the network brings."""

from contextlib import suppress
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from alerts.triage import tiles
from alerts.triage.tiles import NoTiles, open_tiles

TILE = (13, 1404, 3272)
URL = "/desk/map/{}/{}/{}"


@pytest.fixture
def picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (256, 256), "#88aa88").save(content, "png")
    return content.getvalue()


@pytest.fixture
def bring(tmp_path, settings, picture):
    """Write a file of one tile and have the desk use it."""
    tiles.usable.cache_clear()

    def write(kind: TileType = TileType.PNG) -> Path:
        path = tmp_path / "city.pmtiles"
        with path.open("wb") as file:
            writer = Writer(file)
            writer.write_tile(zxy_to_tileid(*TILE), picture)
            writer.finalize(
                {
                    "tile_type": kind,
                    "tile_compression": Compression.NONE,
                    "min_zoom": 13,
                    "max_zoom": 13,
                    "min_lon_e7": -1_184_000_000,
                    "min_lat_e7": 340_000_000,
                    "max_lon_e7": -1_182_000_000,
                    "max_lat_e7": 341_000_000,
                    "center_zoom": 13,
                    "center_lon_e7": -1_183_000_000,
                    "center_lat_e7": 340_500_000,
                },
                {"attribution": '<a href="https://osm.example">© OpenStreetMap</a>'},
            )
        settings.MAP_TILES = str(path)
        return path

    yield write
    tiles.usable.cache_clear()


def test_it_serves_the_tiles_of_the_networks_file(verifier, bring, picture):
    bring()

    answer = verifier.get(URL.format(*TILE))

    assert answer.content == picture
    assert answer["Content-Type"] == "image/png"
    assert "max-age=3600" in answer["Cache-Control"]


@pytest.mark.parametrize("tile", [(13, 0, 0), (13, 9_999, 0), (12, 1, 1), (99, 0, 0)])
def test_it_has_nothing_where_the_file_has_nothing(verifier, bring, tile):
    bring()

    assert verifier.get(URL.format(*tile)).status_code == 204


def test_it_tells_the_map_where_the_ground_is_and_names_its_makers(verifier, bring, network):
    bring()

    page = verifier.get("/desk/").content.decode()

    assert 'data-tiles="/desk/map/{z}/{x}/{y}" data-zooms="13 13"' in page
    assert 'data-bounds="34.0 -118.4 34.1 -118.2"' in page
    assert "© OpenStreetMap" in page
    assert "osm.example" not in page


def test_it_shows_our_own_lines_alone_without_a_file(verifier, network):
    assert "data-tiles" not in verifier.get("/desk/").content.decode()
    assert verifier.get(URL.format(*TILE)).status_code == 404


def test_it_serves_no_stranger(client, bring, db):
    bring()

    assert client.get(URL.format(*TILE)).status_code == 302


@pytest.mark.parametrize(
    "content", [b"", b"PMTiles", b"PMTiles\x03" + bytes(119), b"no map at all" * 40]
)
def test_it_does_without_a_file_that_it_cannot_read(verifier, bring, network, content, caplog):
    path = bring()
    path.write_bytes(content)

    with pytest.raises(NoTiles):
        open_tiles(path)
    assert "data-tiles" not in verifier.get("/desk/").content.decode()
    assert "city.pmtiles" in caplog.text


def test_it_does_without_tiles_of_lines(bring):
    with pytest.raises(NoTiles, match="no raster tiles"):
        open_tiles(bring(TileType.MVT))


@pytest.mark.parametrize("left", [0, 100, 150])
def test_it_does_without_a_file_that_is_copied_over(verifier, bring, left):
    path = bring()
    verifier.get("/desk/")
    path.write_bytes(path.read_bytes()[:left])

    assert verifier.get(URL.format(*TILE)).status_code == 204


@pytest.mark.django_db
def test_the_doctor_looks_at_the_file(bring, settings):
    bring()
    assert "Map: tiles of zoom 13 to 13." in doctor()

    settings.MAP_TILES = "/nowhere/city.pmtiles"
    assert "no PMTiles file" in doctor()


def doctor() -> str:
    said = StringIO()
    with suppress(CommandError):
        call_command("doctor", stdout=said)
    return said.getvalue()

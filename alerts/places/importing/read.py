"""Choose the reader by the file's name."""

from collections.abc import Callable, Iterator
from pathlib import Path

from alerts.places.importing.errors import BrokenFile, NothingInside, UnknownFormat
from alerts.places.importing.geojson import read_geojson
from alerts.places.importing.gtfs import read_gtfs
from alerts.places.importing.osm import read_osm
from alerts.places.importing.tables import read_csv
from alerts.places.rows import PlaceRow

Reader = Callable[[Path, str], Iterator[PlaceRow]]

_READERS: tuple[tuple[tuple[str, ...], Reader], ...] = (
    ((".osm.pbf", ".osm", ".osm.bz2", ".osm.gz", ".pbf"), read_osm),
    ((".geojson", ".json"), read_geojson),
    (("stops.txt", ".zip"), read_gtfs),
    ((".csv",), read_csv),
)


def read_places(path: Path, *, source: str = "") -> Iterator[PlaceRow]:
    """Yield the places of a map file: OSM extract, GeoJSON, CSV or GTFS stops.txt (also zipped).

    `source` is the attribution line to keep with each row, where the format does not give one.
    Raise an UnreadableFile before the first row, or at the row that is wrong: a caller that
    collects all rows before it writes has then changed nothing.
    """
    name = path.name.lower()
    for endings, reader in _READERS:
        if name.endswith(endings):
            yield from _at_least_one(path, reader(path, source))
            return
    raise UnknownFormat(
        f"{path.name}: only .osm.pbf, .osm, .geojson, .csv, stops.txt and GTFS .zip can be read."
    )


def _at_least_one(path: Path, rows: Iterator[PlaceRow]) -> Iterator[PlaceRow]:
    if not path.is_file():
        raise BrokenFile(f"{path.name} is not there or is not a file.")
    first = next(rows, None)
    if first is None:
        raise NothingInside(f"{path.name} holds no places that can be used.")
    yield first
    yield from rows

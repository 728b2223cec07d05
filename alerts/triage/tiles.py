"""The ground under the map: raster tiles of a PMTiles file, if the network brings one.

https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md. The file is read piece by piece:
that of a city may have gigabytes. It is not mapped into memory, where a copy over it would kill us.
"""

import logging
import os
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from pmtiles.reader import Reader
from pmtiles.tile import Compression, MagicNumberNotFound, SpecVersionUnsupported, TileType

log = logging.getLogger(__name__)

CONTENT_TYPES = {
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
    TileType.AVIF: "image/avif",
}
AS_THEY_ARE = (Compression.UNKNOWN, Compression.NONE)
# What a broken file makes the package raise.
NONSENSE = (
    MagicNumberNotFound,
    SpecVersionUnsupported,
    ValueError,
    KeyError,
    IndexError,
    EOFError,
    OSError,
    zlib.error,
)


class NoTiles(Exception):
    """The file cannot be read, or holds no raster tiles; says which."""


@dataclass(frozen=True, slots=True)
class Tiles:
    """An open file of tiles."""

    reader: Reader
    content_type: str
    least_zoom: int
    most_zoom: int
    bounds: tuple[float, float, float, float]
    """South, west, north, east, in degrees."""
    attribution: str
    """Whom to name, as the file says it, without its markup."""

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return one tile, or None where the file has none."""
        try:
            found: bytes | None = self.reader.get(z, x, y)
        except OverflowError:  # farther in than any map
            return None
        except NONSENSE as err:
            log.warning("tile %d/%d/%d cannot be read: %s", z, x, y, type(err).__name__)
            return None
        return found or None


def pieces_of(path: Path) -> Callable[[int, int], bytes]:
    """Open a file, for as long as we use it, and return what reads `length` bytes at `offset`."""
    file = path.open("rb")

    def piece(offset: int, length: int) -> bytes:
        return os.pread(file.fileno(), length, offset)

    return piece


def open_tiles(path: Path) -> Tiles:
    """Open a PMTiles file; raise NoTiles."""
    try:
        reader = Reader(pieces_of(path))
        header, words = reader.header(), reader.metadata()
        reader.get(header["min_zoom"], 0, 0)
    except NONSENSE as err:
        raise NoTiles(f"{path.name} is no PMTiles file, version 3 ({type(err).__name__})") from err
    if header["tile_type"] not in CONTENT_TYPES or header["tile_compression"] not in AS_THEY_ARE:
        raise NoTiles(f"{path.name} holds no raster tiles")
    sides = ("min_lat_e7", "min_lon_e7", "max_lat_e7", "max_lon_e7")
    south, west, north, east = (header[side] / 1e7 for side in sides)
    return Tiles(
        reader,
        CONTENT_TYPES[header["tile_type"]],
        header["min_zoom"],
        header["max_zoom"],
        (south, west, north, east),
        re.sub(r"<[^>]*>", "", str(words.get("attribution", ""))).strip(),
    )


@lru_cache(maxsize=2)
def usable(path: str) -> Tiles | None:
    """Return the tiles of a file, or None, said once, if it has none for us."""
    try:
        return open_tiles(Path(path))
    except NoTiles as err:
        log.warning("the map has no ground: %s", err)
        return None


def tiles() -> Tiles | None:
    """Return the tiles of settings.MAP_TILES, None without."""
    return usable(settings.MAP_TILES) if settings.MAP_TILES else None

"""Readers of public map files: each gives gazetteer rows or says what is wrong with the file."""

from alerts.places.importing.errors import (
    BadRow,
    BrokenFile,
    MissingColumns,
    NothingInside,
    OsmReaderMissing,
    UnknownFormat,
    UnreadableFile,
)
from alerts.places.importing.read import read_places

__all__ = [
    "BadRow",
    "BrokenFile",
    "MissingColumns",
    "NothingInside",
    "OsmReaderMissing",
    "UnknownFormat",
    "UnreadableFile",
    "read_places",
]

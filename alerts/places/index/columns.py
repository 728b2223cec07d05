"""Turn collected rows into the sorted columns that the index file holds."""

from array import array
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from zlib import crc32

from alerts.places.index.spelling import deletions, sound_keys
from alerts.places.index.tables import MICRO, Tables
from alerts.places.sounds import jamo

FUZZY_LENGTHS = range(4, 25)
"""Names outside are found by their exact spelling only."""

Columns = dict[str, "array[int]"]


def columns_of(tables: Tables) -> tuple[Columns, dict[str, bytes]]:
    """Return the columns and the texts. Sorts the tables' rows on the way."""
    columns: Columns = {}
    _crossings(tables, columns)
    _ranges(tables, columns)
    _landmarks(tables, columns)
    _names(tables, columns)
    return columns, _texts(tables, columns)


def meta_of(tables: Tables) -> dict[str, Any]:
    """Return what is kept beside the columns, as JSON values."""
    return {
        "types": list(tables.types),
        "categories": list(tables.categories),
        "areas": tables.areas,
        "sources": [source for source in tables.sources if source],
        "rows": tables.rows,
        "streets": len(tables.bases),
        "landmarks": len(tables.landmarks),
    }


def _crossings(tables: Tables, columns: Columns) -> None:
    rows = tables.crossings
    rows.sort()
    columns["x_pair"] = array("Q", (row.pair for row in rows))
    columns["x_lat"] = array("i", (row.lat for row in rows))
    columns["x_lon"] = array("i", (row.lon for row in rows))
    columns["x_type_a"] = array("B", (row.type_a for row in rows))
    columns["x_type_b"] = array("B", (row.type_b for row in rows))
    columns["x_weight"] = array("B", (row.weight for row in rows))
    columns["x_precision"] = array("H", (row.precision for row in rows))
    columns["x_key"] = array("I", (row.key for row in rows))
    by_base: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_base[row.pair >> 32].append(number)
        by_base[row.pair & 0xFFFFFFFF].append(number)
    for numbers in by_base.values():
        numbers.sort(key=_main_axis(tables, numbers))
    per_base = [by_base.get(base, []) for base in range(len(tables.bases))]
    columns["b_start"], columns["b_crossing"] = _ragged(per_base)


def _main_axis(tables: Tables, numbers: list[int]) -> Callable[[int], int]:
    """Return what to sort a street's crossings by, to have them in order along it."""
    rows = tables.crossings
    lats = [rows[number].lat for number in numbers]
    lons = [rows[number].lon for number in numbers]
    if max(lats) - min(lats) > max(lons) - min(lons):
        return lambda number: rows[number].lat
    return lambda number: rows[number].lon


def _ranges(tables: Tables, columns: Columns) -> None:
    rows = tables.ranges
    rows.sort()
    by_base: list[list[int]] = [[] for _ in tables.bases]
    for number, row in enumerate(rows):
        by_base[row.base].append(number)
    columns["b_range"], _ = _ragged(by_base)
    columns["r_low"] = array("I", (row.low for row in rows))
    columns["r_high"] = array("I", (row.high for row in rows))
    columns["r_direction"] = array("B", (row.direction for row in rows))
    columns["r_type"] = array("B", (row.type for row in rows))
    columns["r_key"] = array("I", (row.key for row in rows))
    points = [[round(degree * MICRO) for point in row.line for degree in point] for row in rows]
    columns["r_line"], columns["r_point"] = _ragged(points, code="i")


def _landmarks(tables: Tables, columns: Columns) -> None:
    rows = tables.landmarks
    columns["m_label"] = array("I", (row.label for row in rows))
    columns["m_key"] = array("I", (row.key for row in rows))
    columns["m_category"] = array("H", (row.category for row in rows))
    columns["m_lat"] = array("i", (row.lat for row in rows))
    columns["m_lon"] = array("i", (row.lon for row in rows))
    columns["m_precision"] = array("H", (row.precision for row in rows))
    columns["m_kind"] = array("B", (row.kind for row in rows))


def _names(tables: Tables, columns: Columns) -> None:
    ordered = sorted(
        (crc32(text.encode()), text, kind, target, standing)
        for (text, kind, target), standing in tables.names.items()
    )
    columns["n_hash"] = array("I", (row[0] for row in ordered))
    columns["n_text"] = array("I", (tables.string(row[1]) for row in ordered))
    columns["n_kind"] = array("B", (row[2] for row in ordered))
    columns["n_target"] = array("I", (row[3] for row in ordered))
    columns["n_standing"] = array("B", (row[4] for row in ordered))
    fuzzy, heard = array("Q"), array("Q")
    for text in {row[1]: None for row in ordered}:
        number = tables.strings[text]
        spelt = jamo(text)
        if len(spelt) in FUZZY_LENGTHS:
            fuzzy.extend(crc32(cut.encode()) << 32 | number for cut in deletions(spelt))
        heard.extend(crc32(key.encode()) << 32 | number for key in sound_keys(text))
    columns["d_entry"] = array("Q", sorted(fuzzy))
    columns["s_entry"] = array("Q", sorted(set(heard)))


def _texts(tables: Tables, columns: Columns) -> dict[str, bytes]:
    columns["b_name"] = array("I", (tables.string(name) for name in tables.base_names))
    encoded = [text.encode() for text in tables.strings]
    starts = array("I", [0])
    for text in encoded:
        starts.append(starts[-1] + len(text))
    columns["t_start"] = starts
    return {"t_text": b"".join(encoded)}


def _ragged(rows: list[list[int]], *, code: str = "I") -> tuple["array[int]", "array[int]"]:
    """Return where each row starts in the flat array, one more than rows, and that array."""
    starts: array[int] = array("I", [0])
    flat: array[int] = array(code)
    for row in rows:
        flat.extend(row)
        starts.append(len(flat))
    return starts, flat

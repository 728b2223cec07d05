"""Places from a table: CSV with a header."""

import csv
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path

from alerts.places.importing.errors import BadRow, BrokenFile, MissingColumns
from alerts.places.names import split_street
from alerts.places.rows import KINDS, PlaceRow

NEEDED = ("name", "lat", "lon")


def read_csv(path: Path, source: str) -> Iterator[PlaceRow]:
    """Yield the rows of a CSV file in UTF-8.

    Needed columns: name, lat, lon (WGS84 degrees). Also read: kind (landmark if empty), names
    (other names, split by |), key, category, address, precision_m, source; for a crossing
    street_a and street_b; for house numbers street, low and high.
    Raise BrokenFile, MissingColumns or BadRow.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [column for column in NEEDED if column not in (reader.fieldnames or ())]
            if missing:
                raise MissingColumns(f"{path.name} lacks the columns {', '.join(missing)}.")
            for number, row in enumerate(reader, 2):
                yield _place(path.name, number, row, source)
    except (UnicodeDecodeError, csv.Error) as err:
        raise BrokenFile(f"{path.name} is not a CSV file in UTF-8.") from err
    except OSError as err:
        raise BrokenFile(f"{path.name} cannot be read.") from err


def number_in(name: str, number: int, text: str | None, column: str, most: float) -> float:
    """Return a number of a row. Raise BadRow if it is none or larger than `most`."""
    try:
        value = float(text or "")
    except ValueError:
        raise BadRow(f"{name}, row {number}: {column} is not a number.") from None
    if not -most <= value <= most:
        raise BadRow(f"{name}, row {number}: {column} is out of range.")
    return value


def stable_key(prefix: str, *parts: object) -> str:
    """Return a key that is the same at every import of the same place."""
    text = "|".join(str(part) for part in parts)
    return prefix + sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]


def _place(file: str, number: int, row: dict[str, str], source: str) -> PlaceRow:
    lat = number_in(file, number, row["lat"], "lat", 90)
    lon = number_in(file, number, row["lon"], "lon", 180)
    name = (row["name"] or "").strip()
    kind = (row.get("kind") or "landmark").strip().lower()
    if not name or len(name) > 200:
        raise BadRow(f"{file}, row {number}: name is empty or longer than 200 characters.")
    if kind not in KINDS or kind == "area":
        raise BadRow(f"{file}, row {number}: kind “{kind}” is not known.")
    details = _details(file, number, row, kind, name)
    precision = row.get("precision_m") or "50"
    return PlaceRow(
        key=(row.get("key") or stable_key("csv-", kind, name, f"{lat:.4f}", f"{lon:.4f}"))[:80],
        kind=kind,
        name=name,
        lat=lat,
        lon=lon,
        names=tuple(filter(None, (part.strip() for part in (row.get("names") or "").split("|")))),
        precision_m=int(number_in(file, number, precision, "precision_m", 50_000)),
        source=(row.get("source") or source)[:200],
        details=details,
    )


def _details(
    file: str, number: int, row: dict[str, str], kind: str, name: str
) -> dict[str, object]:
    if kind == "crossing":
        streets = [row.get("street_a") or "", row.get("street_b") or ""]
        if not all(streets):
            streets = [part.strip() for part in name.replace(" / ", " & ").split(" & ")]
        if len(streets) != 2 or not all(split_street(street).base for street in streets):
            raise BadRow(f"{file}, row {number}: a crossing needs street_a and street_b.")
        return {"streets": streets, "weight": 20}
    if kind == "address":
        if not row.get("street"):
            raise BadRow(f"{file}, row {number}: an address needs street and low.")
        low = int(number_in(file, number, row.get("low"), "low", 99_999))
        high = int(number_in(file, number, row.get("high") or row.get("low"), "high", 99_999))
        if min(low, high) < 0:
            raise BadRow(f"{file}, row {number}: a house number is below 0.")
        return {"street": row["street"], "low": min(low, high), "high": max(low, high)}
    return {"category": row.get("category") or "", "address": row.get("address") or ""}

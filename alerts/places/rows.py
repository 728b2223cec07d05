"""One row of the gazetteer, the plain shape that readers give and the index takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

RowKind = Literal["crossing", "address", "landmark", "station", "ramp", "street", "area"]
KINDS: tuple[RowKind, ...] = (
    "crossing", "address", "landmark", "station", "ramp", "street", "area",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A named place. Same columns as the table that people edit.

    `details` by kind: a crossing has `streets` (two full names), an address range `street`
    (with its direction), `low`, `high` and `line` ([[lat, lon], ...]), a landmark, station or
    ramp may have `category` and `address`, an area has `polygon` (a GeoJSON geometry).
    A street row carries other ways to say a street's name.
    """

    key: str
    """Stable across imports of the same source; at most 80 characters."""
    kind: RowKind
    name: str
    lat: float
    lon: float
    names: tuple[str, ...] = ()
    """Other ways to say it, in any language."""
    precision_m: int = 50
    source: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

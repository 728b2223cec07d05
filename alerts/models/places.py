"""The editable source of the gazetteer, and the areas a network covers."""

import h3
from django.db import models
from django.utils.translation import gettext_lazy as _

CELL_RESOLUTION = 8
"""About 1 km from centre to centre: https://h3geo.org/docs/core-library/restable"""


def cell_at(lat: float, lon: float) -> int:
    """Return the H3 cell (resolution 8) around a WGS84 point, as a 63-bit whole number."""
    return int(h3.str_to_int(h3.latlng_to_cell(lat, lon, CELL_RESOLUTION)))


def cell_centre(cell: int) -> tuple[float, float]:
    """Return latitude and longitude of a cell's centre."""
    lat, lon = h3.cell_to_latlng(h3.int_to_str(cell))
    return float(lat), float(lon)


class Place(models.Model):
    """A named point: a crossing, an address range, a landmark, a station."""

    class Kind(models.TextChoices):
        CROSSING = "crossing", _("Crossing")
        ADDRESS = "address", _("Address")
        LANDMARK = "landmark", _("Landmark")
        STATION = "station", _("Station")
        RAMP = "ramp", _("Freeway ramp")
        STREET = "street", _("Street")

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    names = models.JSONField(default=list, blank=True)
    """Other ways to say it, in any language."""
    lat = models.FloatField()
    lon = models.FloatField()
    precision_m = models.PositiveIntegerField(default=50)
    source = models.CharField(max_length=200)
    """Whom to name where the place is shown."""
    details = models.JSONField(default=dict, blank=True)
    """What the index needs beside the name: street names, house numbers, tags."""

    class Meta:
        indexes = [models.Index(fields=["kind", "name"], name="place_by_name")]

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """A neighbourhood polygon, held as H3 cells."""

    key = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=120)
    aliases = models.JSONField(default=list, blank=True)
    polygon = models.JSONField()
    """GeoJSON geometry, WGS84."""
    lat = models.FloatField()
    lon = models.FloatField()
    source = models.CharField(max_length=200, blank=True, default="")
    is_ours = models.BooleanField(default=True)
    """Whether the network answers calls from here."""

    def __str__(self) -> str:
        return self.name


class AreaCell(models.Model):
    """One H3 cell of an area."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="cells")
    cell = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "cell"], name="area_cell_once")]

    def __str__(self) -> str:
        return f"{self.area} {self.cell}"

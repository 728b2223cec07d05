"""What stands wherever places are shown: the ground of the map, and whom to name."""

from django import template
from django.utils.html import format_html

from alerts.places.opening import sources
from alerts.triage.tiles import tiles

register = template.Library()


@register.simple_tag
def place_sources() -> str:
    """Return the attribution of the gazetteer and the tiles in use, as their makers ask for it."""
    ground = tiles()
    return " ".join([*sources(), *([ground.attribution] if ground else [])]).strip()


@register.simple_tag
def map_ground() -> str:
    """Return the attributes of a map that say where its tiles are; nothing without any."""
    ground = tiles()
    if ground is None:
        return ""
    # Leaflet fills in what stands in braces.
    return format_html(
        ' data-tiles="/desk/map/{{z}}/{{x}}/{{y}}" data-zooms="{} {}" data-bounds="{} {} {} {}"',
        ground.least_zoom,
        ground.most_zoom,
        *map(str, ground.bounds),
    )

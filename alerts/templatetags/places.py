"""Whom to name wherever places are shown."""

from django import template

from alerts.places.opening import sources

register = template.Library()


@register.simple_tag
def place_sources() -> str:
    """Return the attribution of the gazetteer in use, as its publishers ask for it."""
    return " ".join(sources())

"""The map's layers, as GeoJSON from our own rows, and the ground under them."""

import json
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from alerts.guard.permissions import staff_may
from alerts.triage import map_layers
from alerts.triage.tiles import tiles

HOUR = 3_600
STEADY: dict[str, Callable[[], dict[str, Any]]] = {
    "areas": map_layers.areas,
    "streets": map_layers.streets,
    "crossings": map_layers.crossings,
}
MOVING: dict[str, Callable[[], dict[str, Any]]] = {
    "responders": map_layers.responders,
    "incidents": map_layers.incidents,
}


@require_GET
@staff_may("read")
def layer(request: HttpRequest, layer: str) -> HttpResponse:
    """Answer with one layer; streets and areas are kept for an hour, here and in the browser."""
    if layer in MOVING:
        return geojson(json.dumps(MOVING[layer](), ensure_ascii=False), caching="no-store")
    if layer not in STEADY:
        raise Http404
    content = cache.get(f"map-{layer}")
    if content is None:
        content = json.dumps(STEADY[layer](), ensure_ascii=False, separators=(",", ":"))
        cache.set(f"map-{layer}", content, HOUR)
    return geojson(content, caching=f"private, max-age={HOUR}")


@require_GET
@staff_may("read")
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Answer with one tile of the network's own file; with nothing where that has none."""
    ground = tiles()
    if ground is None:
        raise Http404
    content = ground.tile(z, x, y)
    if content is None:
        return HttpResponse(status=204)
    return HttpResponse(
        content,
        content_type=ground.content_type,
        headers={"Cache-Control": f"private, max-age={HOUR}"},
    )


def geojson(content: str, *, caching: str) -> HttpResponse:
    """Answer with a GeoJSON document."""
    return HttpResponse(
        content, content_type="application/geo+json", headers={"Cache-Control": caching}
    )

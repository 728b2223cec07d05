"""The streets under the map of the report form: from our own rows, nobody else is asked."""

import json

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from alerts.triage.map_layers import streets as street_lines

HOUR_SECONDS = 3_600


@require_safe
@cache_control(public=True, max_age=HOUR_SECONDS)
def streets(request: HttpRequest) -> HttpResponse:
    """Answer with the street lines around the network's centre as GeoJSON."""
    content = cache.get_or_set("report-streets", street_document, HOUR_SECONDS)
    return HttpResponse(content, content_type="application/geo+json")


def street_document() -> str:
    """Return the lines as one compact document."""
    return json.dumps(street_lines(), ensure_ascii=False, separators=(",", ":"))

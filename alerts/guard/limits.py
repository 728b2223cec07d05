"""How often somebody may do something, counted in the database so that it holds everywhere."""

from django.conf import settings
from django.http import HttpRequest

from alerts.models import Bucket
from alerts.models.keys import index_of


def within(kind: str, value: str, *, limit: int, seconds: int) -> bool:
    """Count one event of `kind` by `value` (a number, an address); say whether it is in `limit`.

    A period is `seconds` long and starts by the clock. The value is kept only as a keyed digest.
    """
    return Bucket.objects.hit(index_of(f"limit {kind}", value), limit=limit, seconds=seconds)


def source_of(request: HttpRequest) -> str:
    """Return the network address a request came from.

    Behind our proxy that is the last entry it added to X-Forwarded-For: what stands before it
    was said by the client.
    """
    forwarded = str(request.headers.get("X-Forwarded-For", ""))
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))

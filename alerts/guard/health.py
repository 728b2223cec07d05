"""Two questions a supervisor asks: is this process alive, and would texts get out?"""

from datetime import timedelta

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from alerts.models import Heartbeat
from alerts.models.clock import database_now

NEEDED = ("pump", "sweep")
OLDEST = timedelta(seconds=30)
BROKER_SECONDS = 0.3


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that this process answers; asks nobody else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when a report would be kept and a text would leave, else 503.

    Without the broker texts still leave, seconds later: that is a warning.
    """
    checks = heartbeats()
    is_ready = all(words == "ok" for words in checks.values())
    answer = {
        "status": "ready" if is_ready else "not ready",
        "checks": checks,
        "warnings": [] if broker_answers() else ["broker"],
    }
    return JsonResponse(answer, status=200 if is_ready else 503)


def heartbeats() -> dict[str, str]:
    """Return "ok", or what is wrong, for the database and each process that must be alive."""
    try:
        ages = {name: Heartbeat.objects.age_of(name, now=database_now()) for name in NEEDED}
    except Error:
        return {"database": "does not answer"}
    return {"database": "ok"} | {name: in_words(age) for name, age in ages.items()}


def in_words(age: timedelta | None) -> str:
    """Return "ok" for a heartbeat young enough, else what is wrong with it."""
    if age is None:
        return "never seen"
    return "ok" if age <= OLDEST else f"last seen {age.total_seconds():.0f} s ago"


def broker_answers() -> bool:
    """Say whether Redis answers within 0.3 s; true where there is none."""
    if not settings.REDIS_URL:
        return True
    limits = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
    try:
        with Redis.from_url(settings.REDIS_URL, **limits) as redis:
            return bool(redis.ping())
    except RedisError:
        return False

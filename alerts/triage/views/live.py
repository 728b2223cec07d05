"""The live stream: server-sent events that say what changed, never what was said.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from collections.abc import AsyncIterator
from datetime import datetime

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from alerts.guard.enrolment import is_enrolled
from alerts.models import Event, User
from alerts.triage.live import MOST_WAITING, OVERLAP, News, feed
from alerts.triage.views.answers import moment

MOST_PER_PERSON = 12
SPREAD_MS_EACH, MOST_SPREAD_MS = 20, 1_000
"""Pages ask for what is new within so many milliseconds for each that is open: a click of somebody
among fifty must not wait behind all the others."""
_open: dict[object, int] = {}


async def live(request: HttpRequest) -> HttpResponseBase:
    """Stream news to a signed-in member of the staff until they go or may not any more.

    The feed looks after the second: it ends the stream within RECHECK_SECONDS.
    """
    if not isinstance(request, ASGIRequest):
        # A server without async would hold a thread for each viewer: pages poll instead.
        return HttpResponse(status=503)
    person = await sync_to_async(viewer_of)(request)
    if person is None:
        return HttpResponse(status=403)
    if _open.get(person, 0) >= MOST_PER_PERSON:
        return HttpResponse(status=429)
    since = moment(request.headers.get("Last-Event-ID", ""))
    return StreamingHttpResponse(
        stream(request.session.session_key or "", person, since),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def stream(session: str, person: object, since: datetime | None) -> AsyncIterator[bytes]:
    """Yield what was missed since `since`, then news, and a ping where there is none."""
    _open[person] = _open.get(person, 0) + 1
    try:
        # The session may have been saved on the way here: an open page must hold no connection.
        await sync_to_async(connections.close_all)()
        yield b"retry: 2000\n\n"
        if since is not None:
            for old in await sync_to_async(missed)(since):
                yield written(old)
        async for item in feed.listen(session):
            yield written(item) if item else b"event: ping\ndata: \n\n"
    finally:
        _open[person] -= 1
        if not _open[person]:
            del _open[person]


def written(item: News) -> bytes:
    """Return one event of the stream; its id lets a browser go on where it stopped.

    Its words: incident, what happened, over how many milliseconds pages spread, the look's name.
    """
    spread_ms = min(MOST_SPREAD_MS, SPREAD_MS_EACH * len(feed.viewers))
    words = f"{item.incident} {item.what} {spread_ms} {item.look}".rstrip()
    return f"id: {item.at.isoformat()}\nevent: news\ndata: {words}\n\n".encode()


def missed(since: datetime) -> list[News]:
    """Read what happened after `since`, and a little before: late commits count too."""
    try:
        rows = Event.objects.filter(at__gte=since - OVERLAP).order_by("at")
        return [
            News(at, incident, what)
            for at, incident, what in rows.values_list("at", "incident", "what")[:MOST_WAITING]
        ]
    finally:
        # Each request runs on a thread of its own: an open stream must not hold a connection.
        connections.close_all()


def viewer_of(request: HttpRequest) -> object | None:
    """Return the key of the member of the staff who may watch, None for everybody else."""
    try:
        user = request.user
        if isinstance(user, User) and user.may("read") and is_enrolled(request):
            return user.person_id
        return None
    finally:
        connections.close_all()

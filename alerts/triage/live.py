"""One reader per process follows the timeline of all incidents and tells every open page.

Idle viewers cost no query. The reader looks every LOOK_SECONDS while somebody watches; it reads
a little further back than its last look, because a transaction may commit later than the time
it wrote on its rows, and leaves out what it has already told.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from alerts.models import Event

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
PING_SECONDS = 15.0
OVERLAP = timedelta(seconds=10)
MOST_REMEMBERED = 5_000
MOST_WAITING = 200
"""A viewer that does not read this many is told to look at everything again."""


@dataclass(frozen=True, slots=True)
class News:
    """Something happened to an incident."""

    at: datetime
    incident: UUID
    what: str


@dataclass(eq=False, slots=True)
class Viewer:
    """One open page."""

    news: asyncio.Queue[News | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=MOST_WAITING)
    )

    def tell(self, item: News | None) -> None:
        """Hand over one piece of news; a full queue means this page lost its place."""
        try:
            self.news.put_nowait(item)
        except asyncio.QueueFull:
            while not self.news.empty():
                self.news.get_nowait()
            self.news.put_nowait(None)


class Feed:
    """The reader of one process and those who listen to it."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self._seen: OrderedDict[UUID, None] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    async def listen(self) -> AsyncIterator[News | None]:
        """Yield news as it comes; None when PING_SECONDS passed, or news were lost."""
        viewer = Viewer()
        self.viewers.add(viewer)
        self._start()
        try:
            while True:
                try:
                    async with asyncio.timeout(PING_SECONDS):
                        yield await viewer.news.get()
                except TimeoutError:
                    yield None
        finally:
            self.viewers.discard(viewer)

    def _start(self) -> None:
        # Tests and reloads bring new event loops: a reader belongs to the loop it began in.
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._task = loop.create_task(self._read())

    async def _read(self) -> None:
        since = timezone.now() - OVERLAP
        while self.viewers:
            looked_at = timezone.now()
            try:
                fresh = await sync_to_async(self._look, thread_sensitive=False)(since)
            except DatabaseError as err:
                # The database restarts, the page says "not live", and we try again.
                log.warning("the live feed could not read: %s", type(err).__name__)
            else:
                since = looked_at - OVERLAP
                for item in fresh:
                    for viewer in list(self.viewers):
                        viewer.tell(item)
            await asyncio.sleep(LOOK_SECONDS)

    def _look(self, since: datetime) -> list[News]:
        close_old_connections()
        try:
            rows = Event.objects.filter(at__gte=since).order_by("at")
            found = list(rows.values_list("pk", "at", "incident", "what"))
        finally:
            close_old_connections()
        fresh = [News(at, incident, what) for pk, at, incident, what in found if self._is_new(pk)]
        return fresh

    def _is_new(self, pk: UUID) -> bool:
        if pk in self._seen:
            return False
        self._seen[pk] = None
        while len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)
        return True


feed = Feed()

"""One reader per process follows the timeline of all incidents and tells every open page.

Idle viewers cost no query. While somebody watches, the reader looks when the bell rings, at most
once in REST_SECONDS, and every LOOK_SECONDS in any case; it reads a little further back than its
last look, because a transaction may commit later than the time it wrote on its rows, and leaves
out what it has already told. It also asks, for all pages at once, whose sessions still stand.

What one look found has one name, made up: the pages that ask for the queue by it share a reading
that began after that look (alerts/triage/sharing.py).
"""

import asyncio
import contextlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import Error, close_old_connections
from django.utils import timezone

from alerts.guard.sessions import still_open
from alerts.models import Event, HandOver, InboundText, Network, Shift
from rapidresponse.bell import bell

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
REST_SECONDS = 0.2
"""In a flood the bell rings all the time, and every look makes every page ask."""
PING_SECONDS = 15.0
RECHECK_SECONDS = 5.0
"""How long a stream may outlive its session or the right to read."""
OVERLAP = timedelta(seconds=10)
MOST_REMEMBERED = 5_000
MOST_WAITING = 200
"""A viewer that does not read this many is told to look at everything again."""
EVERYTHING = "everything"
STOPPED = "stopped"
RESUMED = "resumed"
TEXTS_SHOWN = 100

T = TypeVar("T")


def roster() -> object:
    """Return what the page of shifts shows, as far as it can change."""
    shifts = Shift.objects.filter(ends_at__gt=timezone.now()).order_by("pk")
    notes = HandOver.objects.order_by("-at").values_list("pk", flat=True)
    return [*shifts.values_list("pk", "person"), notes.first()]


def inbox() -> object:
    """Return what the inbox shows, as far as it can change."""
    newest = InboundText.objects.order_by("-received_at").values_list("pk", "reading", "incident")
    return list(newest[:TEXTS_SHOWN])


BESIDE: dict[str, Callable[[], object]] = {"inbox": inbox, "roster": roster}
"""What pages show that leaves no line on a timeline: the word for its news, and how it stands."""


@dataclass(frozen=True, slots=True)
class News:
    """Something happened to an incident, to all sending, to what stands beside them, or so much
    that a page lost count.
    """

    at: datetime
    incident: UUID | None
    what: str
    look: str = ""
    """The name of the look that found it; "" when it is told from memory."""


@dataclass(eq=False, slots=True)
class Viewer:
    """One open page."""

    session: str
    news: asyncio.Queue[News | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=MOST_WAITING)
    )

    def tell(self, item: News) -> None:
        """Hand over one piece of news; a full queue means this page lost its place."""
        try:
            self.news.put_nowait(item)
        except asyncio.QueueFull:
            self._say_only(News(item.at, None, EVERYTHING, item.look))

    def shut(self) -> None:
        """End what this page listens to."""
        self._say_only(None)

    def _say_only(self, item: News | None) -> None:
        while not self.news.empty():
            self.news.get_nowait()
        self.news.put_nowait(item)


class Feed:
    """The reader of one process and those who listen to it."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self._seen: OrderedDict[UUID, None] = OrderedDict()
        self._task: asyncio.Task[None] | None = None
        self._was_stopped: bool | None = None
        self._beside: dict[str, object] = {}

    async def listen(self, session: str) -> AsyncIterator[News | None]:
        """Yield news as it comes, None after PING_SECONDS without; end with the session."""
        viewer = Viewer(session)
        self.viewers.add(viewer)
        self._start()
        try:
            while True:
                try:
                    async with asyncio.timeout(PING_SECONDS):
                        item = await viewer.news.get()
                except TimeoutError:
                    yield None
                    continue
                if item is None:
                    return
                yield item
        finally:
            self.viewers.discard(viewer)

    def _start(self) -> None:
        # Tests and reloads bring new event loops: a reader belongs to the loop it began in.
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._task = loop.create_task(self._read())

    async def _read(self) -> None:
        async with bell.heard() as rung:
            await self._look_again_and_again(rung)

    async def _look_again_and_again(self, rung: asyncio.Event) -> None:
        since = timezone.now() - OVERLAP
        checked_at = timezone.now()
        while self.viewers:
            # Whatever rings from here on may be news that this look does not find.
            rung.clear()
            looked_at = timezone.now()
            try:
                await self._tell(since)
                since = looked_at - OVERLAP
                if (looked_at - checked_at).total_seconds() >= RECHECK_SECONDS:
                    await self._shut_out()
                    checked_at = looked_at
            except Error as err:
                # The database restarts, the page says "not live", and we try again.
                log.warning("the live feed could not read: %s", type(err).__name__)
            rest = min(REST_SECONDS, LOOK_SECONDS)
            await asyncio.sleep(rest)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), LOOK_SECONDS - rest)

    async def _tell(self, since: datetime) -> None:
        for item in await reading(lambda: self._look(since)):
            for viewer in list(self.viewers):
                viewer.tell(item)

    async def _shut_out(self) -> None:
        viewers = list(self.viewers)
        stand = await reading(lambda: still_open({viewer.session for viewer in viewers}))
        for viewer in viewers:
            if viewer.session not in stand:
                viewer.shut()

    def _look(self, since: datetime) -> list[News]:
        rows = Event.objects.filter(at__gte=since).order_by("at")
        found = list(rows.values_list("pk", "at", "incident", "what"))
        look = secrets.token_hex(4)
        news = [
            News(at, incident, what, look) for pk, at, incident, what in found if self._is_new(pk)
        ]
        return [*news, *self._look_at_sending(look), *self._look_beside(look)]

    def _look_at_sending(self, look: str) -> Iterator[News]:
        """Yield the kill switch's last turn; a page read what came before when it was opened."""
        is_stopped = Network.objects.filter(sending_stopped_at__isnull=False).exists()
        if self._was_stopped not in (None, is_stopped):
            yield News(timezone.now(), None, STOPPED if is_stopped else RESUMED, look)
        self._was_stopped = is_stopped

    def _look_beside(self, look: str) -> Iterator[News]:
        """Yield what is not as it was at the last look."""
        for what, read in BESIDE.items():
            stands = read()
            if self._beside.setdefault(what, stands) != stands:
                yield News(timezone.now(), None, what, look)
            self._beside[what] = stands

    def _is_new(self, pk: UUID) -> bool:
        if pk in self._seen:
            return False
        self._seen[pk] = None
        while len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)
        return True


async def reading(ask: Callable[[], T]) -> T:
    """Ask the database beside the loop, and keep no old connection for it."""

    def work() -> T:
        close_old_connections()
        try:
            return ask()
        finally:
            close_old_connections()

    return await sync_to_async(work, thread_sensitive=False)()


feed = Feed()

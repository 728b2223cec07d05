"""Which pumps live, and how they share the way: one works, a second only while it cannot keep up.

Each pump keeps a row of its own. The one that lives longest leads. One that joins begins with a
small part, which the others give up once they have seen it. After JOIN_SECONDS it settles if every
pump before it is busy, and leaves again if one is not: at a carrier's pace one pump waits most of
the time, and a second would cost as much and send nothing sooner.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from alerts.dispatch.watch import PART, beat
from alerts.models import Heartbeat
from alerts.models.clock import database_now

PREFIX = f"{PART} "
ALIVE_SECONDS = 4.0
"""A pump that dies is missed so long; then the sweep rings for another."""
BEAT_SECONDS = 1.0
FORGOTTEN_AFTER = timedelta(hours=1)

JOIN_SECONDS = 1.0
JOINING_PART = 1 / 8

BUSY = 0.4
"""Of a processor: a pump this busy is glad of those that came after it."""
OVERWORKED = 0.7
"""A pump this busy should get one more."""
MOST_PUMPS = 8


@dataclass(frozen=True, slots=True)
class Post:
    """One pump, as its row says."""

    name: str
    since: float
    """When it began, in seconds since 1970 on the database's clock."""
    load: float | None
    """The part of a processor it used in the last second, 1 if it is stuck; None: not known yet."""
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Place:
    """What the others leave to one pump."""

    part: float = 1.0
    """Of the pace and of the requests in flight."""
    is_needed: bool = True


class Seat:
    """The row of one pump, kept while it runs; used by one thread."""

    def __init__(self, name: str) -> None:
        self.name = f"{PREFIX}{name}"
        self._began_at = time.monotonic()
        self._since = 0.0
        self._is_settled = False
        self._load: float | None = None
        self._beat_at = -math.inf
        self._used = 0.0

    def look(self, *, is_stuck: bool) -> Place:
        """Say that we live, and return our place among those that do."""
        if time.monotonic() - self._beat_at >= BEAT_SECONDS:
            self._beat(is_stuck=is_stuck)
        posts = living()
        if time.monotonic() - self._began_at < JOIN_SECONDS:
            return Place(part_of(self.name, posts))
        is_busy = is_needed(self.name, posts)
        if is_busy and not self._is_settled:
            # The larger part is ours after the next look: until then the others see this.
            self._is_settled = True
            self._beat(is_stuck=is_stuck)
        return Place(part_of(self.name, posts), is_needed=is_busy)

    def leave(self) -> None:
        """Take our row away, and those that dead pumps left."""
        dead = Q(name__startswith=PREFIX, at__lt=Now() - FORGOTTEN_AFTER)
        Heartbeat.objects.filter(Q(name=self.name) | dead).delete()

    def _beat(self, *, is_stuck: bool) -> None:
        now, used = time.monotonic(), time.process_time()
        if not self._since:
            self._since = database_now().timestamp()
        elif now - self._beat_at >= BEAT_SECONDS:
            self._load = (used - self._used) / (now - self._beat_at)
        self._beat_at, self._used = now, used
        load = 1.0 if is_stuck else self._load
        beat(PART, self.name, since=self._since, load=load, is_settled=self._is_settled)


def living() -> list[Post]:
    """Return the pumps that live, the longest-lived first."""
    rows = Heartbeat.objects.filter(
        name__startswith=PREFIX, at__gt=Now() - timedelta(seconds=ALIVE_SECONDS)
    )
    # While an update runs, a pump of the version before may live on: its row says nothing.
    posts = [Post(name, **facts) for name, facts in rows.values_list("name", "facts") if facts]
    return sorted(posts, key=lambda post: (post.since, post.name))


def part_of(name: str, posts: Sequence[Post]) -> float:
    """Return which part of the way the pump `name` may use, above 0; all parts together are 1."""
    if not posts:
        return 1.0
    settled = {post.name for post in posts if post.is_settled} | {posts[0].name}
    joining = min(JOINING_PART, 1 / len(posts))
    if name not in settled:
        return joining
    return (1 - joining * (len(posts) - len(settled))) / len(settled)


def is_needed(name: str, posts: Sequence[Post]) -> bool:
    """Say whether every pump that lives longer than `name` is busy, for all we know."""
    before = posts[: next((i for i, post in enumerate(posts) if post.name == name), len(posts))]
    return all(post.load is None or post.load >= BUSY for post in before)


def is_help_wanted(posts: Sequence[Post]) -> bool:
    """Say whether one more pump would do any good: nobody pumps, or all who do are overworked."""
    is_overworked = (post.load is not None and post.load >= OVERWORKED for post in posts)
    return len(posts) < MOST_PUMPS and all(is_overworked)

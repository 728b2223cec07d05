"""The bell of the desk: news is looked for when it rings, and every second all the same."""

import asyncio
import logging
import time

import pytest
import redis
from asgiref.sync import sync_to_async
from django.db import transaction

from alerts.models import Event, Network
from alerts.triage import live
from rapidresponse.bell import CHANNEL, Bell, bell
from tests.dispatch.redis_here import needs_redis, redis_url
from tests.triage.test_live import next_news

pytestmark = pytest.mark.django_db(transaction=True)

NOWHERE = "unix:///nowhere/redis.sock"


@pytest.fixture(autouse=True)
def not_quiet(monkeypatch):
    """Another test may just have failed to ring."""
    monkeypatch.setattr(bell, "_quiet_until", 0.0)


@pytest.fixture(params=["in this process", pytest.param("over Redis", marks=needs_redis)])
def rings(request, settings):
    """Without a bell nothing would be told in this test."""
    settings.REDIS_URL = redis_url() if request.param == "over Redis" else ""


@pytest.fixture
def slow(monkeypatch):
    """A feed that hardly ever looks by itself."""
    monkeypatch.setattr(live, "LOOK_SECONDS", 600.0)
    monkeypatch.setattr(live, "REST_SECONDS", 0.01)


async def listening(feed: live.Feed) -> "asyncio.Task[live.News]":
    """Listen, and return once the feed has looked at least once and hears the bell."""
    looked = asyncio.Event()
    look = feed._look

    def noticed(since):
        found = look(since)
        loop.call_soon_threadsafe(looked.set)
        return found

    loop, feed._look = asyncio.get_running_loop(), noticed
    task = asyncio.create_task(next_news(feed.listen("")))
    async with asyncio.timeout(10):
        await looked.wait()
        looked.clear()
        while not looked.is_set():  # until a ring makes it look again
            await sync_to_async(bell.ring)()
            await asyncio.sleep(0.02)
    return task


async def test_it_makes_the_feed_look_at_once(rings, slow, gathered):
    news = await listening(live.Feed())
    report = await sync_to_async(gathered)()

    told = await news
    assert (told.incident, told.what) == (report.incident_id, "reported")
    assert told.look


async def test_it_rings_when_sending_is_stopped(rings, slow):
    network = await sync_to_async(Network.objects.current)()
    news = await listening(live.Feed())
    await sync_to_async(network.stop_sending)(by=None, why="carrier 20003")

    assert (await news).what == "stopped"


@needs_redis
async def test_it_is_heard_again_after_redis_cut_the_line(settings, slow, gathered):
    settings.REDIS_URL = redis_url()
    news = await listening(live.Feed())
    redis.Redis.from_url(redis_url()).execute_command("CLIENT", "KILL", "TYPE", "pubsub")

    await sync_to_async(gathered)()
    # Whoever is heard again looks at once: a ring may have been lost meanwhile.
    assert (await news).what == "reported"


async def test_the_feed_needs_no_bell(settings, monkeypatch, gathered):
    settings.REDIS_URL = NOWHERE
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.05)
    news = asyncio.create_task(next_news(live.Feed().listen("")))
    await asyncio.sleep(0.2)
    await sync_to_async(gathered)()

    assert (await news).what == "reported"


def test_a_dead_redis_costs_one_try_and_fails_nothing(settings, gathered, caplog):
    settings.REDIS_URL = NOWHERE
    here = Bell()
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING), transaction.atomic():
        for _ring in range(20):
            here.ring()

    assert here.missed == 20
    assert len(caplog.records) == 1
    assert time.monotonic() - begun < 5


def test_it_rings_after_commit_and_never_for_what_was_rolled_back(settings, gathered, monkeypatch):
    settings.REDIS_URL = ""
    incident = gathered().incident
    heard = []
    monkeypatch.setattr(bell, "_listeners", {lambda: heard.append(Event.objects.count())})

    with transaction.atomic():
        Event.objects.note(incident, Event.What.CLAIMED)
        assert not heard
    assert heard == [2]
    with pytest.raises(ValueError), transaction.atomic():
        Event.objects.note(incident, Event.What.LET_GO)
        raise ValueError
    assert heard == [2]


@needs_redis
def test_it_says_nothing_but_that_it_rings(settings, gathered):
    settings.REDIS_URL = redis_url()
    with redis.Redis.from_url(redis_url()).pubsub() as line:
        line.subscribe(CHANNEL)
        line.get_message(timeout=5)
        gathered("la migra en la 6")
        message = line.get_message(timeout=5)

    assert message is not None
    assert message["data"] == b""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError
from django.test import AsyncClient
from django.utils import timezone

from alerts.guard import staffing
from alerts.models import Event, InboundText, Network, Person, Shift
from alerts.triage import live
from alerts.triage.shifts import leave_note, swap
from alerts.triage.views import live as live_view

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """A feed of this test's own that looks and pings fast."""
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(live, "PING_SECONDS", 0.3)
    monkeypatch.setattr(live_view, "feed", live.Feed())


@pytest.fixture
def watch(verifier):
    """Open the stream in the browser of `verifier`."""

    async def open_stream(**headers):
        browser = AsyncClient()
        browser.cookies = verifier.cookies
        return await browser.get("/desk/live/", secure=True, headers=headers)

    return open_stream


async def until(response, words: str, seconds: float = 5) -> str:
    """Read the stream until `words` came; return everything read."""
    read = ""
    async with asyncio.timeout(seconds):
        async for chunk in response.streaming_content:
            read += chunk.decode()
            if words in read:
                return read
    raise AssertionError(f"the stream ended without {words!r}: {read}")


async def test_it_tells_an_open_page_what_happened(watch, gathered):
    response = await watch()
    assert response["Content-Type"] == "text/event-stream"
    assert response["Cache-Control"] == "no-store"

    reading = asyncio.create_task(until(response, "event: news"))
    await asyncio.sleep(0.2)
    report = await sync_to_async(gathered)("la migra en la 6")
    read = await reading

    assert f"data: {report.incident_id} reported" in read
    assert "migra" not in read


async def test_it_says_something_when_nothing_happens(watch):
    assert "event: ping" in await until(await watch(), "event: ping")


async def test_it_tells_that_sending_was_stopped_and_goes_on(watch):
    network = await sync_to_async(Network.objects.current)()
    response = await watch()
    await until(response, "event: ping")

    await sync_to_async(network.stop_sending)(by=None, why="carrier 20003")
    assert "data: None stopped" in await until(response, "event: news")
    await sync_to_async(network.resume_sending)()
    assert "data: None resumed" in await until(response, "event: news")


async def test_it_tells_of_a_text_that_belongs_to_no_incident(watch, network):
    response = await watch()
    await until(response, "event: ping")

    await sync_to_async(InboundText.objects.create)(
        number="+12135550123", body="HELP", reading=InboundText.Reading.HELP
    )

    read = await until(response, "event: news")
    assert "data: None inbox" in read
    assert "HELP" not in read


async def test_it_tells_that_the_roster_changed(watch, make_person, network):
    response = await watch()
    await until(response, "event: ping")
    shift = await sync_to_async(make_shift)(make_person)
    assert "data: None roster" in await until(response, "event: news")

    await sync_to_async(swap)(shift, to=await sync_to_async(make_person)(), now=timezone.now())
    assert "data: None roster" in await until(response, "event: news")

    await sync_to_async(leave_note)("Film crew on 7th until noon.", by=None)
    assert "data: None roster" in await until(response, "event: news")


def make_shift(make_person):
    begins = timezone.now()
    return Shift.objects.create(
        person=make_person(), starts_at=begins, ends_at=begins + timedelta(hours=4)
    )


async def test_it_tells_what_was_missed_since_the_last_event(watch, gathered):
    report = await sync_to_async(gathered)()
    event = await Event.objects.aget(incident=report.incident_id)
    response = await watch(**{"Last-Event-ID": (event.at - timedelta(seconds=1)).isoformat()})

    assert f"{report.incident_id} reported" in await until(response, "event: news")


async def test_it_survives_a_made_up_last_event(watch):
    for nonsense in ("yesterday", "2026-99-99T99:99", "2026-11-23T10:00:00"):
        response = await watch(**{"Last-Event-ID": nonsense})
        assert "retry:" in await until(response, "retry:")


async def test_it_reads_once_for_many_pages(gathered, monkeypatch):
    feed, looks = live.Feed(), []
    look = feed._look
    monkeypatch.setattr(feed, "_look", lambda since: looks.append(since) or look(since))

    async def one_page() -> None:
        async for item in feed.listen(""):
            if item is not None:
                return

    pages = [asyncio.create_task(one_page()) for _page in range(40)]
    await asyncio.sleep(0.2)
    await sync_to_async(gathered)()
    async with asyncio.timeout(5):
        await asyncio.gather(*pages)

    assert 0 < len(looks) < 40


async def next_news(listening) -> live.News:
    """The next piece of news, pings left out."""
    async with asyncio.timeout(5):
        async for item in listening:
            if item is not None:
                return item
    raise AssertionError("the feed ended")


async def test_it_tells_an_event_that_was_committed_late(gathered):
    listening = live.Feed().listen("")
    first = asyncio.create_task(next_news(listening))
    await asyncio.sleep(0.2)
    report = await sync_to_async(gathered)()
    assert (await first).what == "reported"

    # Its transaction began before that of the first, and ended after it.
    early = timezone.now() - timedelta(seconds=5)
    await Event.objects.acreate(incident_id=report.incident_id, what="claimed", at=early)

    assert (await next_news(listening)).what == "claimed"


async def test_it_tells_a_page_that_cannot_keep_up_to_look_at_everything():
    viewer = live.Viewer("")
    news = live.News(timezone.now(), uuid4(), "reported")
    for _item in range(live.MOST_WAITING + 1):
        viewer.tell(news)

    assert b"data: None everything" in live_view.written(await viewer.news.get())
    assert viewer.news.empty()


def test_it_spreads_pages_the_more_the_longer(monkeypatch):
    def spread(viewers: int) -> list[str]:
        monkeypatch.setattr(live_view.feed, "viewers", set(range(viewers)))
        news = live.News(timezone.now(), None, live.STOPPED, "abcd")
        return live_view.written(news).decode().split()[-4:]

    assert spread(2) == ["None", "stopped", "40", "abcd"]
    assert spread(500) == ["None", "stopped", "1000", "abcd"]


async def test_it_lets_no_stranger_watch():
    assert (await AsyncClient().get("/desk/live/", secure=True)).status_code == 403


async def test_it_ends_when_the_account_is_closed(watch, verifier, monkeypatch):
    monkeypatch.setattr(live, "RECHECK_SECONDS", 0)
    response = await watch()
    await until(response, "event: ping")
    await Person.objects.filter(pk=verifier.person.pk).aupdate(is_active=False)

    async with asyncio.timeout(5):
        rest = [chunk async for chunk in response.streaming_content]

    assert {*rest} <= {b"event: ping\ndata: \n\n"}


async def test_it_ends_for_whoever_was_signed_out_and_nobody_else(
    watch, verifier, approver, monkeypatch
):
    monkeypatch.setattr(live, "RECHECK_SECONDS", 0)
    other = AsyncClient()
    other.cookies = approver.cookies
    response, stays = await watch(), await other.get("/desk/live/", secure=True)
    await until(stays, "retry:")
    await until(response, "event: ping")
    await sync_to_async(staffing.deactivate)(verifier.person)

    async with asyncio.timeout(5):
        rest = [chunk async for chunk in response.streaming_content]

    assert {*rest} <= {b"event: ping\ndata: \n\n"}
    assert "event: ping" in await until(stays, "event: ping")


async def test_it_asks_once_whether_many_pages_may_still_watch(watch, monkeypatch):
    monkeypatch.setattr(live, "RECHECK_SECONDS", 0)
    asked = []
    ask = live.still_open
    monkeypatch.setattr(live, "still_open", lambda keys: asked.append(len(keys)) or ask(keys))
    pages = [await watch() for _page in range(5)]

    reading = [asyncio.create_task(until(page, "event: ping")) for page in pages]
    async with asyncio.timeout(5):
        await asyncio.gather(*reading)

    assert 0 < len(asked) < 20
    assert set(asked) == {1}


async def test_it_goes_on_after_the_database_was_away(gathered, monkeypatch):
    feed = live.Feed()
    look, failures = feed._look, iter([InterfaceError, OperationalError])

    def stumble(since):
        for failure in failures:
            raise failure
        return look(since)

    monkeypatch.setattr(feed, "_look", stumble)
    first = asyncio.create_task(next_news(feed.listen("")))
    await asyncio.sleep(0.2)
    await sync_to_async(gathered)()

    assert (await first).what == "reported"


async def test_it_opens_only_so_many_streams_for_one_person(watch, monkeypatch):
    monkeypatch.setattr(live_view, "MOST_PER_PERSON", 1)
    first = await watch()
    await until(first, "retry:")

    assert (await watch()).status_code == 429


def test_it_sends_pages_to_polling_where_the_server_cannot_stream(verifier):
    assert verifier.get("/desk/live/").status_code == 503

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from alerts.carriers import memory
from alerts.carriers.base import Listed, Outcome, Text
from alerts.carriers.memory import MemoryCarrier
from tests.carriers.conftest import ANA, JIWOO


def start() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
def carrier() -> MemoryCarrier:
    return MemoryCarrier()


async def test_it_takes_a_text(carrier):
    text = Text(ANA, "hello", "https://rapid.example/twilio/status/1.1.x/")

    outcome = await carrier.send(text)

    assert outcome.kind == "accepted"
    assert memory.outbox() == [text]
    (listed,) = await carrier.sent_to(ANA, since=start())
    assert (listed.sid, listed.body) == (outcome.sid, "hello")


async def test_it_shows_the_texts_so_far(carrier):
    before = memory.outbox()

    await carrier.send(Text(ANA, "hello"))

    assert (len(before), len(memory.outbox())) == (0, 1)


async def test_it_gives_every_text_a_sid_of_its_own(carrier):
    sids = {(await carrier.send(Text(ANA, "hello"))).sid for _ in range(3)}
    memory.reset()
    sids.add((await carrier.send(Text(ANA, "hello"))).sid)

    assert len(sids) == 4


async def test_it_follows_the_script_for_the_next_texts(carrier):
    memory.script(Outcome("throttled", code="20429"), times=2)

    kinds = [(await carrier.send(Text(ANA, "hello"))).kind for _ in range(3)]

    assert kinds == ["throttled", "throttled", "accepted"]
    assert len(memory.outbox()) == 1


async def test_it_follows_the_script_for_one_number(carrier):
    memory.script(Outcome("refused", code="21610"), to=ANA)

    assert (await carrier.send(Text(JIWOO, "hello"))).kind == "accepted"
    assert await carrier.send(Text(ANA, "hello")) == Outcome("refused", code="21610")


async def test_it_may_take_a_text_without_saying_so(carrier):
    memory.script(Outcome("unknown"), taken=True)

    assert await carrier.send(Text(ANA, "hello")) == Outcome("unknown")
    assert [listed.body for listed in await carrier.sent_to(ANA, since=start())] == ["hello"]


async def test_it_lists_only_one_number_and_what_is_recent(carrier):
    await carrier.send(Text(ANA, "hello"))

    assert await carrier.sent_to(JIWOO, since=start()) == []
    assert await carrier.sent_to(ANA, since=datetime.now(UTC) + timedelta(seconds=1)) == []


async def test_it_lists_what_was_sent_to_anybody_and_what_is_foreign(carrier):
    await carrier.send(Text(ANA, "hello"))
    foreign = Listed("SM" + "f" * 32, JIWOO, "false", "sent", datetime.now(UTC))
    memory.list_foreign(foreign)

    newest, oldest = await carrier.sent_since(start())

    assert newest == foreign
    assert oldest.body == "hello"
    assert await carrier.sent_since(datetime.now(UTC) + timedelta(seconds=1)) == []
    assert len(memory.outbox()) == 1


async def test_it_may_not_answer_about_its_list(carrier):
    memory.cut_list()
    assert await carrier.sent_to(ANA, since=start()) is None
    assert await carrier.sent_since(start()) is None

    memory.cut_list(off=False)
    assert await carrier.sent_to(ANA, since=start()) == []


async def test_it_forgets_everything_when_reset(carrier):
    await carrier.send(Text(ANA, "hello"))
    memory.script(Outcome("unknown"))
    memory.cut_list()

    memory.reset()

    assert memory.outbox() == []
    assert await carrier.sent_to(ANA, since=start()) == []
    assert (await carrier.send(Text(ANA, "hello"))).kind == "accepted"


def test_it_may_be_used_from_several_threads_and_loops():
    memory.script(Outcome("throttled"), times=50)

    async def send_many() -> list[str]:
        carrier = MemoryCarrier()
        return [(await carrier.send(Text(ANA, "hello"))).kind for _ in range(100)]

    with ThreadPoolExecutor(4) as pool:
        kinds = [
            kind for each in pool.map(lambda _: asyncio.run(send_many()), range(4)) for kind in each
        ]

    assert kinds.count("throttled") == 50
    assert len(memory.outbox()) == 350

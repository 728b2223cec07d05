"""The pace: never above the rate in any second, nearly all of it used, however many pumps."""

import asyncio
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.dispatch import pace as pacing
from alerts.dispatch.pace import LocalBucket, Pace, local_bucket
from alerts.dispatch.slowing import slow_down
from alerts.dispatch.throttle import ACCOUNT_LIMIT, Throttle
from alerts.dispatch.watch import look
from alerts.models import Heartbeat, Network
from tests.dispatch.redis_here import needs_redis, redis_url


@pytest.fixture(autouse=True)
def fresh_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "_local", {})


def leave(pace: Pace, texts: int, *, segments: int = 1, at_hand: int = 10) -> list[float]:
    """Let `texts` leave one after the other and return when each did."""

    async def run() -> list[float]:
        times = []
        for _ in range(texts):
            await pace.wait(segments, at_hand=at_hand)
            times.append(time.monotonic())
        await pace.close()
        return times

    return asyncio.run(run())


def most_in_a_second(times: list[float]) -> int:
    times = sorted(times)
    return max(sum(1 for t in times if start <= t < start + 1.0) for start in times)


def paced(rate: float, url: str = "") -> Pace:
    pace = Pace(1, redis_url=url)
    pace.rate = rate
    return pace


def test_it_lets_texts_leave_evenly_and_without_a_burst_at_the_start() -> None:
    times = leave(paced(50), 60)

    assert most_in_a_second(times) <= 52
    assert times[-1] - times[0] >= 59 / 50 - 0.05


def test_it_counts_segments_and_not_texts() -> None:
    times = leave(paced(50), 20, segments=3)

    assert times[-1] - times[0] >= 19 * 3 / 50 - 0.05


def test_it_goes_on_at_the_same_pace_in_the_next_run_of_the_process() -> None:
    begun = time.monotonic()
    leave(paced(10), 3, at_hand=1)
    # By the bucket itself, because a busy machine writes its times down late.
    free_at = local_bucket(1).free_at
    second = leave(paced(10), 1, at_hand=1)

    assert free_at >= begun + 0.3
    assert second[0] >= free_at - 0.01


def test_it_gives_up_times_that_it_missed_instead_of_catching_up() -> None:
    bucket = LocalBucket()
    bucket.reserve(5, 10)

    assert bucket.reserve(1, 10) == pytest.approx(0.5, abs=0.05)
    bucket.free_at = time.monotonic() - 30
    assert bucket.reserve(1, 10) == pytest.approx(0, abs=0.01)
    assert bucket.reserve(1, 10) == pytest.approx(0.1, abs=0.01)


def test_it_keeps_to_its_share_while_redis_is_away() -> None:
    pace = paced(100, "redis://127.0.0.1:1/0")
    pace.share = 1 / 4

    times = leave(pace, 26)

    assert times[-1] - times[0] >= 1 - 0.05


@needs_redis
def test_it_shares_one_rate_between_four_pumps() -> None:
    async def run() -> list[float]:
        paces = [paced(100, redis_url()) for _ in range(4)]
        for pace in paces:
            await pace._shared.redis.delete(pace._shared.key)  # type: ignore[union-attr]
        times: list[float] = []

        async def pump(pace: Pace) -> None:
            for _ in range(50):
                await pace.wait(1, at_hand=10)
                times.append(time.monotonic())
            await pace.close()

        await asyncio.gather(*(pump(pace) for pace in paces))
        return times

    times = asyncio.run(run())

    assert most_in_a_second(times) <= 105
    assert max(times) - min(times) >= 2 - 0.05


@needs_redis
def test_it_starts_at_once_after_redis_forgot_everything() -> None:
    pace = paced(5, redis_url())

    async def run() -> float:
        for _ in range(3):
            await pace.wait(1)
        await pace._shared.redis.flushdb()  # type: ignore[union-attr]
        start = time.monotonic()
        await pace.wait(1)
        await pace.close()
        return time.monotonic() - start

    assert asyncio.run(run()) < 0.25


# -- Slower, and back --------------------------------------------------------------------------
def rate_now() -> float:
    return look(alerts=(), digests=()).rate


@pytest.mark.django_db
def test_it_halves_the_rate_once_and_recovers_a_twentieth_every_ten_seconds() -> None:
    Network.objects.current()
    Network.objects.update(segments_per_second=100)
    assert rate_now() == 100

    slow_down(1)
    slow_down(1)
    assert rate_now() == 50

    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=21))
    assert rate_now() == pytest.approx(60)

    slow_down(1)
    assert rate_now() == pytest.approx(30)
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=600))
    assert rate_now() == 100


def test_it_allows_fewer_requests_after_a_429_and_more_again_with_each_good_round() -> None:
    async def run() -> tuple[int, int, int]:
        throttle = Throttle()
        before = throttle.free
        throttle.left()
        throttle.landed(is_throttled=True)
        halved = throttle.free
        for _ in range(100):
            throttle.left()
            throttle.landed(is_throttled=False)
        return before, halved, throttle.free

    before, halved, later = asyncio.run(run())

    assert (before, halved) == (ACCOUNT_LIMIT, ACCOUNT_LIMIT // 2)
    assert halved < later < before


def test_it_shares_the_requests_in_flight_between_pumps() -> None:
    async def run() -> list[int]:
        throttle = Throttle()
        found = []
        for part in (1, 1 / 2, 1 / 4, 1 / 200):
            throttle.share(part)
            found.append(throttle.free)
        return found

    assert asyncio.run(run()) == [80, 40, 20, 1]


def test_it_uses_its_whole_part_at_once_when_another_pump_ends() -> None:
    async def run() -> int:
        throttle = Throttle()
        throttle.share(1 / 8)
        throttle.left()
        throttle.landed(is_throttled=False)
        throttle.share(1)
        return throttle.free

    assert asyncio.run(run()) == ACCOUNT_LIMIT


async def test_it_waits_until_a_request_is_over() -> None:
    throttle = Throttle()
    throttle.share(1 / ACCOUNT_LIMIT)
    throttle.left()
    waiting = asyncio.create_task(throttle.one_free())
    await asyncio.sleep(0)
    assert not waiting.done()

    throttle.landed(is_throttled=False)
    await asyncio.wait_for(waiting, 1)

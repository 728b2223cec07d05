"""Several pumps: they share what there is, and those that are not needed leave."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from alerts.dispatch import roster
from alerts.dispatch.roster import (
    ALIVE_SECONDS,
    BUSY,
    JOIN_SECONDS,
    JOINING_PART,
    OVERWORKED,
    PREFIX,
    Post,
    Seat,
    is_help_wanted,
    is_needed,
    living,
    part_of,
)
from alerts.dispatch.watch import beat
from alerts.models import Heartbeat

IDLE, GLAD, OVER = BUSY / 2, (BUSY + OVERWORKED) / 2, OVERWORKED


def posts(*loads: float | None, settled: int = 1) -> list[Post]:
    """Return pumps that began one after the other, of which the first few are settled."""
    return [
        Post(f"{PREFIX}{place}", float(place), load, is_settled=place < settled)
        for place, load in enumerate(loads)
    ]


def parts(*loads: float | None, settled: int = 1) -> list[float]:
    living = posts(*loads, settled=settled)
    return [part_of(post.name, living) for post in living]


# -- Who gets how much --------------------------------------------------------------------------
def test_one_pump_has_everything() -> None:
    assert parts(None) == [1.0]
    assert part_of(f"{PREFIX}unseen", []) == 1.0


def test_one_that_joins_begins_small_and_the_others_make_room() -> None:
    assert parts(IDLE, None) == [1 - JOINING_PART, JOINING_PART]
    assert part_of(f"{PREFIX}unseen", posts(IDLE)) == JOINING_PART


def test_settled_pumps_share_alike() -> None:
    assert parts(OVER, OVER, settled=2) == [0.5, 0.5]


def test_the_longest_lived_leads_though_its_row_says_nothing_of_it() -> None:
    assert parts(OVER, OVER, settled=0) == [1 - JOINING_PART, JOINING_PART]


@given(st.integers(1, 40), st.integers(0, 40))
def test_all_parts_together_are_one(count: int, settled: int) -> None:
    found = parts(*[None] * count, settled=settled)

    assert sum(found) == pytest.approx(1.0)
    assert all(part > 0 for part in found)


# -- Who is needed ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "needed"),
    [
        ((), True),
        ((None,), True),
        ((IDLE,), False),
        ((GLAD,), True),
        ((OVER, IDLE), False),
        ((IDLE, OVER), False),
        ((OVER, GLAD), True),
    ],
)
def test_one_is_needed_while_all_before_it_are_busy(
    before: tuple[float | None, ...], needed: bool
) -> None:
    living = posts(*before, IDLE, IDLE)

    assert is_needed(f"{PREFIX}{len(before)}", living) is needed


@pytest.mark.parametrize(
    ("loads", "wanted"),
    [((), True), ((None,), False), ((IDLE,), False), ((GLAD,), False), ((OVER, OVER), True)],
)
def test_one_more_is_wanted_when_none_keeps_up(
    loads: tuple[float | None, ...], wanted: bool
) -> None:
    assert is_help_wanted(posts(*loads)) is wanted


# -- The rows -----------------------------------------------------------------------------------
@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    clock = Clock()
    monkeypatch.setattr(roster, "time", clock)
    return clock


class Clock:
    """The time that a pump reads, and the processor time it used."""

    def __init__(self) -> None:
        self.now = self.used = 0.0

    def monotonic(self) -> float:
        return self.now

    def process_time(self) -> float:
        return self.used

    def go_on(self, *, busy: float) -> None:
        self.now += JOIN_SECONDS
        self.used += JOIN_SECONDS * busy


def in_thousandths(part: float) -> int:
    return round(1000 * part)


@pytest.mark.django_db
def test_a_second_pump_leaves_beside_one_that_keeps_up(clock: Clock) -> None:
    first, second = Seat("first"), Seat("second")
    assert first.look(is_stuck=False).part == 1
    assert in_thousandths(second.look(is_stuck=False).part) == 125
    assert in_thousandths(first.look(is_stuck=False).part) == 875

    clock.go_on(busy=IDLE)
    assert first.look(is_stuck=False).is_needed
    assert not second.look(is_stuck=False).is_needed
    second.leave()

    assert first.look(is_stuck=False).part == 1


@pytest.mark.django_db
def test_a_second_pump_stays_beside_a_busy_one_and_gets_its_half_once_that_saw_it(
    clock: Clock,
) -> None:
    first, second = Seat("first"), Seat("second")
    first.look(is_stuck=False)
    second.look(is_stuck=False)

    clock.go_on(busy=OVER)
    first.look(is_stuck=False)
    place = second.look(is_stuck=False)

    assert place.is_needed
    assert in_thousandths(place.part) == 125
    assert [in_thousandths(each.look(is_stuck=False).part) for each in (first, second)] == [500] * 2


@pytest.mark.django_db
def test_a_stuck_pump_calls_for_help(clock: Clock) -> None:
    first, second = Seat("first"), Seat("second")
    first.look(is_stuck=False)
    second.look(is_stuck=False)
    clock.go_on(busy=0)

    first.look(is_stuck=True)

    assert second.look(is_stuck=False).is_needed


@pytest.mark.django_db
def test_a_dead_pump_is_missed_after_a_while_and_its_row_is_cleared_away(clock: Clock) -> None:
    for name in ("first", "second", "third"):
        Seat(name).look(is_stuck=False)
    assert len(living()) == 3

    age("first", seconds=ALIVE_SECONDS + 1)
    age("second", seconds=7_200)
    assert [post.name for post in living()] == [f"{PREFIX}third"]

    Seat("third").leave()
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"pump", f"{PREFIX}first"}


@pytest.mark.django_db
def test_a_pump_of_the_version_before_stops_nobody() -> None:
    beat(f"{PREFIX}older")

    assert Seat("newer").look(is_stuck=False).part == 1


def age(name: str, *, seconds: float) -> None:
    at = timezone.now() - timedelta(seconds=seconds)
    Heartbeat.objects.filter(name=f"{PREFIX}{name}").update(at=at)

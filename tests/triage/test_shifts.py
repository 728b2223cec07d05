from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from alerts.models import HandOver, Network, Shift
from alerts.triage.shifts import CannotTakeShift, add, swap

TOMORROW = {"begins": "06:00", "ends": "14:00"}


@pytest.fixture
def day() -> str:
    return f"{timezone.now() + timedelta(days=2):%Y-%m-%d}"


def test_it_puts_people_on_the_roster_by_the_neighbourhoods_clocks(verifier, day):
    verifier.post("/desk/shifts/", {"person": verifier.person.pk, "day": day, **TOMORROW})

    shift, network = Shift.objects.get(), Network.objects.current()
    assert f"{network.local(shift.starts_at):%Y-%m-%d %H:%M}" == f"{day} 06:00"
    assert "06:00–14:00" in verifier.get("/desk/shifts/").content.decode()


def test_it_ends_a_night_shift_on_the_next_day(network, make_person):
    shift = add(
        make_person(), day=date(2026, 11, 24), begins=time(22), ends=time(6), network=network
    )

    assert shift.ends_at - shift.starts_at == timedelta(hours=8)


def test_it_keeps_its_hours_when_the_clocks_change(network, make_person):
    # Los Angeles leaves summer time on 1 November 2026 at 02:00.
    shift = add(
        make_person(), day=date(2026, 10, 31), begins=time(22), ends=time(6), network=network
    )

    assert f"{network.local(shift.starts_at):%H:%M}" == "22:00"
    assert f"{network.local(shift.ends_at):%H:%M}" == "06:00"


@pytest.mark.parametrize(("begins", "ends"), [(time(5), time(22)), (time(13), time(15))])
def test_it_refuses_shifts_too_long_or_twice(network, make_person, begins, ends):
    person, on = make_person(), date(2026, 11, 24)
    add(person, day=on, begins=time(6), ends=time(14), network=network)

    with pytest.raises(CannotTakeShift):
        add(person, day=on, begins=begins, ends=ends, network=network)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"day": "soon", **TOMORROW},
        {"day": "2026-11-24", "begins": "25:00", "ends": "26:00"},
        {"person": "nobody", "day": "2026-11-24", **TOMORROW},
    ],
)
def test_it_says_what_is_wrong_with_a_shift(verifier, typed):
    answer = verifier.post("/desk/shifts/", {"person": verifier.person.pk, **typed})

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Shift.objects.exists()


def test_it_lets_only_a_coordinator_write_down_others(verifier, coordinator, make_person, day):
    shift = {"person": make_person().pk, "day": day, **TOMORROW}

    assert "Only a coordinator" in verifier.post("/desk/shifts/", shift).content.decode()
    assert not Shift.objects.exists()
    coordinator.post("/desk/shifts/", shift)
    assert Shift.objects.exists()


@pytest.fixture
def shift(approver) -> Shift:
    now = timezone.now()
    return Shift.objects.create(
        person=approver.person, starts_at=now, ends_at=now + timedelta(hours=4)
    )


def test_it_swaps_a_shift(verifier, shift):
    verifier.post(f"/desk/shifts/{shift.pk}/", {"act": "take"})

    shift.refresh_from_db()
    assert shift.person == verifier.person


def test_it_swaps_nothing_that_is_over_or_overlaps(verifier, shift, make_person):
    Shift.objects.create(person=verifier.person, starts_at=shift.starts_at, ends_at=shift.ends_at)
    with pytest.raises(CannotTakeShift):
        swap(shift, to=verifier.person, now=timezone.now())
    with pytest.raises(CannotTakeShift):
        swap(shift, to=make_person(), now=shift.ends_at)


def test_it_gives_up_ones_own_shift_and_nobody_elses(verifier, approver, coordinator, shift):
    verifier.post(f"/desk/shifts/{shift.pk}/", {"act": "drop"})
    assert Shift.objects.exists()

    approver.post(f"/desk/shifts/{shift.pk}/", {"act": "drop"})
    assert not Shift.objects.exists()
    assert approver.post(f"/desk/shifts/{shift.pk}/", {"act": "drop"}).status_code == 404


def test_it_hands_a_note_to_the_next_shift(verifier, approver):
    verifier.post("/desk/shifts/note/", {"body": "Film crew on 7th until noon."})
    verifier.post("/desk/shifts/note/", {"body": "   "})

    assert HandOver.objects.count() == 1
    assert "Film crew on 7th until noon." in approver.get("/desk/").content.decode()

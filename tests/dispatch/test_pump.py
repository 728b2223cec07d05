"""Handing over: what leaves, in which order, and what becomes of the row."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from alerts.carriers import Outcome, Text, memory
from alerts.dispatch import lookout, pump, tasks
from alerts.dispatch.callback import read
from alerts.dispatch.messages import queue_message
from alerts.dispatch.roster import ALIVE_SECONDS, PREFIX, Seat
from alerts.dispatch.throttle import ACCOUNT_LIMIT
from alerts.dispatch.watch import beat
from alerts.models import (
    Alert,
    AlertStatus,
    Delivery,
    Heartbeat,
    Message,
    Network,
    OptOut,
    OutboundStatus,
    Person,
    Responder,
    SkipReason,
)
from alerts.models.kinds import Kind
from rapidresponse.celery import doorbell
from tests.dispatch.released import BODY, at_full_speed, release
from tests.unreadable import make_unreadable

pytestmark = pytest.mark.django_db(transaction=True)

STATUS = "https://rapid.example/twilio/status/"


@pytest.fixture(autouse=True)
def full_speed(transactional_db: None) -> None:
    at_full_speed()


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("status", flat=True))


def reasons() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("skip_reason", flat=True))


# -- What leaves ----------------------------------------------------------------------------
def test_it_hands_every_due_text_over_once(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    responders = [make_responder() for _ in range(20)]
    release(make_verified_incident(), responders)

    run_pump()
    run_pump()

    assert sorted(text.to for text in outbox) == sorted(each.number for each in responders)
    assert {text.body for text in outbox} == {BODY}
    assert states() == [OutboundStatus.ACCEPTED] * 20
    assert Delivery.objects.exclude(sid="").count() == 20


def test_it_gives_each_text_its_own_address_for_receipts_and_what_is_left_of_its_life(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    end = timezone.now() + timedelta(minutes=10)
    release(make_verified_incident(), [make_responder()], expires_at=end)

    run_pump()

    (text,) = outbox
    assert text.callback_url.startswith(STATUS)
    hand_over = read(text.callback_url.removeprefix(STATUS).rstrip("/"))
    assert (hand_over.pk, hand_over.attempt) == (Delivery.objects.get().pk, 1)
    assert 590 <= text.seconds_valid <= 600


def test_it_sends_messages_through_the_same_door(outbox: Any, run_pump: Any) -> None:
    message = queue_message(
        purpose=Message.Purpose.QUESTION, number="+12135550123", language="ko", body="어디인가요?"
    )

    run_pump()

    assert [(text.to, text.body) for text in outbox] == [("+12135550123", "어디인가요?")]
    message.refresh_from_db()
    assert message.status == OutboundStatus.ACCEPTED


def test_it_lets_nearer_people_hear_first_and_calming_texts_before_all_others(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    incident = make_verified_incident()
    first, second, third = (make_responder() for _ in range(3))
    release(incident, [first, second])
    release(incident, [third], kind=Kind.CORRECTION)
    queue_message(purpose=Message.Purpose.OUTCOME, number="+12135550199", language="en", body="x")
    Network.objects.update(segments_per_second=50)

    run_pump()

    numbers = [first.number, second.number, "+12135550199"]
    assert outbox[0].to == third.number
    assert [text.to for text in outbox if text.to != third.number] == numbers


def test_it_leaves_a_text_that_is_due_later(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    release(make_verified_incident(), [make_responder()])
    Delivery.objects.update(due_at=timezone.now() + timedelta(minutes=1))

    run_pump()

    assert not list(outbox)
    assert states() == [OutboundStatus.QUEUED]


# -- What does not leave ----------------------------------------------------------------------
def test_it_skips_who_left_between_planning_and_sending(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    stays, leaves, blocked = (make_responder() for _ in range(3))
    release(make_verified_incident(), [stays, leaves, blocked])
    leaves.leave(at=timezone.now())
    OptOut.objects.keep(blocked.number, source=OptOut.Source.WORD)

    run_pump()

    assert [text.to for text in outbox] == [stays.number]
    assert reasons() == ["", SkipReason.LEFT, SkipReason.LEFT]


def test_it_sends_a_correction_to_somebody_who_paused_since_but_not_to_who_left(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    paused = make_responder(status=Responder.Status.PAUSED)
    left = make_responder(status=Responder.Status.LEFT)
    release(make_verified_incident(), [paused, left], kind=Kind.CORRECTION)

    run_pump()

    assert [text.to for text in outbox] == [paused.number]


def test_it_sends_the_one_goodbye_to_a_number_that_left(outbox: Any, run_pump: Any) -> None:
    OptOut.objects.keep("+12135550123", source=OptOut.Source.WORD)
    refused = queue_message(
        purpose=Message.Purpose.HELP, number="+12135550123", language="en", body="Who we are"
    )
    queue_message(
        purpose=Message.Purpose.LEFT,
        number="+12135550123",
        language="en",
        body="You are off the list.",
        ignores_opt_out=True,
    )

    run_pump()

    assert refused is None
    assert [text.body for text in outbox] == ["You are off the list."]


def test_it_skips_a_message_to_a_number_that_left_after_it_was_written(
    outbox: Any, run_pump: Any
) -> None:
    message = queue_message(
        purpose=Message.Purpose.OUTCOME, number="+12135550123", language="en", body="It is over."
    )
    OptOut.objects.keep("+12135550123", source=OptOut.Source.WORD)

    run_pump()

    message.refresh_from_db()
    assert not list(outbox)
    assert (message.status, message.skip_reason) == (OutboundStatus.SKIPPED, SkipReason.LEFT)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, SkipReason.EXPIRED),
        ({"status": AlertStatus.STOPPED}, SkipReason.STOPPED),
        ({"status": AlertStatus.FINISHED}, SkipReason.SUPERSEDED),
        ({"status": AlertStatus.EXPIRED}, SkipReason.EXPIRED),
    ],
)
def test_it_skips_what_is_over_stopped_or_replaced(
    change: dict[str, Any],
    reason: str,
    make_verified_incident: Any,
    make_responder: Any,
    outbox: Any,
    run_pump: Any,
) -> None:
    release(make_verified_incident(), [make_responder()])
    Alert.objects.update(**change)

    run_pump()

    assert not list(outbox)
    assert (states(), reasons()) == ([OutboundStatus.SKIPPED], [reason])


def test_it_passes_over_a_number_it_cannot_read_and_goes_on(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    broken, sound = make_responder(), make_responder()
    release(make_verified_incident(), [broken, sound])
    make_unreadable(broken, as_of=sound)

    run_pump()

    assert [text.to for text in outbox] == [sound.number]
    assert reasons() == [SkipReason.UNREADABLE, ""]


def test_it_sends_nothing_while_the_kill_switch_is_on_and_everything_afterwards(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    release(make_verified_incident(), [make_responder()], kind=Kind.CORRECTION)
    Network.objects.current().stop_sending(by=None)

    run_pump()
    assert (list(outbox), states()) == ([], [OutboundStatus.QUEUED])

    Network.objects.current().resume_sending()
    run_pump()
    assert states() == [OutboundStatus.ACCEPTED]


def test_it_stops_within_two_seconds_in_mid_run_and_puts_back_what_it_held(
    make_verified_incident: Any, make_responder: Any, outbox: Any
) -> None:
    release(make_verified_incident(), [make_responder() for _ in range(60)])
    Network.objects.update(segments_per_second=20)
    worker = threading.Thread(target=pump.run, args=(Network.ONLY,))
    worker.start()
    while len(outbox) < 5:
        pass

    Network.objects.current().stop_sending(by=None)
    worker.join(3)

    assert not worker.is_alive()
    assert len(outbox) < 50
    assert states().count(OutboundStatus.ACCEPTED) == len(outbox)
    assert states().count(OutboundStatus.QUEUED) == 60 - len(outbox)


def test_it_does_not_text_somebody_who_leaves_while_their_text_waits_for_its_turn(
    make_verified_incident: Any, make_responder: Any, outbox: Any
) -> None:
    responders = [make_responder() for _ in range(24)]
    release(make_verified_incident(), responders)
    Network.objects.update(segments_per_second=10)
    worker = threading.Thread(target=pump.run, args=(Network.ONLY,))
    worker.start()
    while not len(outbox):
        pass

    last = responders[-1]
    OptOut.objects.keep(last.number, source=OptOut.Source.WORD)
    worker.join(10)

    assert not worker.is_alive()
    assert last.number not in {text.to for text in outbox}
    assert len(outbox) == 23


# -- Order between texts to one phone ---------------------------------------------------------
def test_it_keeps_a_follow_up_until_the_first_text_to_that_phone_is_settled(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    incident, phone, other = make_verified_incident(), make_responder(), make_responder()
    release(incident, [phone])
    Delivery.objects.update(
        status=OutboundStatus.SUBMITTING, attempt=1, attempted_at=timezone.now()
    )
    release(incident, [phone, other], kind=Kind.ALL_CLEAR)

    pump.run(Network.ONLY, seconds=0.5)
    assert [text.to for text in outbox] == [other.number]

    Delivery.objects.filter(status=OutboundStatus.SUBMITTING).update(status=OutboundStatus.SENT)
    run_pump()
    assert [text.to for text in outbox] == [other.number, phone.number]


# -- What the carrier answers -----------------------------------------------------------------
def test_it_sends_a_throttled_text_again_at_once_and_once(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    release(make_verified_incident(), [make_responder(), make_responder()])
    memory.script(Outcome("throttled", code="20429"), times=2)

    run_pump()

    assert len(outbox) == 2
    assert states() == [OutboundStatus.ACCEPTED] * 2
    assert set(Delivery.objects.values_list("attempt", flat=True)) == {2}


def test_it_keeps_an_unknown_text_apart_and_does_not_send_it_again(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    release(make_verified_incident(), [make_responder()])
    memory.script(Outcome("unknown"), taken=True)

    run_pump()
    run_pump()

    assert len(outbox) == 1
    assert states() == [OutboundStatus.UNKNOWN]


def test_it_takes_a_name_it_has_seen_before_for_no_answer(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    release(make_verified_incident(), [make_responder(), make_responder()])
    memory.script(Outcome("accepted", sid="SM" + "a" * 32), times=2)

    run_pump()

    assert sorted(states()) == [OutboundStatus.ACCEPTED, OutboundStatus.UNKNOWN]


def test_it_takes_a_name_that_another_worker_was_given_for_no_answer(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    release(make_verified_incident(), [make_responder()])
    sid = "SM" + "7" * 32
    memory.script(Outcome("accepted", sid=sid))
    run_pump()
    release(make_verified_incident(), [make_responder()])
    memory.script(Outcome("accepted", sid=sid))
    run_pump()

    assert states() == [OutboundStatus.ACCEPTED, OutboundStatus.UNKNOWN]
    assert list(Delivery.objects.order_by("pk").values_list("sid", flat=True)) == [sid, ""]


def test_it_keeps_an_opt_out_that_the_carrier_knew_first(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    responder = make_responder()
    release(make_verified_incident(), [responder])
    memory.script(Outcome("refused", code="21610"))

    run_pump()

    responder.refresh_from_db()
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.error_code) == (OutboundStatus.FAILED, "21610")
    assert responder.status == Responder.Status.LEFT
    assert OptOut.objects.get().source == OptOut.Source.CARRIER


def test_it_asks_no_more_at_a_number_that_cannot_get_texts(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    responder = make_responder()
    release(make_verified_incident(), [responder])
    memory.script(Outcome("refused", code="21614"))

    run_pump()

    responder.refresh_from_db()
    assert responder.status == Responder.Status.UNREACHABLE


def test_it_stops_everything_when_the_carrier_refuses_our_account_and_loses_nothing(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any, paged: list[str]
) -> None:
    release(make_verified_incident(), [make_responder(), make_responder()])
    memory.script(Outcome("refused", code="20003"), times=2)

    run_pump()

    assert Network.objects.get().is_stopped
    assert states() == [OutboundStatus.QUEUED] * 2
    assert len(paged) == 1


def test_it_survives_a_carrier_that_breaks_its_word_and_raises(
    make_verified_incident: Any,
    make_responder: Any,
    outbox: Any,
    run_pump: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release(make_verified_incident(), [make_responder()])

    async def raises(self: Any, text: Any) -> Outcome:
        raise KeyError(text.to)

    monkeypatch.setattr(memory.MemoryCarrier, "send", raises)
    run_pump()

    assert states() == [OutboundStatus.UNKNOWN]


# -- What breaks around it --------------------------------------------------------------------
def test_it_keeps_what_it_knows_until_the_database_is_back(
    make_verified_incident: Any,
    make_responder: Any,
    outbox: Any,
    run_pump: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release(make_verified_incident(), [make_responder() for _ in range(8)])
    monkeypatch.setattr(pump, "MOST_IN_HAND", 2)
    turns: list[str] = []

    def away_at_times(work: Any) -> Any:
        def begin(*what: Any) -> Any:
            turns.append(work.__name__)
            if turns.count(work.__name__) in {1, 3, 4}:
                raise OperationalError("terminating connection due to administrator command")
            return work(*what)

        return begin

    for work in (pump.write_down, pump.take_in_hand):
        monkeypatch.setattr(pump, work.__name__, away_at_times(work))
    run_pump()

    assert len(outbox) == 8
    assert states() == [OutboundStatus.ACCEPTED] * 8
    assert set(turns) == {"write_down", "take_in_hand"}


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.parametrize("code", ["", "21610"])
def test_it_writes_what_was_taken_beside_the_next_claim_and_anything_else_before_it(
    code: str,
    make_verified_incident: Any,
    make_responder: Any,
    run_pump: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release(make_verified_incident(), [make_responder() for _ in range(12)])
    monkeypatch.setattr(pump, "MOST_IN_HAND", 4)
    if code:
        memory.script(Outcome("refused", code=code), times=12)
    write_down, take_in_hand = pump.write_down, pump.take_in_hand
    claiming, seen, beside = threading.Event(), threading.Event(), []

    def write_and_watch(*what: Any) -> None:
        beside.append(claiming.wait(0.5))
        seen.set()
        write_down(*what)

    def wait_and_take(*room: Any) -> Any:
        claiming.set()
        seen.wait(0.5)
        claiming.clear()
        return take_in_hand(*room)

    monkeypatch.setattr(pump, "write_down", write_and_watch)
    monkeypatch.setattr(pump, "take_in_hand", wait_and_take)
    run_pump()

    assert beside[0] == (not code)
    assert set(states()) == {OutboundStatus.FAILED if code else OutboundStatus.ACCEPTED}


def test_of_two_texts_named_alike_it_believes_one_also_when_the_database_was_away_in_between(
    make_verified_incident: Any,
    make_responder: Any,
    outbox: Any,
    run_pump: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release(make_verified_incident(), [make_responder() for _ in range(2)])
    Network.objects.update(segments_per_second=2)  # both in hand, half a second apart
    memory.script(Outcome("accepted", sid="SM" + "a" * 32), times=2)
    write_down, refused = pump.write_down, []

    def away_until_both_left(results: Any, *what: Any) -> None:
        if len(outbox) < 2:
            refused.append(results)
            raise OperationalError("terminating connection due to administrator command")
        write_down(results, *what)

    monkeypatch.setattr(pump, "write_down", away_until_both_left)
    run_pump()

    assert refused
    assert sorted(states()) == [OutboundStatus.ACCEPTED, OutboundStatus.UNKNOWN]


def test_it_sends_nothing_while_it_cannot_see_the_stop_flag(
    make_verified_incident: Any,
    make_responder: Any,
    outbox: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release(make_verified_incident(), [make_responder() for _ in range(40)])
    Network.objects.update(segments_per_second=10)
    look, looks = lookout.look, []

    def blind_after_the_first(**asked: Any) -> Any:
        looks.append(asked)
        if len(looks) > 1:
            raise OperationalError("could not connect to server")
        return look(**asked)

    monkeypatch.setattr(lookout, "look", blind_after_the_first)
    monkeypatch.setattr(pump, "LEASE_SECONDS", pump.SEND_SECONDS + 3)
    worker = threading.Thread(target=pump.run, args=(Network.ONLY, 2.5))
    worker.start()
    worker.join(40)

    assert not worker.is_alive()
    assert 5 < len(outbox) <= 13
    assert states().count(OutboundStatus.QUEUED) == 40 - len(outbox)


def test_it_rings_again_when_its_turn_is_over_and_texts_are_left(
    make_verified_incident: Any,
    make_responder: Any,
    outbox: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(doorbell, "press", lambda task, *_ids: rung.append(task.name))
    monkeypatch.setattr(pump.run, "__defaults__", (0.3,))
    release(make_verified_incident(), [make_responder() for _ in range(30)])
    Network.objects.update(segments_per_second=10)

    tasks.pump(Network.ONLY)

    assert rung == ["alerts.dispatch.tasks.pump"]
    assert 0 < len(outbox) < 30
    assert states().count(OutboundStatus.SUBMITTING) == 0


def test_it_rings_for_a_text_that_came_due_while_it_took_its_leave(
    make_verified_incident: Any,
    make_responder: Any,
    outbox: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever made it due saw a pump among the living, and did not ring."""
    rung: list[str] = []
    monkeypatch.setattr(doorbell, "press", lambda task, *_ids: rung.append(task.name))
    release(make_verified_incident(), [make_responder(), make_responder()])
    late = Delivery.objects.order_by("id").last()
    Delivery.objects.filter(pk=late.pk).update(due_at=timezone.now() + timedelta(hours=1))
    leave = Seat.leave

    def come_due_and_leave(self: Seat) -> None:
        Delivery.objects.filter(pk=late.pk).update(due_at=timezone.now())
        tasks.wake_pump()
        leave(self)

    monkeypatch.setattr(Seat, "leave", come_due_and_leave)

    tasks.pump(Network.ONLY)

    assert len(outbox) == 1
    assert rung == ["alerts.dispatch.tasks.pump"]


# -- Beside itself ------------------------------------------------------------------------------
def test_it_sends_each_text_once_with_four_pumps_at_a_time(
    make_verified_incident: Any, make_responder: Any, outbox: Any
) -> None:
    responders = [make_responder() for _ in range(120)]
    release(make_verified_incident(), responders)

    pumps = [threading.Thread(target=pump.run, args=(Network.ONLY,)) for _ in range(4)]
    for each in pumps:
        each.start()
    for each in pumps:
        each.join(30)

    assert sorted(text.to for text in outbox) == sorted(each.number for each in responders)
    assert set(states()) == {OutboundStatus.ACCEPTED}


class SlowCarrier(memory.MemoryCarrier):
    """Takes a while for each text and counts how many it is asked to take at a time."""

    lock = threading.Lock()
    asked = 0
    most = 0

    async def send(self, text: Text) -> Outcome:
        with self.lock:
            SlowCarrier.asked += 1
            SlowCarrier.most = max(self.most, self.asked)
        await asyncio.sleep(0.1)
        with self.lock:
            SlowCarrier.asked -= 1
        return await super().send(text)


def test_it_shares_a_slow_carrier_with_a_pump_that_joins_it(
    make_verified_incident: Any,
    make_responder: Any,
    outbox: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pump, "open_carrier", SlowCarrier)
    monkeypatch.setattr(SlowCarrier, "most", 0)
    incident = make_verified_incident()
    crowd = [make_responder() for _ in range(20)]
    for _ in range(40):
        release(incident, crowd)
    pumps = [threading.Thread(target=pump.run, args=(Network.ONLY,)) for _ in range(2)]

    pumps[0].start()
    while not outbox:
        pass
    held = Delivery.objects.filter(status=OutboundStatus.SUBMITTING).count()
    pumps[1].start()
    for each in pumps:
        each.join(30)

    assert held <= pump.ROUNDS_IN_HAND * ACCOUNT_LIMIT + ACCOUNT_LIMIT
    assert SlowCarrier.most <= ACCOUNT_LIMIT + ACCOUNT_LIMIT // 8
    assert set(states()) == {OutboundStatus.ACCEPTED}
    assert len(outbox) == 800


def test_it_leaves_the_rest_to_a_pump_that_keeps_up(
    make_verified_incident: Any, make_responder: Any, outbox: Any
) -> None:
    release(make_verified_incident(), [make_responder() for _ in range(40)])
    Network.objects.update(segments_per_second=10)
    beat(f"{PREFIX}elsewhere", since=0.0, load=0.1, is_settled=True)

    wants_another = pump.run(Network.ONLY)

    assert not wants_another
    assert 0 < len(outbox) < 40
    assert states().count(OutboundStatus.QUEUED) == 40 - len(outbox)
    assert OutboundStatus.SUBMITTING not in states()


def test_it_does_the_rest_when_the_pump_before_it_dies(
    make_verified_incident: Any, make_responder: Any, outbox: Any
) -> None:
    release(make_verified_incident(), [make_responder() for _ in range(40)])
    Network.objects.update(segments_per_second=20)
    beat(f"{PREFIX}elsewhere", since=0.0, load=0.1, is_settled=True)
    Heartbeat.objects.filter(name=f"{PREFIX}elsewhere").update(
        at=timezone.now() - timedelta(seconds=ALIVE_SECONDS)
    )

    pump.run(Network.ONLY)

    assert len(outbox) == 40


def test_it_leaves_no_pump_among_the_living(
    make_verified_incident: Any, make_responder: Any, outbox: Any, run_pump: Any
) -> None:
    release(make_verified_incident(), [make_responder()])

    run_pump()

    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["pump"]


def test_it_finishes_quietly_when_there_is_nothing_to_do(outbox: Any, run_pump: Any) -> None:
    run_pump()

    assert not list(outbox)
    assert Person.objects.count() == 0

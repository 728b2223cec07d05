import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from alerts.carriers.base import Outcome, Text
from tests.carriers.conftest import ANA, API_KEY, JIWOO, NETWORK_NUMBER, SERVICE

KOREAN = "윌셔/버몬트에 요원들. 목격자 필요. 1 = 갑니다"


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


async def test_it_hands_a_text_over(carrier, phones):
    outcome = await carrier.send(Text(ANA, KOREAN))

    assert outcome.kind == "accepted"
    assert re.fullmatch(r"SM[0-9a-f]{32}", outcome.sid)
    (entry,) = await phones.ledger(to=ANA)
    assert (entry["body"], entry["from"], entry["sid"]) == (KOREAN, NETWORK_NUMBER, outcome.sid)


async def test_it_sends_the_life_and_the_callback_address_along(carrier, phones):
    await carrier.send(Text(ANA, "hello", "https://rapid.example/twilio/status/7.1.x/", 2700))

    (form,) = phones.creates()
    assert form == {
        "To": ANA,
        "Body": "hello",
        "MessagingServiceSid": SERVICE,
        "StatusCallback": "https://rapid.example/twilio/status/7.1.x/",
        "ValidityPeriod": "2700",
    }


@pytest.mark.parametrize(("asked", "sent"), [(0, "5"), (-3, "5"), (99_999, "36000")])
async def test_it_keeps_the_life_within_what_twilio_takes(carrier, phones, asked, sent):
    outcome = await carrier.send(Text(ANA, "hello", seconds_valid=asked))

    assert outcome.kind == "accepted"
    assert phones.creates()[0]["ValidityPeriod"] == sent


async def test_it_sends_from_the_number_without_a_messaging_service(make_carrier, phones):
    await make_carrier(service_sid="", number=NETWORK_NUMBER).send(Text(ANA, "hello"))

    (form,) = phones.creates()
    assert form["From"] == NETWORK_NUMBER
    assert "MessagingServiceSid" not in form


async def test_it_signs_in_with_an_api_key(make_carrier):
    carrier = make_carrier(username=API_KEY, password="the key's secret")

    assert (await carrier.send(Text(ANA, "hello"))).kind == "accepted"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (Text("+1213555012", "hello"), "21211"),
        (Text(ANA, ""), "21602"),
        (Text(ANA, "x" * 1601), "21617"),
        (Text("", "hello"), "21604"),
    ],
)
async def test_it_reports_what_is_refused_for_good(carrier, text, code):
    assert await carrier.send(text) == Outcome("refused", code=code)


async def test_it_reports_wrong_credentials(make_carrier):
    carrier = make_carrier(password="wrong")

    assert await carrier.send(Text(ANA, "hello")) == Outcome("refused", code="20003")


@pytest.mark.parametrize(
    ("fault", "outcome", "is_taken"),
    [
        ("throttle_429", Outcome("throttled", code="20429"), False),
        ("error_500", Outcome("unknown", code="20500"), False),
        ("accepted_500", Outcome("unknown", code="20500"), True),
        ("reset_before", Outcome("unknown"), False),
        ("reset_after_accept", Outcome("unknown"), True),
        ("garbage_201", Outcome("unknown"), True),
        ("unauthorized_401", Outcome("refused", code="20003"), False),
    ],
)
async def test_it_says_what_is_known_and_no_more(carrier, phones, fault, outcome, is_taken):
    await phones.order({"fault": fault, "count": 1})

    assert await carrier.send(Text(ANA, "hello")) == outcome
    assert len(await phones.ledger(to=ANA)) == is_taken


async def test_it_does_not_wait_for_ever(hasty_carrier, phones):
    await phones.order({"fault": "hang", "count": 1, "seconds": 60})

    assert await hasty_carrier.send(Text(ANA, "hello")) == Outcome("unknown")
    assert len(await phones.ledger(to=ANA)) == 1


@pytest.mark.parametrize("fault", ["reset_before", "hang", "error_500", "throttle_429"])
async def test_it_never_tries_again_by_itself(carrier, hasty_carrier, phones, fault):
    used = hasty_carrier if fault == "hang" else carrier
    await used.send(Text(JIWOO, "warm up the connection"))
    await phones.order({"fault": fault, "count": 1, "seconds": 60})

    await used.send(Text(ANA, "hello"))

    assert [form["To"] for form in phones.creates()] == [JIWOO, ANA]


async def test_it_sends_the_next_text_after_a_broken_one(carrier, phones):
    await phones.order({"fault": "reset_before", "count": 1})

    kinds = [(await carrier.send(Text(ANA, "hello"))).kind for _ in range(2)]

    assert kinds == ["unknown", "accepted"]


async def test_it_hands_over_many_at_once(carrier, phones):
    await phones.order({"fault": "delay_ms", "ms": 100})

    async with asyncio.timeout(15):
        outcomes = await asyncio.gather(*(carrier.send(Text(ANA, f"{n}")) for n in range(200)))

    assert len({outcome.sid for outcome in outcomes}) == 200
    assert (await phones.control("GET", "stats/"))["most_in_flight"] > 100


async def test_it_lists_what_the_carrier_took(carrier, phones):
    taken = await carrier.send(Text(ANA, KOREAN))
    await carrier.send(Text(JIWOO, "another"))

    (listed,) = await carrier.sent_to(ANA, since=long_ago())

    assert (listed.sid, listed.to, listed.body) == (taken.sid, ANA, KOREAN)
    assert abs(listed.created_at - datetime.now(UTC)) < timedelta(seconds=5)
    assert listed.status in {"accepted", "sent", "delivered"}


async def test_it_lists_a_text_whose_answer_was_lost(carrier, phones):
    await phones.order({"fault": "reset_after_accept", "count": 1})
    since = datetime.now(UTC)

    await carrier.send(Text(ANA, "did you get this?"))

    (listed,) = await carrier.sent_to(ANA, since=since)
    assert listed.body == "did you get this?"


async def test_it_lists_what_failed_with_its_code(carrier, phones):
    await phones.order({"fault": "undelivered", "code": "30006", "to": [ANA]})
    await carrier.send(Text(ANA, "hello"))
    await until(lambda: phones.network.messages[0].status == "undelivered")

    (listed,) = await carrier.sent_to(ANA, since=long_ago())

    assert (listed.status, listed.code) == ("undelivered", "30006")


async def test_it_leaves_out_what_is_older(carrier, phones):
    await carrier.send(Text(ANA, "old"))

    assert await carrier.sent_to(ANA, since=datetime.now(UTC) + timedelta(seconds=2)) == []


async def test_it_reads_every_page_of_the_list(carrier, phones, monkeypatch):
    monkeypatch.setattr("alerts.carriers.twilio.PAGE_SIZE", 3)
    for number in range(8):
        await carrier.send(Text(ANA, f"{number}"))

    listed = await carrier.sent_to(ANA, since=long_ago())

    assert [text.body for text in listed] == ["7", "6", "5", "4", "3", "2", "1", "0"]


async def test_it_reads_a_list_that_just_ends(carrier, phones, monkeypatch):
    monkeypatch.setattr("alerts.carriers.twilio.PAGE_SIZE", 1)
    monkeypatch.setattr("alerts.carriers.twilio.MAX_PAGES", 2)
    for number in range(2):
        await carrier.send(Text(ANA, f"{number}"))

    assert len(await carrier.sent_to(ANA, since=long_ago())) == 2


async def test_it_lists_a_text_in_a_status_it_does_not_know(carrier, phones):
    await carrier.send(Text(ANA, "hello"))
    await until(lambda: phones.network.next_due() is None)
    phones.network.messages[0].status = "teleported"

    (listed,) = await carrier.sent_to(ANA, since=long_ago())

    assert (listed.body, listed.status) == ("hello", "accepted")


async def test_it_lists_what_the_account_sent_to_anybody(carrier, phones):
    await carrier.send(Text(ANA, "one"))
    await phones.text_in(ANA, "HELP")  # the network answers that by itself
    await carrier.send(Text(JIWOO, "two"))

    listed = await carrier.sent_since(long_ago())

    assert [(text.to, text.body) for text in listed] == [(JIWOO, "two"), (ANA, "one")]


async def test_it_lists_what_somebody_else_sent_with_our_key(carrier, phones):
    fields = {"To": ANA, "From": NETWORK_NUMBER, "Body": "false"}
    await phones.twilio("POST", "Messages.json", fields)

    assert [text.body for text in await carrier.sent_since(long_ago())] == ["false"]


async def test_it_stops_reading_at_what_is_older(carrier, phones, monkeypatch):
    monkeypatch.setattr("alerts.carriers.twilio.PAGE_SIZE", 2)
    for number in range(6):
        await carrier.send(Text(ANA, f"{number}"))
    for message in phones.network.messages[:4]:
        message.created_at -= 3600

    listed = await carrier.sent_since(long_ago())

    assert [text.body for text in listed] == ["5", "4"]
    assert [request.head.method for request in phones.requests].count("GET") == 2


async def test_it_lists_the_newest_of_a_flood(carrier, phones, monkeypatch):
    monkeypatch.setattr("alerts.carriers.twilio.PAGE_SIZE", 1)
    monkeypatch.setattr("alerts.carriers.twilio.MAX_PAGES", 2)
    for number in range(3):
        await carrier.send(Text(ANA, f"{number}"))

    assert [text.body for text in await carrier.sent_since(long_ago())] == ["2", "1"]


async def test_it_says_when_it_cannot_tell_what_the_account_sent(carrier, phones):
    await phones.order({"fault": "list_off"})

    assert await carrier.sent_since(long_ago()) is None


async def test_it_concludes_nothing_from_a_list_without_end(carrier, phones, monkeypatch):
    monkeypatch.setattr("alerts.carriers.twilio.PAGE_SIZE", 1)
    monkeypatch.setattr("alerts.carriers.twilio.MAX_PAGES", 2)
    for number in range(3):
        await carrier.send(Text(ANA, f"{number}"))

    assert await carrier.sent_to(ANA, since=long_ago()) is None


async def test_it_concludes_nothing_while_the_list_is_silent(carrier, phones):
    await phones.order({"fault": "list_off"})

    assert await carrier.sent_to(ANA, since=long_ago()) is None


async def test_it_concludes_nothing_when_nobody_is_there(make_carrier, unused_tcp_port):
    carrier = make_carrier(api_url=f"http://127.0.0.1:{unused_tcp_port}")

    assert await carrier.sent_to(ANA, since=long_ago()) is None


async def until(is_so) -> None:
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.01)

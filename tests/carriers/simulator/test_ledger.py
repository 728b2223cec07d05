"""A phone network that recalls what happened before it was stopped."""

import base64
import json
import stat

import pytest

from alerts.carriers.simulator.faults import read_script
from alerts.carriers.simulator.ledger import remember
from alerts.carriers.simulator.messages import Attachment
from alerts.carriers.simulator.network import PhoneNetwork
from tests.carriers.conftest import ACCOUNT, ANA, AUTH_TOKEN, JIWOO, NETWORK_NUMBER, SERVICE


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(tmp_path, clock):
    """Start a network on the same ledger file, as after a restart."""
    files = []

    def start() -> PhoneNetwork:
        network = PhoneNetwork(
            account_sid=ACCOUNT,
            auth_token=AUTH_TOKEN,
            number=NETWORK_NUMBER,
            service_sid=SERVICE,
            sent_after=1,
            delivered_after=1,
            clock=clock,
        )
        files.append(remember(network, tmp_path / "phones.jsonl"))
        return network

    yield start
    for file in files:
        file.close()


def shown(network: PhoneNetwork) -> list[str]:
    return [message.as_json(ACCOUNT) for message in network.messages]


def walk(network: PhoneNetwork, clock: Clock) -> list[str]:
    clock.now += 1
    return [f"{message.body} {message.status}" for message in network.walk()]


def test_it_recalls_every_text_as_it_was(start, clock):
    network = start()
    network.receive(ANA, "윌셔 \n요원들", [Attachment("ME" + "0" * 32, "image/png", b"\x00\xff")])
    network.take(ANA, "one", service_sid=SERVICE, callback_url="http://127.0.0.1:1/x/")
    walk(network, clock)
    walk(network, clock)
    network.redact(network.messages[1])

    again = start()

    assert shown(again) == shown(network)
    assert again.messages == network.messages
    assert list(again.by_phone) == [ANA]


def test_it_goes_on_counting(start):
    first = start().take(ANA, "one")

    second = start().take(ANA, "two")

    assert (first.seq, second.seq) == (1, 2)
    assert first.sid != second.sid


def test_it_goes_on_with_texts_that_were_on_their_way(start, clock):
    network = start()
    network.take(ANA, "one")
    walk(network, clock)
    network.take(JIWOO, "two")

    again = start()

    assert walk(again, clock) == ["two sent", "one delivered"]
    assert walk(again, clock) == ["two delivered"]
    assert again.next_due() is None


def test_it_recalls_who_is_blocked(start):
    network = start()
    for phone, word in ((ANA, "STOP"), (JIWOO, "stop"), (JIWOO, "yes")):
        network.receive(phone, word)

    assert start().blocked == {ANA}


def test_it_recalls_how_texts_failed(start, clock):
    network = start()
    network.faults = read_script([{"fault": "undelivered", "code": 30003}])
    network.take(ANA, "one")
    walk(network, clock)
    walk(network, clock)

    (message,) = start().messages

    assert (message.status, message.error_code) == ("undelivered", 30003)


def test_it_recalls_what_was_deleted_and_cancelled(start, clock):
    network = start()
    network.cancel(network.take(ANA, "one"))
    network.delete(network.messages[0])

    again = start()

    assert (again.messages[0].is_deleted, again.messages[0].status) == (True, "canceled")
    assert walk(again, clock) == []


def test_it_forgets_what_was_before_a_reset(start):
    network = start()
    network.receive(ANA, "STOP")
    network.reset()
    network.take(ANA, "after")

    again = start()

    assert [message.body for message in again.messages] == ["after"]
    assert again.blocked == set()
    assert again.take(ANA, "next").seq == 4


def test_it_writes_each_line_at_once_for_nobody_else_to_read(start, tmp_path):
    start().take(ANA, "one")

    path = tmp_path / "phones.jsonl"
    assert json.loads(path.read_text())["body"] == "one"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_survives_a_line_that_was_cut_off(start, tmp_path):
    start().take(ANA, "one")
    path = tmp_path / "phones.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write('{"event": "text", "seq": 2, "bo')

    start().take(ANA, "two")

    assert [message.body for message in start().messages] == ["one", "two"]


def test_it_holds_photos_in_full(start, tmp_path):
    photo = bytes(range(256)) * 10
    start().receive(ANA, "", [Attachment("ME" + "1" * 32, "image/jpeg", photo)])

    (entry,) = map(json.loads, (tmp_path / "phones.jsonl").read_text().splitlines())
    assert base64.b64decode(entry["media"][0]["data"]) == photo
    assert start().messages[0].attachments[0].content == photo

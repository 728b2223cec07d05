"""deploy/redis.conf: the doorbell can be rung by our code and emptied by nobody."""

import pytest
import redis as client
from kombu import Connection

from tools.with_services import Missing, redis

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def doorbell(root):
    try:
        with redis([str(root / "deploy" / "redis.conf")]) as server:
            yield server.url
    except Missing as err:
        pytest.skip(str(err))


def test_a_task_message_goes_in_and_comes_out(doorbell):
    with Connection(doorbell.replace("unix://", "redis+socket://")) as connection:
        queue = connection.SimpleQueue("pump")
        queue.put({"sender": 1})
        message = queue.get(timeout=5)
        message.ack()

    assert message.payload == {"sender": 1}


def test_a_script_may_ask_the_servers_clock_as_the_pace_does(doorbell):
    seconds, _ = client.Redis.from_url(doorbell).eval("return redis.call('TIME')", 0)

    assert int(seconds) > 0


@pytest.mark.parametrize("command", ["FLUSHALL", "FLUSHDB", "KEYS *", "CONFIG GET *", "SHUTDOWN"])
def test_it_refuses(doorbell, command):
    with pytest.raises(client.exceptions.NoPermissionError):
        client.Redis.from_url(doorbell).execute_command(*command.split())


def test_it_never_drops_a_bell_to_make_room(doorbell):
    assert client.Redis.from_url(doorbell).info("memory")["maxmemory_policy"] == "noeviction"

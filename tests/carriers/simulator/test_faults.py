import pytest

from alerts.carriers.base import Text
from alerts.carriers.simulator.faults import BadScript, read_script
from tests.carriers.conftest import ANA, JIWOO


async def kinds(carrier, count: int, to: str = ANA) -> list[str]:
    return [(await carrier.send(Text(to, "hello"))).kind for _ in range(count)]


async def test_it_strikes_as_often_as_told(carrier, phones):
    await phones.order({"fault": "throttle_429", "count": 2, "after": 1})

    assert await kinds(carrier, 5) == ["accepted", "throttled", "throttled", "accepted", "accepted"]


async def test_it_strikes_only_whom_it_is_told(carrier, phones):
    await phones.order({"fault": "error_500", "to": ANA})

    assert await kinds(carrier, 2) == ["unknown", "unknown"]
    assert await kinds(carrier, 2, JIWOO) == ["accepted", "accepted"]


async def test_it_strikes_with_a_probability(carrier, phones):
    await phones.order({"fault": "throttle_429", "probability": 0.5})

    struck = (await kinds(carrier, 100)).count("throttled")

    assert 25 < struck < 75


async def test_it_repeats_a_script_with_the_same_seed(carrier, phones):
    script = {"seed": 3, "rules": [{"fault": "throttle_429", "probability": 0.5}]}
    runs = []
    for _ in range(2):
        await phones.control("POST", "faults/", script)
        runs.append(await kinds(carrier, 30))

    assert runs[0] == runs[1]


async def test_it_takes_the_first_rule_that_strikes(carrier, phones):
    await phones.order({"fault": "throttle_429", "count": 1}, {"fault": "error_500", "count": 1})

    assert await kinds(carrier, 3) == ["throttled", "unknown", "accepted"]


async def test_it_ends_all_faults(carrier, phones):
    await phones.order(
        {"fault": "error_500"}, {"fault": "list_off"}, {"fault": "delay_ms", "ms": 9}
    )

    await phones.order()

    assert await kinds(carrier, 1) == ["accepted"]


async def test_it_answers_with_the_sid_of_an_earlier_text(carrier, phones):
    first = await carrier.send(Text(ANA, "hello"))
    await phones.order({"fault": "duplicate_sid", "count": 1})

    second = await carrier.send(Text(JIWOO, "hello"))

    assert second.sid == first.sid
    assert len(await phones.ledger(to=JIWOO)) == 1


async def test_it_counts_no_fault_for_a_text_that_is_refused(carrier, phones):
    await phones.order({"fault": "accepted_500", "count": 1})

    assert (await carrier.send(Text("+1213555012", "hello"))).kind == "refused"
    assert await kinds(carrier, 2) == ["unknown", "accepted"]


async def test_it_counts_what_it_answered(carrier, phones):
    await phones.order({"fault": "throttle_429", "count": 2})
    await kinds(carrier, 5)

    stats = await phones.control("GET", "stats/")
    pace = await phones.control("GET", "pace/")

    assert stats["answers"] == {"201": 3, "429": 2}
    assert (stats["taken"], pace["fullest_second"]) == (3, 3)
    assert stats["first_at"] <= stats["last_at"]


@pytest.mark.parametrize(
    "script",
    [
        "x",
        7,
        None,
        {"rule": []},
        {"rules": {}},
        ["error_500"],
        [{}],
        [{"fault": "earthquake"}],
        [{"fault": ["error_500"]}],
        [{"fault": "error_500", "chance": 1}],
        [{"fault": "error_500", "count": -1}],
        [{"fault": "error_500", "count": True}],
        [{"fault": "error_500", "probability": "often"}],
        [{"fault": "error_500", "probability": float("nan")}],
        [{"fault": "error_500", "to": 7}],
        [{"fault": "undelivered", "status": "delivered"}],
    ],
)
def test_it_refuses_a_script_it_cannot_follow(script):
    with pytest.raises(BadScript):
        read_script(script)


async def test_it_says_what_is_wrong_with_a_script_and_keeps_the_last(carrier, phones):
    await phones.order({"fault": "error_500"})

    async with phones.session.post(
        f"{phones.url}/api/faults/",
        data="[{]",
        headers={"Authorization": f"Token {phones.network.token}"},
    ) as answer:
        assert answer.status == 400
    assert await kinds(carrier, 1) == ["unknown"]

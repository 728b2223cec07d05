"""The simulator held against Twilio's own description of its API, and our requests too."""

import json
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from openapi_schema_validator import OAS30Validator

from alerts.carriers.base import Text
from alerts.carriers.credentials import basic_auth
from tests.carriers.conftest import (
    ACCOUNT,
    ANA,
    API_KEY,
    AUTH_TOKEN,
    JIWOO,
    NETWORK_NUMBER,
    SERVICE,
)

DATA = Path(__file__).parents[2] / "data" / "twilio"
DESCRIPTION = json.loads((DATA / "twilio_api_v2010.json").read_text(encoding="utf-8"))
ERRORS = {each["when"]: each["answer"] for each in json.loads((DATA / "errors.json").read_text())}
LIST_PATH = DESCRIPTION["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]
MESSAGE = "api.v2010.account.message"

# Twilio's patterns and lengths stand beside `nullable`, which the validator understands.
SCHEMAS = {"components": DESCRIPTION["components"]}


def assert_fits(value: object, schema: dict) -> None:
    errors = list(OAS30Validator({**schema, **SCHEMAS}).iter_errors(value))
    assert not errors, errors


def assert_is_message(value: dict) -> None:
    assert_fits(value, {"$ref": f"#/components/schemas/{MESSAGE}"})
    assert set(value) == set(DESCRIPTION["components"]["schemas"][MESSAGE]["properties"])
    for name in ("date_created", "date_updated", "date_sent"):
        if value[name] is not None:
            assert parsedate_to_datetime(value[name]).tzinfo is not None


def form(**changes: str) -> dict[str, str]:
    return {"To": ANA, "MessagingServiceSid": SERVICE, "Body": "Hola ñ 안녕 😀", **changes}


async def test_our_requests_hold_only_fields_twilio_describes(carrier, phones):
    await carrier.send(Text(ANA, "hello", "https://rapid.example/twilio/status/7.1.x/", 2700))

    media = LIST_PATH["post"]["requestBody"]["content"]
    schema = media["application/x-www-form-urlencoded"]["schema"]
    (sent,) = phones.creates()
    assert set(sent) <= set(schema["properties"])
    assert set(schema["required"]) <= set(sent)
    assert_fits({**sent, "ValidityPeriod": int(sent["ValidityPeriod"])}, schema)


async def test_our_list_requests_hold_only_what_twilio_describes(carrier, phones):
    from datetime import UTC, datetime

    await carrier.sent_to(ANA, since=datetime.now(UTC))

    (request,) = phones.requests
    described = {each["name"] for each in LIST_PATH["get"]["parameters"] if each["in"] == "query"}
    assert set(request.query()) <= described
    assert int(request.query()["PageSize"]) <= 1000


async def test_it_answers_a_create_with_a_message(phones):
    status, message = await phones.twilio("POST", "Messages.json", form())

    assert status == 201
    assert_is_message(message)
    assert (message["status"], message["num_segments"], message["from"]) == ("accepted", "0", None)
    assert (message["to"], message["body"]) == (ANA, "Hola ñ 안녕 😀")


async def test_it_answers_a_create_from_a_number_with_a_message(phones):
    fields = {"To": ANA, "From": NETWORK_NUMBER, "Body": "x" * 161}

    status, message = await phones.twilio("POST", "Messages.json", fields)

    assert status == 201
    assert_is_message(message)
    assert (message["status"], message["num_segments"]) == ("queued", "2")
    assert message["from"] == NETWORK_NUMBER
    assert message["messaging_service_sid"] is None


async def test_it_shows_a_text_that_failed(phones):
    await phones.order({"fault": "undelivered", "code": 30005, "status": "failed"})
    _, message = await phones.twilio("POST", "Messages.json", form())
    await settled(phones, message["sid"])

    status, message = await phones.twilio("GET", f"Messages/{message['sid']}.json")

    assert status == 200
    assert_is_message(message)
    assert (message["status"], message["error_code"]) == ("failed", 30005)
    assert message["error_message"] == "Unknown destination handset"


async def test_it_walks_a_text_to_delivered(phones):
    _, message = await phones.twilio("POST", "Messages.json", form())
    await settled(phones, message["sid"])

    _, message = await phones.twilio("GET", f"Messages/{message['sid']}.json")

    assert_is_message(message)
    assert (message["status"], message["from"]) == ("delivered", NETWORK_NUMBER)
    assert message["date_sent"] is not None


async def test_it_lists_page_by_page_newest_first(phones):
    for number in range(5):
        await phones.twilio("POST", "Messages.json", form(Body=f"{number}"))
    await phones.twilio("POST", "Messages.json", form(To=JIWOO))

    path, pages = f"Messages.json?To=%2B{ANA[1:]}&PageSize=2", []
    while path:
        status, page = await phones.twilio("GET", path)
        assert status == 200
        assert_fits(page, list_schema())
        assert set(page) == set(list_schema()["properties"])
        for message in page["messages"]:
            assert_is_message(message)
        pages.append([message["body"] for message in page["messages"]])
        uri = page["next_page_uri"]
        path = uri and uri.removeprefix(f"/2010-04-01/Accounts/{ACCOUNT}/")

    assert pages == [["4", "3"], ["2", "1"], ["0"]]


async def test_it_lists_texts_to_us_as_well(phones):
    await phones.text_in(ANA, "hello")

    _, page = await phones.twilio("GET", f"Messages.json?From=%2B{ANA[1:]}")

    (message,) = page["messages"]
    assert_is_message(message)
    assert (message["direction"], message["status"]) == ("inbound", "received")
    assert message["to"] == NETWORK_NUMBER


async def test_it_leaves_what_is_not_sent_out_of_a_list_by_date(phones):
    phones.network.sent_after = 60
    await phones.twilio("POST", "Messages.json", form())

    _, all_days = await phones.twilio("GET", "Messages.json")
    _, by_day = await phones.twilio("GET", "Messages.json?DateSent%3E=2008-01-02")

    assert len(all_days["messages"]) == 1
    assert by_day["messages"] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [("DateSent%3E=2008-01-02", 1), ("DateSent%3C=2008-01-02", 0), ("DateSent=2008-01-02", 0)],
)
async def test_it_lists_by_the_date_a_text_was_sent(phones, query, count):
    _, message = await phones.twilio("POST", "Messages.json", form())
    await settled(phones, message["sid"])

    _, page = await phones.twilio("GET", f"Messages.json?{query}")

    assert len(page["messages"]) == count


async def test_it_redacts_a_text_but_not_on_the_phone(phones):
    _, message = await phones.twilio("POST", "Messages.json", form())

    status, redacted = await phones.twilio("POST", f"Messages/{message['sid']}.json", {"Body": ""})

    assert status == 200
    assert_is_message(redacted)
    assert redacted["body"] == ""
    (entry,) = await phones.ledger(to=ANA)
    assert entry["body"] == "Hola ñ 안녕 😀"


async def test_it_changes_no_words(phones):
    _, message = await phones.twilio("POST", "Messages.json", form())

    status, answer = await phones.twilio("POST", f"Messages/{message['sid']}.json", {"Body": "x"})

    assert (status, answer["code"]) == (400, 20001)


async def test_it_cancels_what_is_still_queued(phones):
    phones.network.sent_after = 0.05
    _, message = await phones.twilio("POST", "Messages.json", form())
    path = f"Messages/{message['sid']}.json"

    status, cancelled = await phones.twilio("POST", path, {"Status": "canceled"})
    await settled(phones)

    assert (status, cancelled["status"]) == (200, "canceled")
    assert (await phones.twilio("GET", path))[1]["status"] == "canceled"


async def test_it_deletes_a_text_once_it_is_settled(phones):
    _, message = await phones.twilio("POST", "Messages.json", form())
    path = f"Messages/{message['sid']}.json"
    early, _ = await phones.twilio("DELETE", path)
    await settled(phones, message["sid"])

    status, _ = await phones.twilio("DELETE", path)

    assert (early, status) == (409, 204)
    assert (await phones.twilio("GET", path))[0] == 404
    assert (await phones.twilio("GET", "Messages.json"))[1]["messages"] == []


async def test_it_accepts_an_api_key(phones):
    headers = {"Authorization": basic_auth(API_KEY, phones.network.api_secret)}

    status, _ = await phones.twilio("POST", "Messages.json", form(), headers=headers)

    assert status == 201


@pytest.mark.parametrize("headers", [{}, {"Authorization": basic_auth(ACCOUNT, "wrong")}])
async def test_it_refuses_wrong_credentials_as_twilio_does(phones, headers):
    status, answer = await phones.twilio("POST", "Messages.json", form(), headers=headers)

    assert (status, answer) == (401, ERRORS["wrong password"])


@pytest.mark.parametrize(
    ("changes", "when"),
    [
        ({"To": ""}, "no receiver"),
        ({"To": "+1213555012"}, "not a phone"),
        ({"Body": ""}, "no body"),
        ({"Body": "x" * 1601}, "too long"),
        ({"MessagingServiceSid": ""}, "no sender"),
    ],
)
async def test_it_refuses_as_twilio_does(phones, changes, when):
    status, answer = await phones.twilio("POST", "Messages.json", form(**changes))

    expected = ERRORS[when]
    expected = {**expected, "message": expected["message"].replace("{to}", changes.get("To", ""))}
    assert (status, answer) == (expected["status"], expected)
    assert await phones.ledger() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"MessagingServiceSid": "MG" + "0" * 32}, 21701),
        ({"MessagingServiceSid": "", "From": ANA}, 21606),
        ({"To": NETWORK_NUMBER}, 21266),
        ({"ValidityPeriod": "0"}, 90007),
        ({"ValidityPeriod": "soon"}, 90007),
        ({"StatusCallback": "not an address"}, 21609),
        ({"StatusCallback": "https://under_score.example/"}, 21609),
    ],
)
async def test_it_refuses_what_makes_no_sense(phones, changes, code):
    status, answer = await phones.twilio("POST", "Messages.json", form(**changes))

    assert 400 <= status < 500
    assert answer["code"] == code
    assert set(answer) == set(ERRORS["no body"])


async def test_it_answers_about_what_does_not_exist_as_twilio_does(phones):
    path = f"Messages/SM{'0' * 32}.json"

    status, answer = await phones.twilio("GET", path)

    full = f"/2010-04-01/Accounts/{ACCOUNT}/{path}"
    expected = ERRORS["no such message"]
    assert status == 404
    assert answer == {**expected, "message": expected["message"].replace("{path}", full)}


@pytest.mark.parametrize(
    ("fault", "when"), [("throttle_429", "too many requests"), ("error_500", "server error")]
)
async def test_it_fails_on_order_as_twilio_does(phones, fault, when):
    await phones.order({"fault": fault})

    status, answer = await phones.twilio("POST", "Messages.json", form())

    assert (status, answer) == (ERRORS[when]["status"], ERRORS[when])


@pytest.mark.parametrize("path", ["Calls.json", "Messages/x.json", "Messages.xml"])
async def test_it_has_no_other_doors(phones, path):
    assert (await phones.twilio("GET", path))[0] == 404


@pytest.mark.parametrize("query", ["PageSize=0", "PageSize=x", "Page=-1"])
async def test_it_refuses_a_senseless_page(phones, query):
    assert (await phones.twilio("GET", f"Messages.json?{query}"))[0] == 400


def list_schema() -> dict:
    return LIST_PATH["get"]["responses"]["200"]["content"]["application/json"]["schema"]


async def settled(phones, sid: str = "") -> None:
    """Wait until nothing is due any more."""
    import asyncio

    async with asyncio.timeout(30):
        while phones.network.next_due() is not None:
            await asyncio.sleep(0.01)
    if sid:
        assert phones.network.by_sid[sid].status in {"delivered", "undelivered", "failed"}


async def test_it_describes_the_account(phones):
    async with phones.session.get(
        f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}.json",
        headers={"Authorization": basic_auth(ACCOUNT, AUTH_TOKEN)},
    ) as answer:
        account = await answer.json()

    described = DESCRIPTION["components"]["schemas"]["api.v2010.account"]["properties"]
    assert_fits(account, {"$ref": "#/components/schemas/api.v2010.account"})
    assert set(account) == set(described)


async def test_it_describes_its_number(phones):
    name = "api.v2010.account.incoming_phone_number"
    _, page = await phones.twilio(
        "GET", f"IncomingPhoneNumbers.json?PhoneNumber=%2B{NETWORK_NUMBER[1:]}"
    )
    _, none = await phones.twilio("GET", "IncomingPhoneNumbers.json?PhoneNumber=%2B12135550199")

    (number,) = page["incoming_phone_numbers"]
    assert_fits(number, {"$ref": f"#/components/schemas/{name}"})
    assert set(number) == set(DESCRIPTION["components"]["schemas"][name]["properties"])
    assert number["phone_number"] == NETWORK_NUMBER
    assert none["incoming_phone_numbers"] == []

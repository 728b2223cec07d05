"""Texting in, words the network answers by itself, and what the ledger shows."""

import base64

import pytest
from twilio.request_validator import RequestValidator

from alerts.carriers.inbound import read_inbound
from alerts.carriers.simulator.http import Head, Request
from alerts.carriers.simulator.site import Site
from tests.carriers.conftest import ACCOUNT, ANA, AUTH_TOKEN, JIWOO, NETWORK_NUMBER, SERVICE

VALIDATOR = RequestValidator(AUTH_TOKEN)


async def create(phones, to: str = ANA, body: str = "hello"):
    fields = {"To": to, "MessagingServiceSid": SERVICE, "Body": body}
    return await phones.twilio("POST", "Messages.json", fields)


async def test_it_posts_a_text_to_the_webhook_signed(phones, webhook):
    said = await phones.text_in(ANA, "윌셔 & 버몬트 + 요원들 😀\n두 번째 줄")

    ((url, form, signature),) = webhook.posts
    assert VALIDATOR.validate(url, form, signature)
    assert url == webhook.url
    assert form["Body"] == "윌셔 & 버몬트 + 요원들 😀\n두 번째 줄"
    assert (form["From"], form["To"]) == (ANA, NETWORK_NUMBER)
    assert said == {"sid": form["MessageSid"], "status": 200, "body": "<Response/>"}


async def test_it_posts_what_we_can_read(phones, webhook):
    await phones.text_in(ANA, "hello")

    text = read_inbound(webhook.posts[0][1])

    assert (text.from_, text.to, text.body, text.opt_out_type) == (ANA, NETWORK_NUMBER, "hello", "")


async def test_it_says_what_the_webhook_said(phones, webhook):
    webhook.status = 503

    assert (await phones.text_in(ANA, "hello"))["status"] == 503


async def test_it_says_when_the_webhook_does_not_answer(phones, unused_tcp_port):
    phones.network.webhook_url = f"http://127.0.0.1:{unused_tcp_port}/"

    async with phones.session.post(
        f"{phones.url}/api/inbound/",
        json={"from": ANA, "body": "hello"},
        headers={"Authorization": f"Token {phones.network.token}"},
    ) as answer:
        assert answer.status == 502
        assert (await answer.json())["status"] == 0
    assert len(await phones.ledger()) == 1


async def test_it_takes_a_text_without_a_webhook(phones):
    phones.network.webhook_url = ""

    async with phones.session.post(
        f"{phones.url}/api/inbound/",
        json={"from": ANA, "body": "hello"},
        headers={"Authorization": f"Token {phones.network.token}"},
    ) as answer:
        assert answer.status == 502
        assert (await answer.json())["detail"] == "no webhook is configured"


async def test_it_hands_over_photos(phones, webhook):
    photo = bytes(range(256))
    media = [{"content_type": "image/png", "data": base64.b64encode(photo).decode()}]

    said = await phones.text_in(ANA, "", media=media)

    form = webhook.posts[0][1]
    assert said["sid"].startswith("MM")
    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/png")
    path = form["MediaUrl0"].partition(f"/Accounts/{ACCOUNT}/")[2]
    async with phones.session.get(
        f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}/{path}",
        headers={"Authorization": "Basic wrong"},
    ) as answer:
        assert answer.status == 401


@pytest.mark.parametrize(
    "word",
    ["STOP", " stop ", "StopAll", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"],
)
async def test_it_blocks_a_phone_that_says_stop(phones, webhook, word):
    await phones.text_in(ANA, word)

    assert webhook.posts[0][1]["OptOutType"] == "STOP"
    status, answer = await create(phones)
    assert (status, answer["code"]) == (400, 21610)
    (reply,) = await phones.ledger(to=ANA)
    assert "successfully been unsubscribed" in reply["body"]
    assert (await create(phones, JIWOO))[0] == 201


async def test_it_confirms_a_stop_once(phones):
    await phones.text_in(ANA, "STOP")
    await phones.text_in(ANA, "STOP")
    await phones.text_in(ANA, "HELP")

    assert len(await phones.ledger(to=ANA)) == 1


@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
async def test_it_unblocks_a_phone_that_says_start(phones, webhook, word):
    await phones.text_in(ANA, "STOP")

    await phones.text_in(ANA, word)

    assert webhook.posts[1][1]["OptOutType"] == "START"
    assert (await create(phones))[0] == 201
    assert "re-subscribed" in (await phones.ledger(to=ANA))[1]["body"]


async def test_it_takes_yes_from_others_for_an_ordinary_word(phones, webhook):
    await phones.text_in(ANA, "YES")

    assert "OptOutType" not in webhook.posts[0][1]
    assert await phones.ledger(to=ANA) == []


@pytest.mark.parametrize("word", ["HELP", "info"])
async def test_it_answers_help(phones, webhook, word):
    await phones.text_in(ANA, word)

    assert webhook.posts[0][1]["OptOutType"] == "HELP"
    assert "Reply STOP" in (await phones.ledger(to=ANA))[0]["body"]


@pytest.mark.parametrize("body", ["stop please", "ALTO", "중지", "STOP.", ""])
async def test_it_passes_other_words_on(phones, webhook, body):
    await phones.text_in(ANA, body)

    assert "OptOutType" not in webhook.posts[0][1]
    assert (await create(phones))[0] == 201


async def test_it_names_the_word_only_with_a_messaging_service(phones, webhook):
    phones.network.service_sid = ""

    await phones.text_in(ANA, "STOP")

    assert not {"OptOutType", "MessagingServiceSid"} & set(webhook.posts[0][1])
    assert phones.network.blocked == {ANA}


async def test_it_keeps_a_ledger_in_order(phones):
    await phones.text_in(ANA, "one")
    await create(phones, ANA, "two")
    await create(phones, JIWOO, "three")

    page = await phones.control("GET", "messages/")

    assert [entry["body"] for entry in page["results"]] == ["one", "two", "three"]
    assert [entry["seq"] for entry in page["results"]] == [1, 2, 3]
    assert set(page["results"][0]) == {"seq", "to", "from", "body", "sid", "status"}
    assert page["next"] == 3
    later = await phones.control("GET", "messages/", since="2")
    assert [entry["body"] for entry in later["results"]] == ["three"]
    assert await phones.control("GET", "messages/", since="3") == {"results": [], "next": 3}


async def test_it_shows_one_phones_texts(phones):
    await phones.text_in(ANA, "one")
    await create(phones, ANA, "two")
    await create(phones, JIWOO, "three")

    assert [entry["body"] for entry in await phones.ledger(to=ANA)] == ["two"]
    assert [entry["body"] for entry in await phones.ledger(to=NETWORK_NUMBER)] == ["one"]
    assert await phones.ledger(to=ANA, since="2") == []


async def test_it_starts_afresh_and_goes_on_counting(phones):
    await phones.text_in(ANA, "STOP")
    await phones.order({"fault": "error_500"})
    before = await phones.control("GET", "phones/")

    await phones.control("POST", "reset/")

    assert await phones.ledger() == []
    assert (await create(phones))[0] == 201
    assert (await phones.ledger())[0]["seq"] == 3
    assert (await phones.ledger(since="2"))[0]["seq"] == 3
    after = await phones.control("GET", "phones/")
    assert after["epoch"] != before["epoch"]
    assert [phone["blocked"] for phone in after["results"]] == [False]


async def test_it_shows_phones_with_the_language_they_speak(phones):
    phones.network.languages = lambda: {JIWOO: "es"}
    for phone, body in ((ANA, "윌셔"), (JIWOO, "hola"), ("+14245550101", "hi")):
        await phones.text_in(phone, body)

    results = (await phones.control("GET", "phones/"))["results"]

    assert [(each["number"], each["language"]) for each in results] == [
        (ANA, "ko"),
        (JIWOO, "es"),
        ("+14245550101", ""),
    ]


async def test_it_shows_the_codes_the_host_supplies(phones):
    assert await phones.control("GET", "codes/") == {"results": []}

    phones.network.codes = lambda: [{"username": "ana", "code": "123456"}]

    assert await phones.control("GET", "codes/") == {
        "results": [{"username": "ana", "code": "123456"}]
    }


@pytest.mark.parametrize("number", ["+12135550199", "+13105550100", "+14245550142", "+18185550177"])
async def test_it_has_phones_that_belong_to_nobody(phones, number):
    assert (await create(phones, number))[0] == 201


@pytest.mark.parametrize(
    "number",
    ["2135550123", "12135550123", "+1213555012", "+121355501234", "+12135550123 ", "+15552000001"],
)
async def test_it_has_no_other_phones(phones, number):
    assert (await create(phones, number))[1]["code"] == 21211


async def test_it_has_many_more_phones_for_a_benchmark(phones):
    phones.network.has_benchmark_phones = True

    assert (await create(phones, "+15552000001"))[0] == 201


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"from": "+1213555012", "body": "x"},
        {"from": NETWORK_NUMBER, "body": "x"},
        {"from": ANA, "body": 7},
        {"from": ANA, "body": "x" * 1601},
        {"from": ANA, "body": "\ud800"},
        {"from": ANA, "media": "x"},
        {"from": ANA, "media": [{}]},
        {"from": ANA, "media": [{"content_type": "image/png", "data": "?"}]},
        {"from": ANA, "media": [{"content_type": "image/png\r\nX: y", "data": ""}]},
        {"from": ANA, "media": [{"content_type": "x", "data": ""}] * 11},
        [],
        "x",
    ],
)
async def test_it_refuses_a_senseless_text(phones, webhook, data):
    async with phones.session.post(
        f"{phones.url}/api/inbound/",
        json=data,
        headers={"Authorization": f"Token {phones.network.token}"},
    ) as answer:
        assert answer.status == 400
        assert (await answer.json())["detail"]
    assert webhook.posts == []
    assert phones.network.messages == []


@pytest.mark.parametrize(
    "path", ["inbound/", "messages/", "faults/", "reset/", "codes/", "phones/"]
)
@pytest.mark.parametrize("header", ["", "Token wrong", "Bearer open sesame", "Token "])
async def test_it_wants_its_token(phones, path, header):
    for method in ("GET", "POST"):
        async with phones.session.request(
            method, f"{phones.url}/api/{path}", headers={"Authorization": header}
        ) as answer:
            assert answer.status == 401


async def test_it_opens_to_nobody_without_a_token(phones):
    phones.network.token = ""
    headers = {"authorization": "Token "}  # servers strip the blank; whatever mounts us may not
    head = Head("GET", "/api/messages/", "", headers, 0, keeps_alive=True)

    assert Site(phones.network).answer(Request(head)).status == 401


async def test_it_knows_what_may_be_asked(phones):
    headers = {"Authorization": f"Token {phones.network.token}"}
    async with phones.session.post(f"{phones.url}/api/messages/", headers=headers) as answer:
        assert answer.status == 405
    async with phones.session.get(f"{phones.url}/api/nothing/", headers=headers) as answer:
        assert answer.status == 404
    async with phones.session.get(f"{phones.url}/api/messages/?since=x", headers=headers) as answer:
        assert answer.status == 400

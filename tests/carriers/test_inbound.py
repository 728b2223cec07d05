"""The proof that Twilio spoke, held against Twilio's own validator, and what it said."""

import json
from pathlib import Path

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from alerts.carriers import inbound
from alerts.carriers.inbound import (
    CarrierReceipt,
    InboundText,
    MalformedWebhook,
    Media,
    UnknownStatus,
    is_signed,
    read_inbound,
    read_receipt,
)
from alerts.carriers.signature import as_signed, sign

EXAMPLE = Path(__file__).parents[1] / "data" / "twilio" / "signature.json"
TOKEN = "12345"
URL = "https://rapid.example/twilio/sms/"
SID = "SM" + "1a" * 16
FORM = {
    "MessageSid": SID,
    "From": "+12135550123",
    "To": "+12135550100",
    "Body": "윌셔에 요원들이 있어요",
    "NumMedia": "0",
}

URLS = st.sampled_from(
    [
        URL,
        "https://rapid.example:443/twilio/sms/",
        "https://rapid.example:8443/twilio/sms/?a=1&b=%20c",
        "http://127.0.0.1:8000/twilio/status/17.2.Zm9v/",
        "http://localhost/twilio/sms/?q=%ED%95%9C",
        "http://rapid.example:80/",
    ]
)
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
FORMS = st.dictionaries(WORDS, st.lists(WORDS, min_size=1, max_size=3), max_size=6)


@pytest.fixture(autouse=True)
def tokens(settings):
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.TWILIO_AUTH_TOKEN_PREVIOUS = ""
    return settings


def as_query_dict(form: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in form.items():
        query.setlist(name, values)
    return query


def test_it_agrees_with_the_example_in_twilios_documents(tokens):
    example = json.loads(EXAMPLE.read_text())
    tokens.TWILIO_AUTH_TOKEN = example["token"]

    assert is_signed(example["url"], example["form"], example["signature"])


@given(url=URLS, form=FORMS)
def test_it_signs_as_twilios_validator_does(url, form):
    theirs = RequestValidator(TOKEN).compute_signature(url, as_query_dict(form))

    assert sign(url, form.items(), TOKEN) == theirs


@given(url=URLS, form=FORMS, signed_as=st.integers(0, 1), spoilt=st.sampled_from(["", "x", "="]))
def test_it_accepts_what_twilios_validator_accepts(url, form, signed_as, spoilt):
    validator = RequestValidator(TOKEN)
    params = as_query_dict(form)
    signature = validator.compute_signature(list(as_signed(url))[signed_as], params) + spoilt

    assert is_signed(url, params, signature) == validator.validate(url, params, signature)
    assert is_signed(url, form, signature) == (spoilt == "")


@pytest.mark.parametrize(
    ("url", "signed_as"),
    [
        (URL, "https://rapid.example:443/twilio/sms/"),
        ("https://rapid.example:8443/twilio/sms/", URL),
        ("http://127.0.0.1:8000/twilio/sms/?a=1", "http://127.0.0.1/twilio/sms/?a=1"),
        ("http://rapid.example/x", "http://rapid.example:80/x"),
    ],
)
def test_it_accepts_an_address_signed_with_or_without_its_port(url, signed_as):
    signature = RequestValidator(TOKEN).compute_signature(signed_as, FORM)

    assert RequestValidator(TOKEN).validate(url, FORM, signature)
    assert is_signed(url, FORM, signature)


@given(form=FORMS, other=FORMS)
def test_it_refuses_a_changed_form(form, other):
    signature = sign(URL, form.items(), TOKEN)
    params = as_query_dict(other)

    assert is_signed(URL, params, signature) == RequestValidator(TOKEN).validate(
        URL, params, signature
    )


def test_it_accepts_a_text_in_korean():
    signature = RequestValidator(TOKEN).compute_signature(URL, FORM)

    assert is_signed(URL, FORM, signature)
    assert is_signed(URL, as_query_dict({name: [value] for name, value in FORM.items()}), signature)


def test_it_refuses_the_signature_of_another_address():
    assert not is_signed(URL, FORM, RequestValidator(TOKEN).compute_signature(URL + "?x=1", FORM))


def test_it_accepts_the_previous_token_while_tokens_change(tokens):
    signature = RequestValidator("older").compute_signature(URL, FORM)

    assert not is_signed(URL, FORM, signature)
    tokens.TWILIO_AUTH_TOKEN_PREVIOUS = "older"
    assert is_signed(URL, FORM, signature)


@pytest.mark.parametrize("signature", [None, "", "garbage", "ü", "\ud800", "=" * 10_000])
def test_it_refuses_a_missing_or_senseless_signature(signature):
    assert not is_signed(URL, FORM, signature)


def test_it_refuses_everything_without_a_token(tokens):
    tokens.TWILIO_AUTH_TOKEN = ""

    assert not is_signed(URL, FORM, RequestValidator("").compute_signature(URL, FORM))
    assert not is_signed(URL, FORM, "")


def test_it_refuses_what_is_not_unicode():
    assert not is_signed(URL, {**FORM, "Body": "\ud800"}, "x")


def test_it_compares_in_constant_time(monkeypatch):
    compared = []
    monkeypatch.setattr(
        inbound.hmac, "compare_digest", lambda *pair: compared.append(pair) or False
    )

    assert not is_signed(URL, FORM, "x")
    assert len(compared) == len(list(as_signed(URL)))


def test_it_reads_a_text():
    assert read_inbound(FORM) == InboundText(
        sid=SID, from_="+12135550123", to="+12135550100", body="윌셔에 요원들이 있어요"
    )


def test_it_reads_up_to_ten_photos():
    form = {**FORM, "Body": "", "MessageSid": "MM" + "1a" * 16, "NumMedia": "12"}
    for index in range(12):
        form[f"MediaUrl{index}"] = f"https://api.twilio.com/{index}"
        form[f"MediaContentType{index}"] = "image/JPEG"

    text = read_inbound(form)

    assert len(text.media) == 10
    assert text.media[9] == Media("https://api.twilio.com/9", "image/jpeg")


def test_it_skips_a_photo_without_an_address():
    assert read_inbound({**FORM, "NumMedia": "2", "MediaUrl1": "x"}).media == (Media("x", ""),)


@pytest.mark.parametrize(
    ("change", "handled"),
    [
        ({"OptOutType": "STOP", "Body": "ALTO"}, "leave"),
        ({"OptOutType": "START", "Body": "ALTA"}, "join"),
        ({"OptOutType": "HELP", "Body": "AYUDA"}, "help"),
        ({"Body": " stop\n"}, "leave"),
        ({"Body": "OptOut"}, "leave"),
        ({"Body": "Info"}, "help"),
        ({"Body": "unstop"}, "join"),
        ({"Body": "stop please"}, ""),
        ({"Body": "yes"}, ""),
        ({"Body": "중지"}, ""),
        ({"OptOutType": "SOMETHING NEW", "Body": "hello"}, ""),
    ],
)
def test_it_says_which_word_the_carrier_has_answered(change, handled):
    assert read_inbound({**FORM, **change}).opt_out_type == handled


@pytest.mark.parametrize("body", ["", "\x00", "\u202e abc", "😀" * 50, "x" * 1600])
def test_it_reads_any_words(body):
    assert read_inbound({**FORM, "Body": body}).body == body


def test_it_reads_a_text_from_a_short_code():
    assert read_inbound({**FORM, "From": "22000"}).from_ == "22000"


@pytest.mark.parametrize(
    "change",
    [
        {"MessageSid": ""},
        {"MessageSid": "SM123"},
        {"MessageSid": SID + "\n"},
        {"MessageSid": "CA" + "1a" * 16},
        {"From": ""},
        {"From": "anonymous"},
        {"From": "+1213555012٣"},
        {"From": "+" + "1" * 40},
        {"To": "whatsapp:+12135550100"},
        {"NumMedia": "many"},
        {"NumMedia": "-1"},
    ],
)
def test_it_refuses_a_malformed_text(change):
    with pytest.raises(MalformedWebhook):
        read_inbound({**FORM, **change})


@pytest.mark.parametrize("name", ["MessageSid", "From", "To"])
def test_it_refuses_a_text_without_what_it_needs(name):
    with pytest.raises(MalformedWebhook, match=name):
        read_inbound({key: value for key, value in FORM.items() if key != name})


def test_it_names_no_value_in_an_error():
    with pytest.raises(MalformedWebhook) as raised:
        read_inbound({**FORM, "From": "tel:+12135550123"})

    assert "213" not in str(raised.value)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("accepted", "accepted"),
        ("queued", "accepted"),
        ("sending", "accepted"),
        ("scheduled", "accepted"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("partially_delivered", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_it_reads_a_receipt_in_our_words(word, status):
    assert read_receipt({"MessageSid": SID, "MessageStatus": word}) == CarrierReceipt(SID, status)


def test_it_reads_why_a_text_failed():
    form = {"MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": "30003"}

    assert read_receipt(form).code == "30003"


@pytest.mark.parametrize("code", ["", "null", "x" * 100, "30003; DROP", "٣"])
def test_it_ignores_a_senseless_error_code(code):
    form = {"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": code}

    assert read_receipt(form).code == ""


@pytest.mark.parametrize("word", ["", "received", "teleported"])
def test_it_keeps_a_status_it_does_not_know_apart(word):
    with pytest.raises(UnknownStatus):
        read_receipt({"MessageSid": SID, "MessageStatus": word})


def test_it_refuses_a_receipt_without_a_text():
    with pytest.raises(MalformedWebhook, match="MessageSid"):
        read_receipt({"MessageStatus": "sent"})

"""What a person sees before pressing release."""

from decimal import Decimal

import pytest

from alerts.dispatch.drafting import draft
from alerts.dispatch.preview import preview
from alerts.models import Alert, Delivery, IncidentStatus, Kind, Network, OutboundStatus

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pace(network):
    Network.objects.update(segments_per_second=2, price_per_segment="0.01", wave_size=2)


def test_it_shows_the_exact_text_people_and_price_of_each_language(make_alert, make_responder):
    for language in ("en", "en", "es"):
        make_responder(language=language)
    alert = make_alert()
    seen = preview(alert)
    assert [(t.language, t.recipients, t.price) for t in seen.texts] == [
        ("en", 2, Decimal("0.02")),
        ("es", 1, Decimal("0.01")),
        ("ko", 0, Decimal("0")),
    ]
    assert seen.texts[0].text == alert.texts.get(language="en").body
    assert (seen.audience, seen.price) == (3, Decimal("0.03"))


def test_it_counts_segments_into_price_and_time(make_alert, make_responder):
    make_responder(language="ko")
    seen = preview(make_alert(words="behind the market, come from the Shatto Place side please"))
    assert seen.texts[2].segments == 2
    assert (seen.price, seen.seconds_to_last) == (Decimal("0.02"), 1.0)


def test_it_counts_who_reads_another_language_to_the_first(make_alert, make_responder):
    Network.objects.update(languages=["es", "ko"])
    make_responder(language="en")
    assert [(t.language, t.recipients) for t in preview(make_alert()).texts] == [
        ("es", 1),
        ("ko", 0),
    ]


def test_it_says_how_many_are_asked_at_once(make_alert, make_responder):
    for _ in range(3):
        make_responder()
    assert preview(make_alert()).at_once == 2
    assert preview(make_alert(mode=Alert.Mode.EVERYONE)).at_once == 3


def test_it_waits_for_what_leaves_before(make_alert, make_responder, make_released, volunteer):
    for _ in range(4):
        make_responder()
    first = make_released(mode=Alert.Mode.EVERYONE)
    first.incident.judge(IncidentStatus.NOT_ICE, by=volunteer, what_it_was="sheriff")
    Delivery.objects.update(status=OutboundStatus.QUEUED, priority=1)
    alert = make_alert()
    assert preview(alert).seconds_to_last == (4 + 4) / 2


def test_it_says_how_many_texts_it_takes_back(make_released, make_responder, volunteer):
    for _ in range(2):
        make_responder()
    alert = make_released(taken="")
    alert.incident.judge(IncidentStatus.NOT_ICE, by=volunteer, what_it_was="sheriff")
    seen = preview(draft(alert.incident, kind=Kind.CORRECTION, by=volunteer))
    assert (seen.taken_back, seen.audience) == (2, 0)


def test_it_shows_no_more_than_eight_scouts(make_incident, make_responder, volunteer):
    for _ in range(10):
        make_responder(is_scout=True)
    assert preview(draft(make_incident(), kind=Kind.CHECK, by=volunteer)).audience == 8


def test_it_says_why_a_second_person_is_needed(make_alert, make_responder):
    Network.objects.update(second_person_above=1)
    make_responder()
    alert = make_alert()
    assert not preview(alert).needs_second_person
    make_responder()
    assert "2 people" in preview(alert).why_second


def test_it_asks_few_questions(make_alert, make_responder, django_assert_max_num_queries):
    for _ in range(10):
        make_responder()
    alert = make_alert()
    with django_assert_max_num_queries(12):
        preview(alert)

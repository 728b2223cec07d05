"""Limits hold for a value without keeping it."""

import time_machine
from django.test import RequestFactory

from alerts.guard.limits import source_of, within
from alerts.models import Bucket


def test_it_lets_through_what_is_within_and_nothing_more(db: None) -> None:
    with time_machine.travel("2026-11-23 14:00:00+00:00", tick=False):
        answers = [within("report", "192.0.2.7", limit=3, seconds=60) for _turn in range(5)]

    assert answers == [True, True, True, False, False]


def test_it_counts_each_value_and_each_kind_by_itself(db: None) -> None:
    assert within("report", "192.0.2.7", limit=1, seconds=60)
    assert within("report", "192.0.2.8", limit=1, seconds=60)
    assert within("receipt", "192.0.2.7", limit=1, seconds=60)


def test_it_begins_anew_in_the_next_period(db: None) -> None:
    with time_machine.travel("2026-11-23 14:00:59+00:00", tick=False):
        assert within("report", "x", limit=1, seconds=60)
        assert not within("report", "x", limit=1, seconds=60)
    with time_machine.travel("2026-11-23 14:01:00+00:00", tick=False):
        assert within("report", "x", limit=1, seconds=60)


def test_it_does_not_keep_the_value(db: None) -> None:
    within("report", "192.0.2.7", limit=1, seconds=60)

    assert "192.0.2.7" not in str(list(Bucket.objects.values()))


def test_it_believes_the_last_proxy_only() -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.7"})

    assert source_of(request) == "192.0.2.7"


def test_it_believes_no_header_where_there_is_no_proxy(settings: object) -> None:
    settings.SECURE_PROXY_SSL_HEADER = None  # type: ignore[attr-defined]
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.1"})

    assert source_of(request) == "127.0.0.1"

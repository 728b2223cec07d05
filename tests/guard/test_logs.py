"""No number gets into a log, whoever writes the line."""

import logging
import sys

import pytest
from django.conf import settings

from alerts.guard.logs import RedactNumbers, redact


@pytest.mark.parametrize(
    "written",
    [
        "+12135550123",
        "12135550123",
        "2135550123",
        "(213) 555-0123",
        "213.555.0123",
        "+1 213 555 0123",
        "213-555-0123",
        "tel:+12135550123,",
        "'+12135550123'",
    ],
)
def test_it_cuts_out_numbers(written: str) -> None:
    line = redact(f"sending to {written} failed")

    assert "0123" not in line
    assert "[number]" in line
    assert line.endswith("failed")


@pytest.mark.parametrize(
    "line",
    [
        "delivery 123456 became sent",
        "2026-11-23 14:00:00 pump took 812 ms",
        "incident 5d3c1ad4-7a1e-4f0e-9d5a-3f2b8e6c1a90 judged",
        "error 21610 from the carrier",
    ],
)
def test_it_leaves_ids_and_times_readable(line: str) -> None:
    assert redact(line) == line


def test_it_works_on_arguments_of_other_peoples_loggers() -> None:
    record = logging.LogRecord(
        "twilio.http_client", logging.INFO, "", 1, "To: %s, Body: %s", ("+12135550123", "x"), None
    )

    RedactNumbers().filter(record)

    assert record.getMessage() == "To: [number], Body: x"


def test_it_works_on_tracebacks() -> None:
    try:
        raise ValueError("no such phone: +12135550123")
    except ValueError:
        record = logging.LogRecord("ours", logging.ERROR, "", 1, "it broke", (), sys.exc_info())

    RedactNumbers().filter(record)

    line = logging.Formatter("%(message)s").format(record)
    assert "ValueError: no such phone: [number]" in line
    assert "5550123" not in line


def test_it_guards_every_handler_of_the_product() -> None:
    for name, handler in settings.LOGGING["handlers"].items():
        assert "redact" in handler["filters"], name

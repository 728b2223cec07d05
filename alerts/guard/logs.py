"""Logs name rows by id: what slips through is cut out here, in third-party lines too."""

import logging
import re
from typing import Any

from django.views.debug import ExceptionReporter

# Row ids and dates stay readable: they are tried first, and what they cover is no number.
READABLE = (
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?"
)
LONG = r"\+?\d[\d\s().-]{8,}\d"
NUMBER = re.compile(f"(?P<readable>{READABLE})|{LONG}")
HIDDEN = "[number]"
ENOUGH_DIGITS = 10


def redact(line: str) -> str:
    """Return `line` with everything that could be a phone number cut out."""
    return NUMBER.sub(_hide_long, line)


def _hide_long(match: re.Match[str]) -> str:
    digits = sum(character.isdigit() for character in match[0])
    return HIDDEN if digits >= ENOUGH_DIGITS and not match["readable"] else match[0]


class RedactNumbers(logging.Filter):
    """Cuts phone numbers out of the finished line of every logger, and of its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info:
            # Formatters take what stands here instead of formatting the exception again.
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


class QuietExceptionReporter(ExceptionReporter):
    """Reports where something broke without what was in the variables or the request."""

    def get_traceback_data(self) -> dict[str, Any]:
        data = super().get_traceback_data()
        data |= {"request": None, "user_str": "", "filtered_POST_items": [], "request_meta": {}}
        return data

    def get_traceback_frames(self) -> list[dict[str, Any]]:
        return [{**frame, "vars": []} for frame in super().get_traceback_frames()]

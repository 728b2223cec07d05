"""What somebody may add to an alert in their own words: short, and nobody's data."""

import re

from django.utils.translation import gettext_lazy as _

from alerts.dispatch.refusals import TooManyWords, WordsNotAllowed
from alerts.dispatch.segments import to_gsm
from alerts.models.kinds import WORDS_MOST

REFUSED = (
    (
        re.compile(r"(?:\d[\s().-]*){7,}"),
        _("No phone numbers in a text to responders."),
    ),
    (
        re.compile(
            r"https?:|www\.|\b[\w-]+\.(?:com|org|net|info|io|ly|me|us|gl|app|link|site|kr|mx)\b",
            re.IGNORECASE,
        ),
        _("No web addresses in a text to responders: people cannot tell ours from a trap."),
    ),
    (
        # Five to eight letters and digits mixed, at least two of each; not "10am", "100th".
        re.compile(
            r"\b(?=(?:[a-z]*\d){2})(?=(?:\d*[a-z]){2})(?!\d+(?:am|pm|st|nd|rd|th|min)\b)"
            r"[a-z0-9]{5,8}\b",
            re.IGNORECASE,
        ),
        _("No licence plates in a text to responders."),
    ),
    (
        re.compile(r"\b(?:badge|placa)\s*(?:no\.?|num\.?|#)?\s*\w*\d|배지\s*\d", re.IGNORECASE),
        _("No badge or plate numbers in a text to responders."),
    ),
    (
        re.compile(
            r"\b(?:apt|apartment|apartamento|depto|departamento)\b|#\s*\d|\d+\s*호", re.IGNORECASE
        ),
        _("No homes in a text to responders: name the corner."),
    ),
)


def checked(words: str) -> str:
    """Return `words` plainly spelt; raise TooManyWords above 60 characters, WordsNotAllowed."""
    plain = " ".join(to_gsm(words).split()).rstrip(" .")
    if len(plain) > WORDS_MOST:
        raise TooManyWords
    for pattern, sentence in REFUSED:
        if pattern.search(plain):
            raise WordsNotAllowed(sentence)
    return plain

"""What the desk writes by itself: one small file per language and text."""

from functools import cache
from pathlib import Path

from alerts.dispatch.facts import TEXTS as CORRECTIONS
from alerts.dispatch.wording import words_of
from alerts.models import Network

TEXTS = Path(__file__).with_name("texts")
FALLBACK = "en"


def write(name: str, language: str, **facts: object) -> str:
    """Return the text `name` in `language`, from its file below `texts/`.

    `network` and `hotline` are known; `facts` fill in the rest of the placeholders.
    """
    network = Network.objects.current()
    known = {"network": network.short_name_in(language), "hotline": network.hotline}
    return _pattern(name, language).format(**{**known, **facts})


def what_in(language: str, what_it_was: str) -> str:
    """Return the sentence that says what a "not them" was, as corrections say it."""
    return words_of(CORRECTIONS, language)["what_it_was"][what_it_was]


@cache
def _pattern(name: str, language: str) -> str:
    path = TEXTS / language / f"{name}.txt"
    path = path if path.exists() else TEXTS / FALLBACK / f"{name}.txt"
    return path.read_text(encoding="utf-8").strip()

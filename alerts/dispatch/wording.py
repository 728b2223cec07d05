"""The exact words of a text: one template per kind and language in `texts/`.

A text has parts it can go without. As many are said as fit, most useful first, without taking
another segment, so an alert is never dearer and slower than it must be. What a verifier typed is
always said.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.template import Context, Engine, TemplateDoesNotExist, TemplateSyntaxError
from django.utils import translation
from django.utils.translation import gettext

from alerts.dispatch.facts import TEXTS, Facts
from alerts.dispatch.places_short import shorten
from alerts.dispatch.refusals import TextFails
from alerts.dispatch.segments import count, to_gsm
from alerts.models import Network

OPTIONAL = ("agents", "activity", "manners", "next_update", "vehicles", "seen", "reports")
"""Parts a text may go without, most useful first."""
MISSING = "\0"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in one language and what it costs."""

    language: str
    body: str
    segments: int


def word(kind: str, language: str, facts: Facts, *, network: Network) -> Wording:
    """Return the text of `kind` in `language`; raise TextFails where it cannot be made."""
    try:
        return _shortest(kind, language, _context(language, facts, network))
    except (TemplateSyntaxError, TemplateDoesNotExist, KeyError, ValueError, OSError) as err:
        raise TextFails(_which(language)) from err


def _shortest(kind: str, language: str, context: dict[str, str]) -> Wording:
    """Say as much as goes into the fewest segments."""
    said = context | dict.fromkeys(OPTIONAL, "")
    body = _render(kind, language, said)
    fewest = count(body).segments
    for part in OPTIONAL:
        more = said | {part: context[part]}
        longer = _render(kind, language, more)
        if count(longer).segments == fewest:
            said, body = more, longer
    return Wording(language, body, fewest)


def _render(kind: str, language: str, context: dict[str, str]) -> str:
    template = engine(TEXTS).get_template(f"{language}/{kind}.txt")
    body = " ".join(template.render(Context(context, autoescape=False)).split())
    if MISSING in body or not body:
        raise ValueError(f"{language}/{kind}.txt asks for a fact that there is none of")
    return to_gsm(f"{context['prefix']} {body}".strip())


@lru_cache(maxsize=4)
def engine(folder: Path) -> Engine:
    """Return the template engine of the texts in `folder`; an unknown name shows as MISSING."""
    return Engine(dirs=[str(folder)], autoescape=False, string_if_invalid=MISSING)


@lru_cache(maxsize=16)
def words_of(folder: Path, language: str) -> dict[str, dict[str, str]]:
    """Return the word lists of `language`; raise OSError or ValueError."""
    return tomllib.loads((folder / language / "words.toml").read_text(encoding="utf-8"))


def _context(language: str, facts: Facts, network: Network) -> dict[str, str]:
    words = words_of(TEXTS, language)
    hours = words["clock"]["format"]
    return {
        "prefix": words["drill"]["prefix"] if facts.is_drill else "",
        "source": network.short_name_in(language),
        "code": facts.code,
        "time": _clock(facts.at, hours),
        "place": shorten(facts.place, link=words["place"]["and"]),
        "agents": facts.agents,
        "vehicles": facts.vehicles,
        "agency": facts.agency,
        "activity": _look_up(words["activity"], facts.activity),
        "seen": _look_up(words["seen_by"], facts.seen_by),
        "reports": _reports(words["reports"], facts.reports),
        "words": facts.words,
        "next_update": _clock(facts.next_update, hours),
        "alert_time": _clock(facts.alert_at, hours),
        "what_it_was": _look_up(words["what_it_was"], facts.what_it_was),
        "manners": "yes",
    }


def _look_up(words: dict[str, str], key: str) -> str:
    return words[key] if key else ""


def _reports(words: dict[str, str], number: int) -> str:
    if number == 0:
        return ""
    return words["one"] if number == 1 else words["many"].format(count=number)


def _clock(moment: datetime | None, hours: str) -> str:
    if moment is None:
        return ""
    if hours == "24h":
        return f"{moment:%H:%M}"
    return f"{moment:%I:%M%p}".lstrip("0").lower()


def _which(language: str) -> str:
    name = translation.get_language_info(language)["name_translated"]
    return gettext(
        "The text cannot be made in this language: %(language)s. Nothing is sent to anyone."
    ) % {"language": name}

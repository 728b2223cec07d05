"""Reads a text somebody sent us: is it a word of ours, an answer to something, or a report?

It decides from the words and from what we are waiting for from that number; it changes nothing.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from alerts.intake.words import Goodbye, Word, goodbye_in, plain, whole_word

Asked = Literal["alert", "place", "desk"]
"""What we may be waiting for: an answer to an alert or a check, where a report is, or a word to
the desk."""

MOST_MINUTES = 600
# Combining marks and joiners of emoji, so that the key 1️⃣ is the digit 1.
INVISIBLE = re.compile(r"[\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\u20e3]")

# "1", "1.", "1!", "1 10", "1+10", "1 10 min", "1번"; not "7-Eleven", "8th" or "3명".
LEADING_DIGIT = re.compile(r"(?P<digit>\d)번?(?![\w])(?!-\w)(?P<rest>.*)", re.DOTALL)
ONLY_MINUTES = re.compile(r"(?:in |en )?(?P<minutes>\d{1,3}) ?(?:m|min|mins|minutes?|minutos?|분)?")
MINUTES_INSIDE = re.compile(
    r"(?:^|\b(?:in|en) )(?P<minutes>\d{1,3}) ?(?:m|min|mins|minutes?|minutos?|분)?(?!\w)"
)

# A number before one of these counts what somebody sees: "3 white vans", but not "1 by car".
COUNTED = frozenset(
    "agent agents arrested bus buses car cars cop cops detained eleven feds guy guys ice man men"
    " officer officers people person persons police squad suv suvs truck trucks unit units van vans"
    " vehicle vehicles vest vests woman women"
    " agente agentes auto autos camion camiones camioneta camionetas carro carros coche coches"
    " detenido detenidos encapuchados federales hombre hombres migra mujer mujeres oficial"
    " oficiales patrulla patrullas persona personas policia policias troca trocas troka trokas"
    " unidades vanes vehiculo vehiculos".split()
)
ENDS_COUNT = frozenset(
    "a am at be by coming from going i im in is it my of on the to we will with"
    " con de el en estoy la llego mi por voy ya".split()
)
# Korean joins counters and particles to the word: "3명이", "요원들이".
COUNTED_KOREAN = re.compile(r"\d ?(?:명|대|사람)|요원|단속|이민국|경찰|차량|트럭|밴\b")

# What people write instead of a digit; only ever an answer to an alert they got.
DIGIT_OF_WORD = {
    **dict.fromkeys(("otw", "omw", "on my way", "going", "voy", "en camino"), "1"),
    **dict.fromkeys(("가요", "갑니다", "가는 중"), "1"),
    **dict.fromkeys(("no", "cant", "no puedo", "불가", "못가요", "못 가요"), "2"),
    **dict.fromkeys(("here", "im here", "aqui", "aqui estoy", "도착", "도착했어요"), "3"),
}


@dataclass(frozen=True, slots=True)
class Digits:
    """A text that begins with a digit, or is a word that stands for one."""

    digit: str
    minutes: int | None = None
    code: str = ""
    """As people say it, with the hyphen: K-042."""
    note: str = ""
    """What follows, as typed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is, what else it could be, and what was read in it."""

    kind: Literal["report", "answer", "thread", "leave", "join", "help", "place"]
    """`place` is the reporter's answer to our own question where it is."""
    other: str = ""
    """The second reading, one click away at the desk."""
    language: str = ""
    """Of the word, when it tells."""
    digits: Digits | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """What we know about a number before we read what it sent."""

    asked: tuple[Asked, ...] = ()
    """What we wait for, the newest first; the desk, who takes anything, last."""
    is_responder: bool = False
    digits: str = ""
    """Those that answer what this responder got."""
    names_place: Callable[[], bool] = bool
    """Whether the resolver finds a place in the text; asked only where that matters."""
    picks_place: Callable[[], bool] = bool
    """Whether the text says where the report is that we asked about."""


def read(body: str, sender: Sender, *, prefix: str) -> Reading:
    """Return the reading of `body` as typed (may be empty); `prefix` begins our codes."""
    word = whole_word(body)
    if word and word.meaning != "yes":
        return Reading(word.meaning, language=word.language)
    if goodbye := goodbye_in(body):
        return read_goodbye(goodbye, sender)
    digits = digits_in(body, prefix=prefix)
    for asked in sender.asked:
        if reading := read_reply(asked, digits, sender):
            return reading
    return read_unasked(word, digits, sender)


def read_goodbye(goodbye: Goodbye, sender: Sender) -> Reading:
    """Read a sentence that asks us to stop: alone it counts, inside a story it may be quoted."""
    if goodbye.is_all and not sender.names_place():
        return Reading("leave", language=goodbye.language)
    if sender.is_responder and not sender.names_place():
        return Reading("leave", "report", language=goodbye.language)
    return Reading("report", "leave")


def read_reply(asked: Asked, digits: Digits | None, sender: Sender) -> Reading | None:
    """Read a text as the reply we wait for; None when it is not one."""
    match asked:
        case "alert":
            return read_answer(digits, sender) if digits else None
        case "place":
            return Reading("place", "report", digits=digits) if sender.picks_place() else None
        case "desk":
            return Reading("thread", "report" if sender.names_place() else "", digits=digits)


def read_answer(digits: Digits, sender: Sender) -> Reading | None:
    """Read what begins with a digit and comes from somebody we asked to go."""
    fits = digits.digit in sender.digits
    if not digits.note:
        return Reading("answer" if fits else "help", digits=digits)
    if counts_something(digits.note) or sender.names_place():
        return Reading("report", "answer", digits=digits)
    return Reading("answer", "report", digits=digits) if fits else None


def read_unasked(word: Word | None, digits: Digits | None, sender: Sender) -> Reading:
    """Read what nobody was waiting for."""
    if sender.is_responder and digits and not digits.note:
        # They answer an alert that is over: no new sighting for the desk.
        return Reading("answer", digits=digits)
    if word:
        # A "yes" to nothing says nothing; it gets to know who we are.
        return Reading("help", language=word.language)
    return Reading("report")


def digits_in(body: str, *, prefix: str) -> Digits | None:
    """Return what a text says if it begins with a digit or stands for one, else None.

    `prefix` begins our codes ("K" of K-042); a code may stand anywhere.
    """
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", body)).strip()
    if digit := DIGIT_OF_WORD.get(plain(text)):
        return Digits(digit)
    code, text = take_code(text, prefix=prefix)
    match = LEADING_DIGIT.fullmatch(text)
    if not match:
        return None
    rest = match["rest"].strip(" \t\n.,;:!?+)…-")
    if not re.search(r"\w", rest):
        return Digits(match["digit"], code=code)
    if only := ONLY_MINUTES.fullmatch(rest.casefold()):
        return Digits(match["digit"], minutes_of(only), code)
    return Digits(match["digit"], minutes_of(MINUTES_INSIDE.search(rest.casefold())), code, rest)


def take_code(text: str, *, prefix: str) -> tuple[str, str]:
    """Return the first of our codes in `text` (empty if none) and the text without it."""
    pattern = rf"(?<!\w){re.escape(prefix)}[- ]?(\d{{3,4}})(?!\w)"
    match = re.search(pattern, text, re.IGNORECASE)
    if not match:
        return "", text
    rest = f"{text[: match.start()].rstrip(' ,')} {text[match.end() :].lstrip(' ,')}"
    return f"{prefix}-{match[1]}", rest.strip()


def minutes_of(match: re.Match[str] | None) -> int | None:
    """Return the minutes in `match`, None when there are none or nobody could mean them."""
    minutes = int(match["minutes"]) if match else None
    return minutes if minutes is not None and minutes <= MOST_MINUTES else None


def counts_something(note: str) -> bool:
    """Say whether `note`, the words after a digit, name what is being counted."""
    folded = plain(note)
    counted = takewhile(lambda word: word not in ENDS_COUNT, folded.split())
    return not COUNTED.isdisjoint(counted) or bool(COUNTED_KOREAN.search(folded))

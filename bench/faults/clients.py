"""What people do while everything breaks, and what they may expect of it (DESIGN.md, section 5).

Each play is one alert to everybody and something somebody does in the middle of it. It judges by
the carrier's ledger and by its own history of what was confirmed when. One thing alone is read
from our side, and for itself: whether a text that came twice is *marked*, since the mark is ours.
"""

import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from bench import fleet
from bench.faults.checks import (
    Text,
    Verdict,
    between,
    judge,
    more_than_once,
    receivers,
    with_words,
)
from bench.faults.field import Field
from bench.inbound import fields_of, signature

STOP_SECONDS = 2.0
"""So long after a stop the last text may still leave."""
LEFT_SECONDS = 1.0
"""A request begun so long before somebody's STOP was answered may still be under way."""
CORRECTED_SECONDS = 60.0
FAILED_TWICE = 0.005
"""The part of the texts that the carrier itself may fail twice: each time costs half a minute."""
LEAVERS = 20
LEAVING_AT_ONCE = 5
LEAVING_WORDS = ("STOP", "ALTO", "중지", "stop")
TRY_SECONDS = 90.0

RELEASED = "alert released"
LEAVING = "texted STOP"
LEFT = "left"
"""What they texted was answered."""


class Play:
    """An alert goes out to everybody, and nothing else happens."""

    def begin(self, here: Field) -> None:
        """Write the alert and press the button."""
        self.alert: Any = here.scene.alert_to_everyone()
        self.words: str = here.scene.words_of(self.alert)
        here.note(RELEASED)
        here.scene.click(self.alert)

    def meanwhile(self, here: Field) -> None:
        """Do something once a third of the audience has the alert."""

    def judge(self, here: Field) -> Verdict:
        """Return what the phones got, against what this play promises."""
        return judge(with_words(here.texts(), self.words), here.people, here.people)

    def unmarked(self, here: Field) -> int:
        """Return how many phones got the alert twice without a mark that this may be so."""
        doubled = more_than_once(with_words(here.texts(), self.words))
        return len(set(doubled) - here.scene.possible_doubles(self.alert)) if doubled else 0


class Correction(Play):
    """It was not so: a correction is released, after some of those who got the alert left."""

    corrected = "correction released"

    def meanwhile(self, here: Field) -> None:
        got = sorted(receivers(with_words(here.texts(), self.words)))
        leave(here, got[:LEAVERS])
        correction = here.scene.correction_of(self.alert)
        self.correction = here.scene.words_of(correction)
        here.scene.release_alone(correction)
        here.note(self.corrected)

    def judge(self, here: Field) -> Verdict:
        texts = here.texts()
        alerts = with_words(texts, self.words)
        if not here.history.has(self.corrected):
            return judge(alerts, here.people, here.people)
        corrected_at = here.history.when(self.corrected)
        corrections = with_words(texts, self.correction)
        left = here.history.who(LEFT)
        stayed = receivers(alerts) - set(here.history.who(LEAVING))
        verdict = judge(corrections, stayed, here.people)
        verdict.doubled += more_than_once(alerts).total()
        late = between(alerts, corrected_at + STOP_SECONDS)
        verdict.breaks("alerts after their correction", len(late))
        verdict.breaks("corrections to people who had left", len(after_leaving(corrections, left)))
        verdict.breaks("alerts behind their own correction", out_of_order(alerts, corrections))
        is_late = receivers(alerts) >= here.people
        verdict.breaks("correction that came too late to prove anything", int(is_late))
        # In hand when the correction came: they may have had the alert, so they are told.
        in_doubt = receivers(corrections) - receivers(alerts)
        verdict.breaks(
            "corrections of nothing", max(0, len(in_doubt) - int(STOP_SECONDS * here.pace))
        )
        within = max(CORRECTED_SECONDS, verdict.expected / here.pace)
        slow = sum(at - corrected_at > within for at in firsts(corrections).values())
        verdict.breaks(
            f"corrections later than {within:.0f} s",
            max(0, slow - int(FAILED_TWICE * verdict.expected)),
        )
        return verdict


class Leaving(Play):
    """Some of those whose text still waits send STOP, in three languages."""

    def meanwhile(self, here: Field) -> None:
        waiting = sorted(here.people - receivers(here.texts()))
        leave(here, waiting[:: max(1, len(waiting) // LEAVERS)][:LEAVERS])

    def judge(self, here: Field) -> Verdict:
        texts, left = here.texts(), here.history.who(LEFT)
        alerts = with_words(texts, self.words)
        verdict = judge(alerts, here.people - set(here.history.who(LEAVING)), here.people)
        verdict.breaks("alerts to people who had left", len(after_leaving(alerts, left)))
        goodbyes = [text for text in texts if text.to in left and self.words not in text.body]
        verdict.breaks("goodbyes beyond the first", len(goodbyes) - len(receivers(goodbyes)))
        is_late = receivers(alerts) >= set(left)
        verdict.breaks("STOP that came too late to prove anything", int(is_late))
        return verdict


class KillSwitch(Play):
    """All sending is stopped with Redis away, processes are killed, and it goes on later."""

    pressed, lifted = "kill switch on", "kill switch off"
    pressed_seconds = 8.0

    def meanwhile(self, here: Field) -> None:
        here.note("Redis killed")
        here.broker.kill()
        manage("kill_switch", "on", "--why", "a test")
        here.note(self.pressed)
        for name in ("pump 0", "sweep"):
            here.note(f"kill -9 {name}")
            here.crew.kill(name)
        time.sleep(self.pressed_seconds)
        here.note(self.lifted)
        manage("kill_switch", "off")
        time.sleep(self.pressed_seconds)
        here.note("Redis started, empty")
        here.broker.start()

    def judge(self, here: Field) -> Verdict:
        verdict = super().judge(here)
        if here.history.has(self.lifted):
            since = here.history.when(self.pressed) + STOP_SECONDS
            stopped = between(here.texts(), since, here.history.when(self.lifted))
            verdict.breaks("texts while all sending was stopped", len(stopped))
            waited = between(here.texts(), here.history.when(self.lifted))
            verdict.breaks("kill switch that was pressed too late to matter", int(not waited))
        return verdict


class StoppedAlert(Play):
    """Somebody stops the alert: nobody else gets it, and whoever did got it once."""

    stopped = "alert stopped"

    def meanwhile(self, here: Field) -> None:
        here.scene.stop_alert(self.alert)
        here.note(self.stopped)

    def judge(self, here: Field) -> Verdict:
        alerts = with_words(here.texts(), self.words)
        if not here.history.has(self.stopped):
            return judge(alerts, here.people, here.people)
        verdict = judge(alerts, receivers(alerts), here.people)
        late = between(alerts, here.history.when(self.stopped) + STOP_SECONDS)
        verdict.breaks("texts of an alert that was stopped", len(late))
        verdict.breaks("alert that was not stopped in time", int(receivers(alerts) == here.people))
        return verdict


# -- Reading the ledger -----------------------------------------------------------------------
def firsts(texts: Iterable[Text]) -> dict[str, float]:
    """Return when each phone got the first of `texts`."""
    found: dict[str, float] = {}
    for text in texts:
        found[text.to] = min(text.at, found.get(text.to, text.at))
    return found


def out_of_order(alerts: Iterable[Text], corrections: Sequence[Text]) -> int:
    """Return how many alerts came to a phone after its correction."""
    corrected = firsts(corrections)
    return sum(text.at > corrected.get(text.to, float("inf")) for text in alerts)


def after_leaving(texts: Iterable[Text], left: dict[str, float]) -> list[Text]:
    """Return the texts begun after their receiver's STOP had been answered."""
    never = float("inf")
    return [text for text in texts if text.at > left.get(text.to, never) + LEFT_SECONDS]


# -- Doing ------------------------------------------------------------------------------------
def leave(here: Field, numbers: Iterable[str]) -> None:
    """Let people text STOP, and write down when each was answered."""

    def one(number: str, word: str) -> None:
        here.history.note(LEAVING, who=number)
        text_us(here.inbound_url, number, word)
        here.history.note(LEFT, who=number)

    with ThreadPoolExecutor(LEAVING_AT_ONCE) as pool:
        list(pool.map(one, numbers, cycle(LEAVING_WORDS)))


def text_us(door: str, number: str, body: str) -> None:
    """Deliver one text to our webhook as the carrier does, again and again until it is taken."""
    fields = fields_of(f"SM{secrets.token_hex(16)}", number, body)
    headers = {"X-Twilio-Signature": signature(fields), "X-Forwarded-Proto": "https"}
    end = time.monotonic() + TRY_SECONDS
    while not is_taken(door, fields, headers):
        if time.monotonic() > end:
            raise TimeoutError("nobody took an inbound text")
        time.sleep(0.2)


def is_taken(url: str, fields: dict[str, str], headers: dict[str, str]) -> bool:
    request = urllib.request.Request(url, urlencode(fields).encode(), headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def manage(*words: str) -> None:
    """Run a command of ours as an operator would, in a process of its own."""
    subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=fleet.ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )

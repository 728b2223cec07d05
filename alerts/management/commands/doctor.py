"""`manage.py doctor`: what is missing before a real network can rely on this installation."""

import asyncio
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.core.management import BaseCommand, CommandError
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from alerts.carriers.standing import Standing, standing
from alerts.dispatch.facts import Facts
from alerts.dispatch.pager import other_ways
from alerts.dispatch.wording import word
from alerts.guard.health import broker_answers, heartbeats
from alerts.models import Kind, Network, Person, Responder, Zone
from alerts.triage.tiles import NoTiles, open_tiles

SKEW_MOST = timedelta(seconds=2)
SECONDS_MOST = 120
STAFF_LEAST = 2
REACH_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at."""

    is_well: bool
    what: str
    do: str = ""
    """What to do next, when it is not well."""


class Command(BaseCommand):
    help = "Say what is missing, in the order to mend it. Ends with 1 when something is."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        ill = 0
        for finding in examine():
            ill += not finding.is_well
            mark = self.style.SUCCESS("ok  ") if finding.is_well else self.style.ERROR("no  ")
            self.stdout.write(mark + finding.what)
            if not finding.is_well:
                self.stdout.write(f"      {finding.do}")
        if ill:
            raise CommandError(f"{ill} of these want mending.", returncode=1)
        self.stdout.write("Everything the doctor can see from here is well.")


def examine() -> Iterator[Finding]:
    """Look at everything, what others depend on first."""
    yield from configuration()
    yield database()
    yield from processes()
    yield reachable()
    yield from carrier(asyncio.run(standing()))
    yield other_way()
    yield from people()
    yield zones()
    yield from ground()
    yield throughput(Network.objects.current())


def configuration() -> Iterator[Finding]:
    found = [message for message in run_checks() if message.level >= WARNING]
    if not found:
        yield Finding(True, "Settings: no check complains.")
    for message in found:
        yield Finding(False, f"Settings: {message.msg}", message.hint or "See .env.example.")


def database() -> Finding:
    begin = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    took_ms = (time.monotonic() - begin) * 1_000
    is_postgres = connection.vendor == "postgresql"
    return Finding(
        is_postgres,
        f"Database: {connection.vendor}, answers in {took_ms:.0f} ms.",
        "SQLite is for the demo and very small networks on one machine; set DATABASE_URL.",
    )


def processes() -> Iterator[Finding]:
    for name, words in heartbeats().items():
        yield Finding(
            words == "ok",
            f"Process {name}: {words}.",
            f"Start it: see `{name}` in docker-compose.yml.",
        )
    yield Finding(
        broker_answers() and bool(settings.REDIS_URL),
        "Redis: answers." if settings.REDIS_URL else "Redis: not set up.",
        "Texts still leave without it, seconds later; set REDIS_URL and start it.",
    )


def reachable() -> Finding:
    """Ask for our own health page by its public address, as the carrier will."""
    request = urllib.request.Request(f"{settings.PUBLIC_URL}/healthz")  # noqa: S310 - our address
    try:
        with urllib.request.urlopen(request, timeout=REACH_SECONDS) as answer:  # noqa: S310
            is_well, said = answer.status == 200, f"answers {answer.status}"
    except urllib.error.HTTPError as err:
        is_well, said = False, f"answers {err.code}"
    except OSError as err:
        is_well, said = False, f"cannot be reached ({type(err).__name__})"
    return Finding(
        is_well,
        f"Public address: {said}.",
        "The carrier must reach PUBLIC_URL from outside: check DNS, certificate and proxy.",
    )


def carrier(seen: Standing) -> Iterator[Finding]:
    yield Finding(
        seen.account_status == "active",
        f"Carrier account: {seen.account_status or 'no answer'}.",
        "Check TWILIO_ACCOUNT_SID and the auth token or API key.",
    )
    yield Finding(
        bool(seen.owns_number),
        "Sender: the number belongs to the account."
        if seen.owns_number
        else "Sender: the number is not known to belong to the account.",
        "Set NETWORK_NUMBER to a number of the account, and register it (10DLC or toll-free).",
    )
    if seen.service_known is not None:
        yield Finding(
            seen.service_known,
            f"Messaging service: {'known' if seen.service_known else 'unknown to the carrier'}.",
            "Check TWILIO_MESSAGING_SERVICE_SID.",
        )
    if seen.carrier_time is not None:
        skew = abs(timezone.now() - seen.carrier_time)
        yield Finding(
            skew <= SKEW_MOST,
            f"Clock: {skew.total_seconds():.0f} s from the carrier's.",
            "Switch time synchronisation on: leases and expiry depend on it.",
        )


def other_way() -> Finding:
    ways = ", ".join(other_ways())
    return Finding(
        bool(ways),
        f"When the carrier is down: {ways or 'only open desks ring'}.",
        "Set PAGER_URL, or PAGER_EMAIL and EMAIL_URL: texts can call nobody then.",
    )


def people() -> Iterator[Finding]:
    staff = Person.objects.filter(is_active=True).count()
    yield Finding(
        staff >= STAFF_LEAST,
        f"Staff: {staff}.",
        "What is loud takes two people: invite more at /coordinate/people/.",
    )
    responders = Responder.objects.reachable().count()
    yield Finding(
        responders > 0,
        f"Responders who can be texted: {responders}.",
        "Add some at /coordinate/people/.",
    )


def zones() -> Finding:
    stale = Zone.objects.stale().count()
    return Finding(
        not stale,
        f"Zones: {stale} say something else than their responders."
        if stale
        else "Zones: all agree with their responders.",
        "Nobody who left is texted, but somebody near may be missed: the sweep mends it hourly.",
    )


def ground() -> Iterator[Finding]:
    if not settings.MAP_TILES:
        return
    try:
        found = open_tiles(Path(settings.MAP_TILES))
    except NoTiles as err:
        yield Finding(
            False, f"Map: {err}.", "Set MAP_TILES to a raster PMTiles file, or leave it empty."
        )
    else:
        yield Finding(True, f"Map: tiles of zoom {found.least_zoom} to {found.most_zoom}.")


def throughput(network: Network) -> Finding:
    """Compute when the last of all responders has a text, at the sender's rate."""
    typical = Facts(
        code=f"{network.code_prefix}-042",
        at=network.local(timezone.now()),
        place="Wilshire Blvd & Vermont Ave",
        agents="4",
    )
    by_language = Responder.objects.reachable().values_list("language").annotate(Count("pk"))
    total = sum(
        word(Kind.ALERT, language, typical, network=network).segments * people
        for language, people in by_language
    )
    seconds = total / network.segments_per_second
    return Finding(
        seconds <= SECONDS_MOST,
        f"Reach: {total} segments to all responders take {seconds:.0f} s"
        f" at {network.segments_per_second:g} a second.",
        "Ask the carrier for a faster sender, or keep alerts to waves.",
    )

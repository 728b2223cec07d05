"""Calling a person by a way that is not SMS, for when SMS itself is what is broken."""

import logging
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

PAGE_SECONDS = 5.0

# What a socket, a server that talks nonsense or a misspelt address may raise.
WAY_FAILED = (OSError, HTTPException, ValueError)


def page_otherwise() -> bool:
    """Call people by every way that is set up; say whether one of them was taken.

    Neither way has any content, and neither waits for the other to work. Never raises for what
    the network does. Takes up to some seconds: call it outside any transaction.
    """
    ways = other_ways()
    if not ways:
        log.error("somebody is needed, and neither PAGER_URL nor PAGER_EMAIL is set")
        return False
    with ThreadPoolExecutor(len(ways)) as pool:
        return any(list(pool.map(_is_taken, ways.keys(), ways.values())))


def other_ways() -> dict[str, Callable[[], None]]:
    """Return the ways that are set up, by the name of their setting."""
    ways: dict[str, Callable[[], None]] = {}
    if settings.PAGER_URL.startswith(("http://", "https://")):
        ways["PAGER_URL"] = _post
    if settings.PAGER_EMAIL and settings.EMAIL_URL:
        ways["PAGER_EMAIL"] = _mail
    return ways


def _is_taken(name: str, way: Callable[[], None]) -> bool:
    try:
        way()
    except WAY_FAILED as err:
        # Its words may name an address.
        log.error("%s was not reached: %s", name, type(err).__name__)
        return False
    return True


def _post() -> None:
    """Post nothing: who runs that service learns when something is wrong here, and no more."""
    request = urllib.request.Request(settings.PAGER_URL, data=b"", method="POST")  # noqa: S310
    with urllib.request.urlopen(request, timeout=PAGE_SECONDS):  # noqa: S310 - other_ways checks
        pass


def _mail() -> None:
    """Write one e-mail that says the same to all, without showing them to each other."""
    subjects, bodies = zip(*map(_words_in, dict(settings.LANGUAGES)), strict=True)
    EmailMessage(" / ".join(subjects), "\n".join(bodies), bcc=settings.PAGER_EMAIL).send()


def _words_in(language: str) -> tuple[str, str]:
    with translation.override(language):
        subject, body = _("Somebody is needed at the desk"), _("Something at the desk needs you")
    return subject, f"{body}: {settings.PUBLIC_URL}/desk/"

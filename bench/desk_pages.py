"""A signed-in volunteer asks for pages of the desk, inside Django."""

import statistics
import time
from dataclasses import dataclass
from http import HTTPStatus

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.models import Person, User


@dataclass(frozen=True, slots=True)
class Page:
    """What one page cost."""

    queries: int
    median_ms: float
    p95_ms: float
    html: str


def ask(browser: Client, path: str, times: int) -> Page:
    """Ask for a page `times` times, after once to warm up."""
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(path)
    queries = len(asked)  # the next request empties the log
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    took = []
    for _page in range(times):
        begun = time.perf_counter()
        browser.get(path)
        took.append((time.perf_counter() - begun) * 1_000)
    p95 = statistics.quantiles(took, n=20)[-1]
    return Page(queries, statistics.median(took), p95, answer.content.decode())


def signed_in(name: str) -> Client:
    """Return the browser of a verifier with a second factor."""
    person = Person.objects.create(name=name, number="+15557000000")
    user, is_new = User.objects.get_or_create(username=name, defaults={"person": person})
    if is_new:
        totp.TOTP.activate(user, totp.generate_totp_secret())
    # As the proxy passes requests on, where our address is https.
    browser = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0], headers={"X-Forwarded-Proto": "https"})
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser

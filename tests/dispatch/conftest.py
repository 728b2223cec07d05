"""Scenes of dispatch: a drafted alert, a released one whose texts the carrier took."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from alerts.dispatch.drafting import draft
from alerts.dispatch.releasing import release
from alerts.models import Alert, Incident, Kind, OutboundStatus, Person


@pytest.fixture
def volunteer(make_person: Callable[..., Person]) -> Person:
    return make_person(name="Dana")


@pytest.fixture
def make_alert(
    make_verified_incident: Callable[..., Incident], volunteer: Person
) -> Callable[..., Alert]:
    """A draft about a verified incident, written by `volunteer`."""

    def make(incident: Incident | None = None, **columns: Any) -> Alert:
        return draft(
            incident or make_verified_incident(),
            **{"kind": Kind.ALERT, "by": volunteer, **columns},
        )

    return make


@pytest.fixture
def make_released(make_alert: Callable[..., Alert], volunteer: Person) -> Callable[..., Alert]:
    """A released alert; `taken` puts its texts into a state the carrier left them in."""

    def make(
        incident: Incident | None = None, taken: str = OutboundStatus.DELIVERED, **columns: Any
    ) -> Alert:
        alert = make_alert(incident, **columns)
        release(alert, by=volunteer)
        alert.refresh_from_db()
        if taken:
            hand_over(alert, taken)
        return alert

    return make


@pytest.fixture
def paged(settings: Any) -> Iterator[list[str]]:
    """The content-free posts that a pager service on this machine received, as their bodies."""
    posts: list[str] = []

    class Pager(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posts.append(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pager)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PAGER_URL = f"http://127.0.0.1:{server.server_address[1]}/page"
    yield posts
    server.shutdown()
    server.server_close()


def hand_over(alert: Alert, status: str = OutboundStatus.DELIVERED) -> None:
    """Put what is queued of `alert` into `status`, as if the pump had sent it."""
    queued = alert.deliveries.filter(status=OutboundStatus.QUEUED)
    queued.update(status=status, attempt=1, attempted_at=alert.released_at)

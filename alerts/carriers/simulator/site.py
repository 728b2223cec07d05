"""Every request to the simulator, whichever door it came through, and the phones page."""

import html
from collections.abc import Awaitable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from alerts.carriers.simulator import control, twilio_api
from alerts.carriers.simulator.exchange import Exchange
from alerts.carriers.simulator.http import Answer, Request
from alerts.carriers.simulator.network import PhoneNetwork

PAGE = Path(__file__).parent / "page"
FILES = {
    "/": ("phones.html", "text/html; charset=utf-8"),
    "/phones.css": ("phones.css", "text/css; charset=utf-8"),
    "/phones.js": ("phones.js", "text/javascript; charset=utf-8"),
}
SAFE = (
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
# The page carries the control token, so a name that somebody points at this machine (DNS
# rebinding) must not get it.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Site:
    """The simulator as one function from request to answer."""

    def __init__(self, network: PhoneNetwork) -> None:
        self.network = network
        self.exchange = Exchange(network)
        self.twilio = twilio_api.TwilioApi(network, self.exchange)
        self.control = control.Control(network, self.exchange)

    def answer(self, request: Request) -> Answer | Awaitable[Answer]:
        """Answer one request, at once where nothing has to be waited for."""
        path = request.head.path
        if path.startswith(twilio_api.ROOTS):
            return self.twilio.answer(request)
        if path.startswith(control.ROOT):
            return self.control.answer(request)
        return self.page(request)

    def page(self, request: Request) -> Answer:
        """Show the phones."""
        head = request.head
        if head.path not in FILES:
            return Answer(404, b"Not found.\n", "text/plain", SAFE)
        if head.method != "GET":
            return Answer(405, b"Method not allowed.\n", "text/plain", SAFE)
        if urlsplit(f"//{head.headers.get('host', '')}").hostname not in LOOPBACK:
            return Answer(403, b"Only on this machine: use 127.0.0.1.\n", "text/plain", SAFE)
        name, content_type = FILES[head.path]
        content = read(name)
        if name.endswith(".html"):
            content = content.replace("{{ token }}", html.escape(self.network.token))
            content = content.replace("{{ number }}", html.escape(self.network.number))
        return Answer(200, content.encode(), content_type, SAFE)


@cache
def read(name: str) -> str:
    """Return one of the page's files."""
    return (PAGE / name).read_text(encoding="utf-8")

"""How a neighbour fills in the report form."""

import re
from typing import Any

import time_machine
from django.test import Client
from django.utils import timezone

from alerts.intake.tokens import new_token

TYPED = {"text": "three vans, men in vests", "place": "6th and Vermont"}


def hidden_in(page: str) -> dict[str, str]:
    """The hidden fields of a page's form, as a browser would send them."""
    pairs = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
    return {name: value for name, value in pairs if name not in {"next", "csrfmiddlewaretoken"}}


def opened(client: Client) -> dict[str, str]:
    """What a freshly opened form carries."""
    return hidden_in(client.get("/report/").content.decode())


def slowly() -> str:
    """A token of a form that was opened a minute ago."""
    with time_machine.travel(timezone.now() - timezone.timedelta(minutes=1), tick=False):
        return new_token()


def send(client: Client, **more: Any) -> Any:
    """Press send on the second page."""
    return client.post("/report/", {**TYPED, "token": slowly(), "step": "send", **more})

"""The code in a callback address: which text, which hand-over, and the proof that we wrote it.

`d<id>.<attempt>.<mac>` for a delivery, `m<uuid>.<attempt>.<mac>` for a message. Nothing is stored:
a receipt finds its row even when it overtakes the answer to our own request.
"""

import hmac
import re
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings

MAC_CHARACTERS = 20
"""80 bits, and each guess costs a request that already needs the carrier's signature."""

PATH = "/twilio/status/"
CODE = re.compile(
    r"(?P<ref>(?:d(?P<delivery>[1-9][0-9]{0,17})|m(?P<message>[0-9a-f]{32}))"
    r"\.(?P<attempt>[1-9][0-9]{0,4}))\.(?P<mac>[0-9a-f]{20})",
    re.ASCII,
)


class BadCode(Exception):
    """A callback code that we did not write."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """One hand-over of one text: a delivery by its number, or a message by its UUID."""

    pk: int | UUID
    attempt: int

    @property
    def is_delivery(self) -> bool:
        return isinstance(self.pk, int)


def address_of(hand_over: HandOver) -> str:
    """Return the public address where the carrier reports about `hand_over`."""
    return f"{settings.PUBLIC_URL}{PATH}{make(hand_over)}/"


def make(hand_over: HandOver) -> str:
    """Return the signed code of `hand_over`."""
    pk = hand_over.pk
    name = f"d{pk}" if isinstance(pk, int) else f"m{pk.hex}"
    ref = f"{name}.{hand_over.attempt}"
    return f"{ref}.{mac_of(ref)}"


def read(code: str) -> HandOver:
    """Return what a code stands for; raise BadCode for one that we did not write."""
    match = CODE.fullmatch(code)
    if not match or not hmac.compare_digest(mac_of(match["ref"]), match["mac"]):
        raise BadCode
    delivery = match["delivery"]
    pk = int(delivery) if delivery else UUID(match["message"])
    return HandOver(pk, int(match["attempt"]))


def mac_of(ref: str) -> str:
    mac = keyed(settings.SECRET_KEY).copy()
    mac.update(ref.encode())
    return mac.hexdigest()[:MAC_CHARACTERS]


@lru_cache(maxsize=4)
def keyed(secret: str) -> hmac.HMAC:
    """Return a fresh HMAC under a key for this use alone: no other signature passes for a code."""
    key = hmac.digest(secret.encode(), b"alerts.dispatch.callback", "sha256")
    return hmac.new(key, digestmod="sha256")

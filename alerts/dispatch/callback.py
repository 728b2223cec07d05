"""The code in a callback address: which text, which hand-over, and the proof that we wrote it.

`d<id>.<attempt>.<mac>` for a delivery, `m<uuid>.<attempt>.<mac>` for a message. Nothing is stored:
a receipt finds its row even when it overtakes the answer to our own request.
"""

import hmac
import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

MAC_BYTES = 10
"""80 bits, and each guess costs a request that already needs the carrier's signature."""

PATH = "/twilio/status/"
CODE = re.compile(
    r"(?P<ref>(?:d(?P<delivery>[1-9][0-9]{0,17})|m(?P<message>[0-9a-f]{32}))"
    r"\.(?P<attempt>[1-9][0-9]{0,4}))\.(?P<mac>[0-9a-f]{20})",
    re.ASCII,
)


class BadCode(Exception):
    """A callback code that we did not write."""


class HandOver(NamedTuple):
    """One hand-over of one text: a delivery by its number, or a message by its UUID."""

    pk: int | UUID
    attempt: int

    @property
    def is_delivery(self) -> bool:
        return isinstance(self.pk, int)


def addresses() -> Callable[[HandOver], str]:
    """Return what tells the public address where the carrier reports about a hand-over.

    For many at once: looking settings up takes longer than signing.
    """
    start, key = f"{settings.PUBLIC_URL}{PATH}", key_from(settings.SECRET_KEY)
    return lambda hand_over: f"{start}{make(hand_over, key=key)}/"


def make(hand_over: HandOver, *, key: bytes | None = None) -> str:
    """Return the signed code of `hand_over`."""
    pk = hand_over.pk
    name = f"d{pk}" if isinstance(pk, int) else f"m{pk.hex}"
    ref = f"{name}.{hand_over.attempt}"
    return f"{ref}.{mac_of(ref, key or key_from(settings.SECRET_KEY))}"


def read(code: str) -> HandOver:
    """Return what a code stands for; raise BadCode for one that we did not write."""
    match = CODE.fullmatch(code)
    key = key_from(settings.SECRET_KEY)
    if not match or not hmac.compare_digest(mac_of(match["ref"], key), match["mac"]):
        raise BadCode
    delivery = match["delivery"]
    pk = int(delivery) if delivery else UUID(match["message"])
    return HandOver(pk, int(match["attempt"]))


def mac_of(ref: str, key: bytes) -> str:
    """Return the proof of a reference: keyed BLAKE2b (RFC 7693), in one call."""
    return blake2b(ref.encode(), key=key, digest_size=MAC_BYTES).hexdigest()


@lru_cache(maxsize=4)
def key_from(secret: str) -> bytes:
    """Return a key for this use alone: no other signature passes for a code."""
    return hmac.digest(secret.encode(), b"alerts.dispatch.callback", "sha256")

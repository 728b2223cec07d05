"""Keyed digests: how a sealed value can be found again without being readable.

A phone number has about 33 bits, so a plain hash of it hides nothing; the keys live outside the
database and its backups.
"""

import hashlib
import hmac

from django.conf import settings

DIGEST_CHARACTERS = 32


def keyed(key: bytes, context: str, value: str) -> str:
    """Return 32 hex characters that stand for `value` in `context`."""
    message = f"{context}\0{value}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:DIGEST_CHARACTERS]


def index_of(context: str, value: str) -> str:
    """Return the blind index of `value`, such as ("phone", "+12135550123")."""
    return keyed(settings.INDEX_KEY, context, value)


def indexes_of(context: str, value: str) -> list[str]:
    """Return the current blind index and, while keys are rotated, the previous one."""
    keys = [settings.INDEX_KEY, settings.INDEX_KEY_PREVIOUS]
    return [keyed(key, context, value) for key in keys if key]


def suppression_of(number: str) -> str:
    """Return the opt-out digest of an E.164 number.

    Its own key: everything else can be burnt and still nobody who left is texted again.
    """
    return keyed(settings.SUPPRESSION_KEY, "opt-out", number)

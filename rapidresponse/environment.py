"""Typed readers of the process environment, which refuse what they cannot understand."""

import base64
import binascii
import os

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"", "0", "false", "no", "off"})
KEY_BYTES = 32


def text(name: str, default: str | None = None) -> str:
    """Return the variable `name`; raise ImproperlyConfigured when it is missing without default."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. The file .env.example says what it is for.")
    return default


def flag(name: str, *, default: bool = False) -> bool:
    """Return a yes/no variable; raise ImproperlyConfigured for anything misspelt."""
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def whole(name: str, default: int) -> int:
    """Return a whole number; raise ImproperlyConfigured for anything else."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as err:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from err


def choice(name: str, options: tuple[str, ...], default: str) -> str:
    """Return one of `options`; raise ImproperlyConfigured for another word."""
    value = text(name, default).lower()
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without its empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def key(name: str, *, needed: bool = True) -> bytes:
    """Return a 32-byte key given as URL-safe base64, or b"" when it is optional and missing."""
    value = text(name, None if needed else "")
    return decode_key(name, value) if value else b""


def key_ring(name: str) -> dict[str, bytes]:
    """Return `id:key,id:key`, the current key first; ids are 1 to 8 letters or digits."""
    ring: dict[str, bytes] = {}
    for part in words(name) or [text(name)]:
        key_id, separator, value = part.partition(":")
        if not separator or not key_id.isalnum() or len(key_id) > 8 or not key_id.isascii():
            raise ImproperlyConfigured(
                f"{name} must read id:key,id:key; ids are letters and digits."
            )
        ring[key_id] = decode_key(name, value)
    return ring


def decode_key(name: str, value: str) -> bytes:
    """Return the bytes of one URL-safe base64 key; raise ImproperlyConfigured unless 32."""
    try:
        raw = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError) as err:
        raise ImproperlyConfigured(f"{name} is not URL-safe base64.") from err
    if len(raw) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must be {KEY_BYTES} bytes, not {len(raw)}.")
    return raw

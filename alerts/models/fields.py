"""Columns whose content is unreadable in a stolen database, dump, log or backup.

AES-256-GCM. A stored value is: length of the key's id, the id, a 12-byte nonce, the ciphertext.
Table, column and row are associated data, so a value copied into another row does not open.
That is why models with sealed columns have UUID keys made in Python: the row is known before
its INSERT.
"""

import json
import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core import checks
from django.db import models
from django.db.models.expressions import BaseExpression
from django.utils.translation import gettext_lazy as _

NONCE_BYTES = 12


CANNOT_BE_READ = _("(cannot be read with the keys we have)")


class Unreadable(Exception):
    """A sealed value that none of our keys opens in this row."""

    # One row that cannot be opened must not take a whole page away: a template shows nothing, or
    # what its `default` filter says.
    silent_variable_failure = True


def readable(row: models.Model, name: str) -> str:
    """Return the sealed text `name` of `row` for a person, or words saying that it is lost."""
    try:
        return str(getattr(row, name))
    except Unreadable:
        return str(CANNOT_BE_READ)


class Sealed(bytes):
    """The stored form of a value that has not been opened."""


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal(content: bytes, *, where: str) -> Sealed:
    """Encrypt `content` for the place `where` ("table.column.row") under the current key."""
    key_id, key = next(iter(settings.FIELD_KEYS.items()))
    name = key_id.encode()
    nonce = os.urandom(NONCE_BYTES)
    body = _cipher(key).encrypt(nonce, content, where.encode())
    return Sealed(bytes([len(name)]) + name + nonce + body)


def unseal(sealed: bytes, *, where: str, keys: Mapping[str, bytes] | None = None) -> bytes:
    """Return the content sealed for the place `where`; raise Unreadable.

    `keys` are those of the settings, for who has looked them up already.
    """
    start = 1 + sealed[0] if sealed else 0
    keys = settings.FIELD_KEYS if keys is None else keys
    key = keys.get(bytes(sealed[1:start]).decode("ascii", "replace"))
    if key is None:
        raise Unreadable(f"{where}: the key it was sealed with is not in FIELD_KEYS")
    nonce, body = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
    try:
        return _cipher(key).decrypt(bytes(nonce), bytes(body), where.encode())
    except InvalidTag as err:
        raise Unreadable(f"{where}: does not open in this row") from err


class SealedAttribute:
    """Opens a sealed column on first access and keeps the opened value on the instance."""

    def __init__(self, field: "SealedField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = self.field.open(value, pk=instance.pk)
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.BinaryField):  # type: ignore[type-arg]  # not generic at run time
    """Bytes at rest; what it opens to is decided by the subclass."""

    # Django skips its own deferred attribute when a descriptor is given.
    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def encode(self, value: Any) -> bytes:
        """Return the bytes to seal; raise TypeError for a value of another kind."""
        raise TypeError(f"{type(self).__name__} does not say how to encode")

    def decode(self, content: bytes) -> Any:
        """Return the value behind opened bytes."""
        raise TypeError(f"{type(self).__name__} does not say how to decode")

    def where(self, pk: object) -> str:
        """Return what binds a value to its table, column and row."""
        return f"{self.model._meta.db_table}.{self.column}.{pk}"

    def seal(self, value: Any, *, pk: object) -> Sealed:
        """Return `value` ready for QuerySet.update() on the row `pk`."""
        return seal(self.encode(value), where=self.where(pk))

    def open(self, sealed: bytes, *, pk: object) -> Any:
        """Return the value in the row `pk`; raise Unreadable."""
        return self.opener()(sealed, pk)

    def opener(self) -> Callable[[bytes, object], Any]:
        """Return what opens a value by the key of its row, for many at once; it raises Unreadable.

        Settings are looked up once, which takes as long as opening a value.
        """
        column, keys = self.where(""), settings.FIELD_KEYS
        return lambda sealed, pk: self.decode(unseal(sealed, where=f"{column}{pk}", keys=keys))

    def _check_str_default_value(self) -> list[checks.CheckMessage]:
        # Django minds text as the default of a binary column; ours is sealed before it gets there.
        return []

    def from_db_value(self, value: Any, *_args: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value: Any) -> Any:
        return value

    def value_from_object(self, obj: models.Model) -> Any:
        return getattr(obj, self.attname)

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("Sealed columns are not serialised.")

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.seal(value, pk=model_instance.pk)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, (Sealed, BaseExpression)):
            return value
        raise TypeError(f"Use {self.name}.seal(value, pk=…) to write a sealed column directly.")

    def get_default(self) -> Any:
        if self.has_default():
            return self.default() if callable(self.default) else self.default
        return None if self.null else self.decode(b"")

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is sealed: look rows up by their keyed index.")
        return super().get_lookup(lookup_name)


class SealedTextField(SealedField):
    """Text somebody typed, or a phone number."""

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise TypeError(f"{self.name} takes text, not {type(value).__name__}")
        return value.encode()

    def decode(self, content: bytes) -> str:
        return content.decode()

    def formfield(self, **kwargs: Any) -> Any:
        return models.TextField(blank=self.blank, verbose_name=self.verbose_name).formfield(
            **kwargs
        )


class SealedJSONField(SealedField):
    """A small dictionary of typed answers."""

    def encode(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def decode(self, content: bytes) -> Any:
        return json.loads(content) if content else {}


__all__ = [
    "Sealed",
    "SealedField",
    "SealedJSONField",
    "SealedTextField",
    "Unreadable",
    "seal",
    "unseal",
]

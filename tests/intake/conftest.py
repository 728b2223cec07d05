"""What the tests of this room share: a carrier that signs, and pictures."""

import secrets
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from alerts.carriers.signature import sign
from tests.guard.signing_in import over_https

NEIGHBOUR = "+12135550142"


def signed_post(client: Client, path: str, params: dict[str, str], **extra: Any) -> HttpResponse:
    """Post a form as the carrier does, with its signature over our public address."""
    fields = [(name, [value]) for name, value in params.items()]
    signature = sign(settings.PUBLIC_URL + path, fields, settings.TWILIO_AUTH_TOKEN)
    headers = {"X-Twilio-Signature": signature, **extra.pop("headers", {})}
    return client.post(path, params, headers=headers, secure=True, **extra)


def new_sid() -> str:
    return "SM" + secrets.token_hex(16)


def sms_params(body: str, *, from_: str = NEIGHBOUR, **more: str) -> dict[str, str]:
    """What the carrier posts for one text."""
    return {
        "MessageSid": new_sid(),
        "AccountSid": settings.TWILIO_ACCOUNT_SID,
        "From": from_,
        "To": settings.NETWORK_NUMBER,
        "Body": body,
        "NumMedia": "0",
        **more,
    }


@pytest.fixture
def text_in(db: None) -> Callable[..., HttpResponse]:
    """Somebody texts us: `text_in("ICE at 6th and Vermont", from_=number)`."""

    client = Client()

    def send(body: str, *, from_: str = NEIGHBOUR, **more: str) -> HttpResponse:
        return signed_post(client, "/twilio/sms/", sms_params(body, from_=from_, **more))

    return send


@pytest.fixture
def neighbour(db: None) -> Client:
    """A browser without an account."""
    return over_https(Client())


def photo_file(
    *, size: tuple[int, int] = (60, 40), kind: str = "JPEG", colour: str = "red", **save: Any
) -> BytesIO:
    """A file as a phone would send it."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **save)
    file.seek(0)
    file.name = f"photo.{kind.lower()}"
    return file


@pytest.fixture
def media_dir(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_DIR = tmp_path / "media"
    return settings.MEDIA_DIR


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that unfolds to `side` times `side` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((side // 8 + 1) * 64), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )

"""What a form carries along: when it was opened, and what makes two clicks one report.

The secret of a receipt page is made from the form's token and what was typed, so the second
click on "send" leads to the same page and nothing has to be remembered in between. The same form
sent with other words is another report.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

from alerts.models import ReportReceipt

LIFE = timedelta(hours=12)
FASTEST = timedelta(seconds=3)
"""Nobody reads the form, writes and looks at the preview in less."""
SALT = "alerts.intake.form"


def new_token() -> str:
    """Return a token for one opened form: 128 random bits and the time, signed."""
    return signing.TimestampSigner(salt=SALT).sign(secrets.token_urlsafe(16))


def is_valid(token: str) -> bool:
    """Say whether `token` came from a form of ours within LIFE."""
    try:
        signing.TimestampSigner(salt=SALT).unsign(token, max_age=LIFE)
    except signing.BadSignature:
        return False
    return True


def is_hasty(token: str) -> bool:
    """Say whether a valid token was made too short a time ago for a person."""
    try:
        signing.TimestampSigner(salt=SALT).unsign(token, max_age=FASTEST)
    except signing.SignatureExpired:
        return False
    return True


def receipt_secret(token: str, typed: Mapping[str, object]) -> str:
    """Return the secret of the receipt page for what was `typed` in the form with `token`."""
    content = json.dumps([token, typed], sort_keys=True, default=str)
    digest = salted_hmac("alerts.intake.receipt", content, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[: ReportReceipt.SECRET_BYTES]).decode()

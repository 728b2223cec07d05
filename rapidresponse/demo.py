"""The environment of `make demo`: keys made once and kept, loopback only, no secrets asked."""

import base64
import json
import os
import secrets
from pathlib import Path

KEY_NAMES = ("SECRET_KEY", "INDEX_KEY", "SUPPRESSION_KEY", "AUDIT_KEY")


def prepare(directory: Path, *, port: int) -> None:
    """Give every variable the demo needs a value, unless the caller set one.

    `directory` is made with mode 0700 and keeps the keys in `keys.json` between starts.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{port}"
    values = {
        **kept_keys(directory / "keys.json"),
        "CARRIER": "simulator",
        "PUBLIC_URL": url,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": f"sqlite:///{(directory / 'demo.sqlite3').resolve()}",
        "MEDIA_DIR": str((directory / "media").resolve()),
        "TWILIO_API_URL": f"{url}/simulator",
        "NETWORK_NUMBER": "+12135550100",
    }
    for name, value in values.items():
        os.environ.setdefault(name, value)


def kept_keys(path: Path) -> dict[str, str]:
    """Return the demo's keys, making them at the first start."""
    if path.exists():
        return dict(json.loads(path.read_text()))
    keys = {name: new_key() for name in KEY_NAMES}
    keys["FIELD_KEYS"] = f"demo1:{new_key()}"
    keys["TWILIO_ACCOUNT_SID"] = "AC" + secrets.token_hex(16)
    keys["TWILIO_MESSAGING_SERVICE_SID"] = "MG" + secrets.token_hex(16)
    keys["TWILIO_AUTH_TOKEN"] = secrets.token_hex(16)
    keys["SIMULATOR_TOKEN"] = secrets.token_urlsafe(24)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(keys, file)
    return keys


def new_key() -> str:
    """Return 32 fresh random bytes as URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()

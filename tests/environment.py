"""The environment a test runs in, set before Django reads its settings.

pytest-django loads the settings before any conftest.py, so this is a plugin that pytest is told
to load first (`-p tests.environment` in pyproject.toml). `python -m tests.environment COMMAND …`
runs any other tool (mypy's Django plugin, makemigrations) in the same environment.
Only what is not set already is filled in: DATABASE_URL and REDIS_URL choose where a run happens.
"""

import base64
import hashlib
import os
import sys
import tempfile
from pathlib import Path


def key(name: str) -> str:
    """Return 32 bytes that are the same in every process of a run, as urlsafe base64."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"test {name}".encode()).digest()).decode()


DEFAULTS = {
    "CARRIER": "memory",
    "SECRET_KEY": key("SECRET_KEY"),
    "PUBLIC_URL": "https://rapid.example",
    "ALLOWED_HOSTS": "rapid.example,testserver,localhost,127.0.0.1",
    "NETWORK_NUMBER": "+12135550100",
    "FIELD_KEYS": f"t1:{key('FIELD_KEYS')}",
    "INDEX_KEY": key("INDEX_KEY"),
    "SUPPRESSION_KEY": key("SUPPRESSION_KEY"),
    "AUDIT_KEY": key("AUDIT_KEY"),
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "TWILIO_MESSAGING_SERVICE_SID": "MG" + "0" * 32,
    "MEDIA_DIR": str(Path(tempfile.gettempdir()) / f"rapid-test-media-{os.getpid()}"),
    # Four pumps in one process hold three connections each; in production each has its own pool.
    "DATABASE_POOL": "30",
    # Two runs beside each other do not share a database; xdist's workers inherit the name.
    "TEST_SQLITE": str(Path(tempfile.gettempdir()) / f"rapid-test-{os.getpid()}.sqlite3"),
}

# The settings put SQLite's test database here, and nobody else makes the folder.
(Path(__file__).resolve().parent.parent / ".pytest_cache").mkdir(exist_ok=True)
for name, value in DEFAULTS.items():
    os.environ.setdefault(name, value)
# Each of xdist's workers has a Redis database of its own, as it has one of PostgreSQL.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
if (
    WORKER
    and os.environ.get("REDIS_URL", "").startswith("unix:")
    and "?" not in os.environ["REDIS_URL"]
):
    os.environ["REDIS_URL"] += f"?db={WORKER}"

if __name__ == "__main__":
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the caller's own command, no shell

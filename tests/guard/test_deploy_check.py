"""`manage.py check --deploy` has nothing to say about a production environment."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_it_is_clean_without_silencing_anything(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CARRIER": "twilio",
        "PAGER_URL": "https://pager.example/",
        "SECRET_KEY": "a secret key of more than fifty characters, each of them once or twice",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'check.sqlite3'}",
        "MEDIA_DIR": str(tmp_path),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)

    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout

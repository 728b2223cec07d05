import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def root():
    """The folder a clone has at its top."""
    return ROOT


@pytest.fixture(scope="session")
def project_texts(root):
    """What git keeps or would keep, as {path from the top: text}, pictures left out."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    if listing.returncode:
        pytest.skip("not a git clone, so what belongs to the project cannot be told")
    texts = {}
    for name in filter(None, listing.stdout.split("\0")):
        try:
            texts[name] = (root / name).read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts


@pytest.fixture(scope="session")
def compose(root):
    """docker-compose.yml as plain values."""
    return yaml.safe_load((root / "docker-compose.yml").read_text())

"""Read a word list in sections: "[name]" begins one, "%" begins a remark."""

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def sections(name: str) -> dict[str, list[str]]:
    """Return the words of each section of a file in this folder, in their order."""
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("%"):
            words += line.split()
    return found

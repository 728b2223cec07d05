"""Word lists read from the files beside this one."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from alerts.places.names import name_key
from alerts.places.normal import fold

HERE = Path(__file__).parent


class Elsewhere(NamedTuple):
    """A town or state that is not ours."""

    name: str
    is_street_too: bool
    """Counts only where the text says "in" it."""


def _lines(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line for line in lines if line and line[0] not in "#%"]


@cache
def common() -> frozenset[str]:
    """Return everyday words, folded: they are never repaired into a name."""
    return frozenset(
        word.replace("'", "") for line in _lines(HERE / "common.txt") for word in fold(line).split()
    )


@cache
def elsewhere() -> dict[str, Elsewhere]:
    """Return places that are not ours by look-up key."""
    found: dict[str, Elsewhere] = {}
    for line in _lines(HERE / "elsewhere.txt"):
        name = line.split("|")[0].rstrip("!")
        for spelling in line.split("|"):
            known = Elsewhere(name, line.split("|")[0].endswith("!"))
            found[name_key(spelling.rstrip("!"))] = known
    return found


@cache
def brands() -> dict[str, list[tuple[str, ...]]]:
    """Return names of things that contain a street's name, by first word: "western union"."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in _lines(HERE / "brands.txt"):
        phrase = tuple(line.split())
        found.setdefault(phrase[0], []).append(phrase)
    return found

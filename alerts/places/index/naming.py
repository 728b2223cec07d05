"""The keys under which a place can be found, each with how much it says."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from alerts.places.lexicon.kinds import ALL_KIND_WORDS, FILLER, KIND_WORDS, family
from alerts.places.lexicon.words import common
from alerts.places.names import name_key, split_street, street_key
from alerts.places.normal import fold, tokenise
from alerts.places.numbers import numbered, spellings
from alerts.places.rows import PlaceRow

FULL, ALIAS, SHARED, CORE = range(4)
"""How a key stands for its place: its name, another name, a chain's name, or the part
that needs a word like "school" beside it."""


class Key(NamedTuple):
    """One look-up key of a place."""

    text: str
    standing: int


def street_keys(base: str, aliases: Iterable[str]) -> Iterator[Key]:
    """Yield the keys of a street's base name: its own, its number in words, its aliases."""
    yield Key(street_key(base), FULL)
    yield Key(name_key(base), ALIAS)
    yield Key(name_key(_without_initials(base)), ALIAS)
    for spelling in spellings(numbered(base)):
        yield Key(name_key(spelling), ALIAS)
    words = fold(base).split()
    if words[:1] == ["avenue"]:
        yield Key(name_key(f"ave {' '.join(words[1:])}"), ALIAS)
    for alias in aliases:
        yield Key(split_street(_without_article(alias)).key, ALIAS)


def _without_initials(name: str) -> str:
    """Return "Cesar E Chavez" as people say it, "Martin Luther King Jr" too."""
    words = name.split()
    kept = [w for w in words if len(w.strip(".")) > 1 and fold(w).strip(".") not in {"jr", "sr"}]
    return " ".join(kept) if len(kept) > 1 else name


def _without_article(alias: str) -> str:
    head, _, rest = alias.partition(" ")
    return rest if rest and fold(head) in {"the", "la", "el"} and not rest.isdigit() else alias


def landmark_keys(row: PlaceRow) -> Iterator[Key]:
    """Yield the keys of a landmark, station or ramp."""
    category = family("station" if row.kind == "station" else str(row.details.get("category", "")))
    yield Key(name_key(row.name), FULL)
    chain, paren, _ = row.name.partition("(")
    if paren and name_key(chain):
        yield Key(name_key(chain), SHARED)
    for alias in row.names:
        # A station is called by the bare name of a street only beside a word like "station".
        if category != "station" or _core(alias, category) != name_key(alias):
            yield from _alias_keys(alias)
    for name in (chain, *row.names):
        for part in _parts(name, category):
            core = _core(part, category)
            is_new = core != name_key(name) or category == "station"
            if len(core) > 1 and core not in common() and is_new:
                yield Key(core, CORE)


def _alias_keys(alias: str) -> Iterator[Key]:
    yield Key(name_key(alias), ALIAS)
    bare = name_key(_without_article(alias))
    if bare not in common() and bare not in ALL_KIND_WORDS:
        yield Key(bare, ALIAS)


def _parts(name: str, category: str) -> list[str]:
    if category == "station" and "/" in name:
        return [name, *name.split("/")]
    return [name]


def _core(name: str, category: str) -> str:
    drop = KIND_WORDS.get(category, frozenset()) | FILLER
    words = [token.key for token in tokenise(fold(name)) if token.shape != "mark"]
    kept = [_unsuffixed(word, drop) for word in words if word not in drop]
    return name_key(" ".join(kept))


def _unsuffixed(word: str, drop: frozenset[str]) -> str:
    """Take a Korean kind word off the end: 웨스턴역 -> 웨스턴."""
    for end in sorted((end for end in drop if not end.isascii()), key=len, reverse=True):
        if word.endswith(end) and len(word) > len(end):
            return word[: -len(end)]
    return word


def area_keys(row: PlaceRow) -> Iterator[Key]:
    """Yield the keys of an area. Initials ("P.I.C.O.") are what nobody calls it."""
    if "." not in row.name:
        yield Key(name_key(row.name), FULL)
    for alias in row.names:
        if name_key(alias) != name_key(row.name) or "." not in row.name:
            yield Key(name_key(alias), ALIAS)

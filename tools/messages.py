"""Compile the translations: locale/<language>/LC_MESSAGES/*.po into the *.mo that Django reads.

    python -m tools.messages           writes the .mo files
    python -m tools.messages --check   only says which ones do not match their .po

The .mo files are committed, so that neither the demo nor the image needs GNU gettext.
New sentences are collected with `manage.py makemessages -l es -l ko`, which does need it.
"""

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def sources(root: Path = LOCALE) -> list[Path]:
    """Return every .po file below `root`, in a stable order."""
    return sorted(root.glob("*/LC_MESSAGES/*.po"))


def compiled(source: Path) -> bytes:
    """Return the .mo bytes of the .po file `source`; fuzzy sentences stay untranslated."""
    language = source.parent.parent.name
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    out = io.BytesIO()
    write_mo(out, catalogue, use_fuzzy=False)
    return out.getvalue()


def stale(root: Path = LOCALE) -> Iterator[Path]:
    """Yield each .mo file that is missing or differs from what its .po file compiles to."""
    for source in sources(root):
        target = source.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != compiled(source):
            yield target


def main(arguments: Sequence[str]) -> int:
    """Compile or check; return 1 when a check found something."""
    parser = argparse.ArgumentParser(prog="messages", description="Compile the translations.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    check = parser.parse_args(arguments).check
    old = list(stale())
    for target in old:
        name = target.relative_to(LOCALE.parent)
        if check:
            print(f"{name} does not match its .po file; `make messages` makes it anew.")
        else:
            target.write_bytes(compiled(target.with_suffix(".po")))
            print(f"compiled {name}")
    return int(check and bool(old))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Which index file this process reads, and the door `resolve`."""

import tempfile
import threading
from hashlib import sha256
from pathlib import Path

from alerts.places import shipped
from alerts.places.candidate import Candidate, Hint
from alerts.places.index.build import build_index
from alerts.places.index.gazetteer import Gazetteer
from alerts.places.index.layout import MAGIC
from alerts.places.resolver import Resolver

Stamp = tuple[int, int, int]

INDEX_NAME = "places.idx"
"""What the index made from an installation's own tables is called."""


def load(path: Path | None = None, *, cache_dir: Path | None = None) -> Gazetteer:
    """Open an index file. Without `path`, build the shipped gazetteer once into `cache_dir`.

    Raise UnusableIndex if the file is no index, OSError if it cannot be read.
    """
    return Gazetteer(path or _shipped_index(cache_dir or _cache_dir()))


def _cache_dir() -> Path:
    kept = Path.home() / ".cache" / "rapidresponse"
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError:
        # No home to write to (a locked-down service account): one build per process.
        return Path(tempfile.mkdtemp(prefix="places-"))
    return kept


def _shipped_index(cache_dir: Path) -> Path:
    """Return the index of the shipped data, built unless an index of the same data is there."""
    path = cache_dir / f"places-{_digest()}.idx"
    if not path.exists():
        build_index(shipped.shipped_rows(), path, home=shipped.HOME)
    return path


def _digest() -> str:
    """Return what the index depends on: the data and the code that lays it out."""
    here = Path(__file__).parent
    digest = sha256(MAGIC)
    for folder, pattern in (
        ("data", "*"),
        ("index", "*.py"),
        (".", "*.py"),
        ("lexicon", "*"),
    ):
        for file in sorted((here / folder).glob(pattern)):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


class _Current:
    """The resolver of this process, opened again when its file is replaced."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._stamp: Stamp | None = None
        self._resolver: Resolver | None = None
        self._lock = threading.Lock()

    def use(self, path: Path | None) -> None:
        with self._lock:
            self._path, self._stamp, self._resolver = path, None, None

    def resolver(self) -> Resolver:
        resolver, stamp = self._resolver, self._stamp
        if resolver is not None and stamp == self._stamp_now():
            return resolver
        with self._lock:
            stamp = self._stamp_now()
            if self._resolver is None or stamp != self._stamp:
                path = self._path if stamp else None
                self._resolver, self._stamp = Resolver(load(path)), stamp
            return self._resolver

    def _stamp_now(self) -> Stamp | None:
        if self._path is None:
            return None
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            return None
        return facts.st_ino, facts.st_mtime_ns, facts.st_size


_current = _Current()


def use(path: Path | None) -> None:
    """Make `resolve` read the index at `path` from now on; None for the shipped gazetteer.

    A file that appears or is replaced there later is noticed by itself; until there is one, the
    shipped gazetteer is read.
    """
    _current.use(path)


def resolve(text: str, hint: Hint | None = None) -> list[Candidate]:
    """Return the places `text` may mean, best first; empty if it names none.

    Offline, in English, Spanish, Korean and mixtures of them. Never raises for what the text
    holds. Raise UnusableIndex or OSError if the index file itself cannot be opened.
    """
    return _current.resolver().resolve(text, hint)


def sources() -> list[str]:
    """Return the attribution lines to show wherever places are shown."""
    return list(_current.resolver().gazetteer.sources)

"""How well and how fast free text becomes a place.

    python -m bench.places [--places 250000] [--quick]

Prints the figures and writes them into bench/results.md. `--quick` leaves out the large
gazetteer.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alerts.places import Candidate, Resolver, build_index, load
from alerts.places.shipped import HOME
from bench.places_baselines import ExactPattern, FuzzyNames
from bench.places_texts import FILES, Answers, Labelled, Score, labelled, score
from bench.places_world import large_world
from bench.results_file import table, write_section

Rows = list[tuple[str, ...]]
LANGUAGES = ("en", "es", "ko", "mix")


@dataclass(frozen=True, slots=True)
class Timed:
    """An answering function that keeps how long each answer took."""

    answers: Answers
    milliseconds: list[float]

    def __call__(self, text: str) -> Sequence[Candidate]:
        started = time.perf_counter()
        found = self.answers(text)
        self.milliseconds.append((time.perf_counter() - started) * 1e3)
        return found


def main() -> None:
    """Measure and write the section "places"."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=250_000)
    parser.add_argument("--quick", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        parts = _accuracy(Path(folder))
        if not wanted.quick:
            parts += _large(Path(folder), wanted.places)
    body = "\n\n".join(parts)
    print(body)
    write_section("places", "Places: free text becomes a point", body)


def _accuracy(folder: Path) -> list[str]:
    resolver = Resolver(load(cache_dir=folder))
    sets = {name: labelled(name) for name in FILES}
    every = [text for texts in sets.values() for text in texts]
    groups: list[tuple[str, list[Labelled]]] = [
        *sets.items(),
        ("half it was tuned on", [text for text in every if not text.is_held_out]),
        ("half held out", [text for text in every if text.is_held_out]),
        ("all", every),
    ]
    head = "texts|n|first answer|among five|wrong place|none left alone|doubt shown"
    rows: Rows = [tuple(head.split("|"))]
    rows += [_row(name, score(texts, resolver.resolve)) for name, texts in groups]
    total = score(every, resolver.resolve)
    by_language: Rows = [("language", "with a place", "first answer")]
    by_language += [
        (
            lang,
            str(total.counts[f"place {lang}"]),
            _percent(total.share(f"first {lang}", f"place {lang}")),
        )
        for lang in LANGUAGES
    ]
    return [
        "First answer: the first candidate is within tolerance and confident enough to be used "
        "without asking. Wrong place: an answer more than 300 m off, or one for a text without a "
        "place, as a share of all texts. Half of the texts, chosen by a hash of their id, were "
        "never looked at while tuning.",
        table(rows),
        table(by_language),
        *_compare(every, resolver),
    ]


def _row(name: str, result: Score) -> tuple[str, ...]:
    return (
        name,
        str(result.counts["texts"]),
        _percent(result.share("first", "place")),
        _percent(result.share("among five", "place")),
        f"{_percent(result.share('wrong', 'texts'))} ({result.counts['wrong']})",
        f"{_percent(result.share('left alone', 'none'))} of {result.counts['none']}",
        f"{result.counts['doubted']} of {result.counts['ambiguous']}",
    )


def _compare(texts: list[Labelled], resolver: Resolver) -> list[str]:
    rows: Rows = [("way", "first answer", "among five", "wrong place", "median ms")]
    ways: list[tuple[str, Answers]] = [
        ("this resolver", resolver.resolve),
        ("exact regular expression", ExactPattern()),
        ("rapidfuzz over all names", FuzzyNames()),
    ]
    for name, answers in ways:
        timed = Timed(answers, [])
        result = score(texts, timed)
        rows.append(
            (
                name,
                _percent(result.share("first", "place")),
                _percent(result.share("among five", "place")),
                _percent(result.share("wrong", "texts")),
                f"{sorted(timed.milliseconds)[len(texts) // 2]:.2f}",
            )
        )
    return ["Simple ways on the same texts, in the same run:", table(rows)]


def _large(folder: Path, places: int) -> list[str]:
    path = folder / "large.idx"
    started = time.perf_counter()
    build_index(large_world(places), path, home=HOME)
    build_s = time.perf_counter() - started
    costs = _worker(path)
    resolver = Resolver(load(path))
    result = score([text for name in FILES for text in labelled(name)], resolver.resolve)
    cold, warm = costs["cold"], costs["warm"]
    rows: Rows = [
        ("what", "figure"),
        ("places", f"{costs['rows']:,}"),
        ("distinct street names", f"{costs['streets']:,}"),
        ("landmarks", f"{costs['landmarks']:,}"),
        ("index file", f"{path.stat().st_size / 1e6:.1f} MB, built in {build_s:.0f} s"),
        ("start of a worker, imports and first text included", f"{costs['start_s']:.2f} s"),
        ("most memory of a worker", f"{costs['peak_mb']:.0f} MB"),
        (
            "a text never seen before, wall clock",
            f"p50 {cold['p50']:.2f} ms, p99 {cold['p99']:.2f} ms",
        ),
        (
            "the same, processor time",
            f"p50 {cold['p50_processor']:.2f} ms, p99 {cold['p99_processor']:.2f} ms",
        ),
        ("again, wall clock", f"p50 {warm['p50']:.2f} ms, p99 {warm['p99']:.2f} ms"),
        ("first answer among these places", _percent(result.share("first", "place"))),
        ("wrong place", _percent(result.share("wrong", "texts"))),
    ]
    return ["With a large gazetteer (made-up streets around the real ones):", table(rows)]


def _worker(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.places_worker", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    costs: dict[str, Any] = json.loads(done.stdout)
    return costs


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


if __name__ == "__main__":
    main()

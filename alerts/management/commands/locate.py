"""`manage.py locate < texts.jsonl`: where each text says it is, one JSON object a line."""

import json
import statistics
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from alerts.places import CONFIDENT, Candidate, resolve

CANDIDATES_MOST = 5


class Command(BaseCommand):
    help = (
        "Read JSON lines {id, text}, write {id, lat, lon, confidence, label, candidates}."
        " Without a sure place lat, lon, confidence and label are null."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stats", action="store_true", help="print timing to the error stream")

    def handle(self, *_args: Any, **options: Any) -> None:
        times_ms: list[float] = []
        resolve("")  # opens the index, which is no text's time
        for number, line in enumerate(sys.stdin, 1):
            if not line.strip():
                continue
            asked = read(line, number)
            begin = time.perf_counter()
            found = resolve(asked["text"])
            times_ms.append((time.perf_counter() - begin) * 1_000)
            self.stdout.write(json.dumps(answer(asked["id"], found), ensure_ascii=False))
        if options["stats"] and times_ms:
            self.stderr.write(summary(times_ms))


def read(line: str, number: int) -> dict[str, Any]:
    """Return one question; raise CommandError with the line's number."""
    try:
        asked = json.loads(line)
    except ValueError as err:
        raise CommandError(f"Line {number} is not JSON.") from err
    if not isinstance(asked, dict) or "id" not in asked or not isinstance(asked.get("text"), str):
        raise CommandError(f"Line {number} is not an object with id and text.")
    return asked


def answer(question_id: Any, found: list[Candidate]) -> dict[str, Any]:
    sure = found[0] if found and found[0].confidence >= CONFIDENT else None
    return {
        "id": question_id,
        "lat": sure and sure.lat,
        "lon": sure and sure.lon,
        "confidence": sure and sure.confidence,
        "label": sure and sure.label,
        "candidates": [candidate.as_dict() for candidate in found[:CANDIDATES_MOST]],
    }


def summary(times_ms: list[float]) -> str:
    slow = sorted(times_ms)[min(len(times_ms) - 1, int(len(times_ms) * 0.99))]
    return (
        f"{len(times_ms)} texts, median {statistics.median(times_ms):.2f} ms,"
        f" 99th percentile {slow:.2f} ms, longest {max(times_ms):.2f} ms"
    )

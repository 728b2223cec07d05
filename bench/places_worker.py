"""A fresh process that opens an index, reads the texts and says what that cost it.

    python -m bench.places_worker INDEX

prints one JSON object. Run by bench.places, so that memory and start-up are a worker's own.
"""

import time

STARTED = time.perf_counter()

import json  # noqa: E402 - the imports are part of what is timed
import resource  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from alerts.places import Resolver, load  # noqa: E402
from bench.places_texts import FILES, labelled  # noqa: E402

ROUNDS = 3


def main() -> None:
    """Time the start, each text's first reading, and all of them again."""
    resolver = Resolver(load(Path(sys.argv[1])))
    resolver.resolve("ICE at 6th and Vermont")
    start_s = time.perf_counter() - STARTED
    texts = [text.text for name in FILES for text in labelled(name)]
    cold = [_milliseconds(resolver, text) for text in texts]
    warm = [_milliseconds(resolver, f"{text} ") for _ in range(ROUNDS) for text in texts]
    print(
        json.dumps(
            {
                "start_s": start_s,
                "peak_mb": _peak_mb(),
                "cold": _quantiles(cold),
                "warm": _quantiles(warm),
                "rows": resolver.gazetteer.file.meta["rows"],
                "streets": resolver.gazetteer.file.meta["streets"],
                "landmarks": resolver.gazetteer.file.meta["landmarks"],
            }
        )
    )


def _peak_mb() -> float:
    """Return the most memory this process held, not what it inherited when it was forked."""
    status = Path("/proc/self/status")
    if status.exists():
        kilobytes = next(line for line in status.read_text().splitlines() if "VmHWM" in line)
        return int(kilobytes.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _milliseconds(resolver: Resolver, text: str) -> tuple[float, float]:
    """Return wall and processor time of one reading."""
    wall, processor = time.perf_counter(), time.process_time()
    resolver.resolve(text)
    return (time.perf_counter() - wall) * 1e3, (time.process_time() - processor) * 1e3


def _quantiles(times: list[tuple[float, float]]) -> dict[str, float]:
    walls, processors = (sorted(column) for column in zip(*times, strict=True))
    middle, late = len(walls) // 2, int(len(walls) * 0.99)
    return {
        "p50": walls[middle],
        "p99": walls[late],
        "p50_processor": processors[middle],
        "p99_processor": processors[late],
    }


if __name__ == "__main__":
    main()

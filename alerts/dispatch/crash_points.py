"""Where a process may be told to die, to prove that nothing is lost there.

`CRASH_AT=name`, `CRASH_AT=name:17` (the 17th time a process reaches it) or several of them with
commas between, in the environment of a process that talks to anything but the real carrier.
Otherwise each point is one look into an empty table.

`CRASH_NOTES=FOLDER` is for several processes with the same environment: each entry then kills the
first of them that comes to it, and no other, and leaves a file named for it. So every point that
is asked for is reached by whatever process does that work, after any other, and the files prove
which deaths there were and when.
"""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

POINTS = (
    "planned",
    "claimed",
    "posting",
    "posted",
    "written",
    "receipt-stored",
    "lease-ended",
    "list-asked",
    "settled",
    "queued-again",
)
KILLED = 137


@dataclass(slots=True)
class Death:
    """One entry of CRASH_AT."""

    note: Path | None
    """Left by the one process that dies here; without it, each does."""
    left: int
    """How often this process still passes by and lives."""

    def strikes(self) -> bool:
        """Say whether this process dies now."""
        self.left -= 1
        return self.left == 0 and (self.note is None or is_first(self.note))


def is_first(note: Path) -> bool:
    """Leave `note`, and say whether nobody had."""
    try:
        note.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def armed_by(words: str, notes: str = "") -> dict[str, list[Death]]:
    """Return the deaths that CRASH_AT and CRASH_NOTES ask for, by point."""
    armed: dict[str, list[Death]] = defaultdict(list)
    for place, entry in enumerate(filter(None, words.split(","))):
        name, _, times = entry.partition(":")
        note = Path(notes, f"{place:02d} {name}") if notes else None
        armed[name].append(Death(note, left=int(times or 1)))
    return armed


_armed = armed_by(os.environ.get("CRASH_AT", ""), os.environ.get("CRASH_NOTES", ""))


def crash_point(name: str) -> None:
    """Die here, as if killed, when this process was told to."""
    if name not in _armed or settings.CARRIER == "twilio" and not settings.TWILIO_API_URL:
        return
    if any(death.strikes() for death in _armed[name]):
        os._exit(KILLED)

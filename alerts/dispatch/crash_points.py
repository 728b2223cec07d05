"""Where a process may be told to die, to prove that nothing is lost there.

`CRASH_AT=name` or `CRASH_AT=name:17` (the 17th time it is reached) in the environment of a
process that talks to anything but the real carrier. Otherwise each point is one comparison.
"""

import os

from django.conf import settings

POINTS = (
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

_name, _, _times = os.environ.get("CRASH_AT", "").partition(":")
_left = int(_times or 1)


def crash_point(name: str) -> None:
    """Die here, as if killed, when this process was told to."""
    global _left
    if name != _name or settings.CARRIER == "twilio" and not settings.TWILIO_API_URL:
        return
    _left -= 1
    if _left == 0:
        os._exit(KILLED)

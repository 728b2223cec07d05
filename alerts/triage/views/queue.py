"""The queue as it is shown: read and rendered once for all who ask at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import get_language

from alerts.models import Person
from alerts.models.fields import readable
from alerts.triage.board import Board, Row, board
from alerts.triage.sharing import Shared
from alerts.triage.times import ago

_shared: Shared[Board] = Shared()
_lines: dict[str, dict["Line", str]] = {}
"""The lines of the newest queue in each language: most are the same in the next."""


@dataclass(frozen=True, slots=True)
class Line:
    """All that the template of a line is given, in one language: equal lines have equal HTML."""

    key: str
    code: str
    place: str
    reported_at: datetime
    ago: str
    reasons: str
    held_by: str
    alerts_running: int
    alerts_waiting: int
    is_drill: bool
    is_mine: bool = False
    is_here: bool = False

    def html(self) -> str:
        return get_template("triage/_row.html").render({"line": self})


def line_of(row: Row) -> Line:
    """Return the line of `row` for a reader who neither holds nor looks at it."""
    incident = row.incident
    return Line(
        key=row.key,
        code=incident.code,
        place=readable(incident, "place_label"),
        reported_at=incident.reported_at,
        ago=ago(incident.reported_at),
        reasons=", ".join(row.reasons),
        held_by=readable(row.holder, "name") if row.holder else "",
        alerts_running=row.alerts_running,
        alerts_waiting=row.alerts_waiting,
        is_drill=incident.is_drill,
    )


def line_for(row: Row, *, me: Person, here: str) -> str:
    """Return the HTML of a row for one reader, who may hold it or look at it (`here`)."""
    is_mine, is_here = row.holder == me, row.key == here
    if row.line and not is_mine and not is_here:
        return row.line
    return replace(line_of(row), is_mine=is_mine, is_here=is_here).html()


def shown_board(*, look: str = "") -> Board:
    """Return the queue in the reader's language, its rows with their lines for most readers.

    But for those lines only the language makes a difference between readers. `look` names the
    news that made a page ask.
    """
    return _shared.ask(get_language() or "", board_with_lines, look=look)


def board_with_lines() -> Board:
    """Read the queue and render what is new in it."""
    found, language = board(now=timezone.now()), get_language() or ""
    known, used = _lines.get(language, {}), {}

    def with_lines(rows: Sequence[Row]) -> list[Row]:
        lines = [line_of(row) for row in rows]
        used.update({line: known.get(line) or line.html() for line in lines})
        return [replace(row, line=used[line]) for row, line in zip(rows, lines, strict=True)]

    queue = replace(
        found,
        needs=with_lines(found.needs),
        checking=with_lines(found.checking),
        verified=with_lines(found.verified),
    )
    _lines[language] = used
    return queue

"""What became of texts we handed over, written many at a time and never against a newer word."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from alerts.carriers.base import Outcome
from alerts.carriers.errors import Consequence, consequence_of
from alerts.dispatch.bulk import now_sql, quoted, update_from
from alerts.dispatch.callback import HandOver
from alerts.models import Delivery, Message, OutboundStatus

SETTLE_SECONDS = 30
"""How long an unknown text waits for its receipt, and the carrier's list for the text."""

Ending = Literal["accepted", "failed", "queued", "unknown"]

# Only what we ourselves handed over ends here, so `submitting` and `unknown` are all that may be
# replaced: a receipt that was faster says more than our own answer does.
IN_OUR_HANDS = (OutboundStatus.SUBMITTING, OutboundStatus.UNKNOWN)

COLUMNS: dict[Ending, str] = {
    "accepted": "status = 'accepted', sid = v.column3, lease_ends_at = NULL",
    "failed": (
        "status = 'failed', error_code = v.column3, lease_ends_at = NULL, settled_at = {now}"
    ),
    "queued": "status = 'queued', lease_ends_at = NULL, due_at = {later}",
    "unknown": "status = 'unknown', lease_ends_at = {settle}",
}


NEW_NAME = "".join(
    f" AND NOT EXISTS (SELECT 1 FROM {table} o WHERE o.sid = v.column3 AND o.sid <> '')"  # noqa: S608
    for table in (Delivery._meta.db_table, Message._meta.db_table)
)


class Result(NamedTuple):
    """How one hand-over ended, as far as its own request can tell."""

    hand_over: HandOver
    ending: Ending
    word: str = ""
    """The carrier's name for the text when accepted, its error code when failed."""
    is_late: bool = False
    """Whether a queued text waits a moment before it is tried again."""


def result_of(hand_over: HandOver, outcome: Outcome) -> Result:
    """Return what we write about a hand-over the carrier answered with `outcome`."""
    match outcome.kind:
        case "accepted":
            return Result(hand_over, "accepted", outcome.sid)
        case "throttled":
            return Result(hand_over, "queued", is_late=True)
        case "refused" if consequence_of(outcome.code) in WAITS:
            return Result(hand_over, "queued", is_late=True)
        case "refused":
            return Result(hand_over, "failed", outcome.code)
        case _:
            return Result(hand_over, "unknown")


# Certainly not taken, and nothing is wrong with the text: it waits until the carrier, or the
# person who mends our account, is ready. Its own life ends the waiting.
WAITS = (Consequence.SLOW_DOWN, Consequence.STOP_ALL)
LATER_SECONDS = 1.0


def write(results: Iterable[Result]) -> None:
    """Write `results` inside the caller's transaction, one statement per ending and table.

    A result of an earlier attempt, or one that a receipt overtook, changes nothing.
    """
    groups: dict[tuple[Ending, bool, bool], list[Result]] = defaultdict(list)
    for result in results:
        groups[(result.ending, result.is_late, result.hand_over.is_delivery)].append(result)
    for (ending, is_late, is_delivery), group in groups.items():
        model = Delivery if is_delivery else Message
        written = write_alike(model, ending, group, is_late=is_late)
        if ending == "accepted" and len(written) < len(group):
            # A receipt was faster, and this changes nothing; or the carrier gave the name of
            # another text, and its list must tell what became of this one.
            others = [each for each in group if each.hand_over.pk not in written]
            write_alike(model, "unknown", others)


def write_alike(
    model: type[Delivery] | type[Message],
    ending: Ending,
    results: Sequence[Result],
    *,
    is_late: bool = False,
) -> set[object]:
    """Write results that ended alike in one statement; return the keys of the rows changed."""
    columns = COLUMNS[ending].format(
        now=now_sql(),
        later=now_sql(LATER_SECONDS if is_late else 0),
        settle=now_sql(SETTLE_SECONDS),
    )
    rows = [(each.hand_over.pk, each.hand_over.attempt, each.word) for each in results]
    # Not `t.status IN`: by its statistics, gathered while nothing is sent, PostgreSQL finds nothing
    # quicker than the index of what is in flight, and would read all of it for every result.
    where = f"t.attempt = v.column2 AND t.status || '' IN ({quoted(replaced_by(ending))})"
    return set(
        update_from(model, columns, rows, where=where + (NEW_NAME if ending == "accepted" else ""))
    )


def replaced_by(ending: Ending) -> list[str]:
    """Return the states a result may replace: those in our hands that the table allows."""
    if ending == "unknown":
        return [OutboundStatus.SUBMITTING]
    return list(IN_OUR_HANDS)

"""The carrier's word about a text: late, twice, out of order, or before our own is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from alerts.carriers.base import CarrierStatus
from alerts.carriers.errors import TABLE, Consequence
from alerts.dispatch.bulk import Values, now_sql, quoted, update_from
from alerts.dispatch.callback import HandOver
from alerts.dispatch.consequences import Complaint, follow
from alerts.dispatch.crash_points import crash_point
from alerts.models import Delivery, Message
from alerts.models.states import OUTBOUND

RETRY_SECONDS = 60
RETRIED = [error.code for error in TABLE if error.consequence is Consequence.RETRY_ONCE]

SAID: tuple[CarrierStatus, ...] = ("accepted", "sent", "delivered", "undelivered", "failed")
OUT = ("sent", "delivered")
"""What proves that a text is out whichever hand-over it was: sending again would double it."""

FINAL = ("delivered", "undelivered", "failed")

# Written out as conditions: PostgreSQL would join a list of pairs first and then fetch each row
# once for every state it may have come from.
STEPS = " OR ".join(
    f"v.column3 = '{said}' AND t.status IN ({quoted(OUTBOUND.before(said))})" for said in SAID
)

MOVE = f"""
    status = v.column3,
    sid = CASE WHEN v.column4 <> '' THEN v.column4 ELSE t.sid END,
    error_code = CASE WHEN v.column5 <> '' OR v.column3 = 'delivered' THEN v.column5
                      ELSE t.error_code END,
    settled_at = CASE WHEN v.column3 IN ({quoted(FINAL)}) THEN {{now}} ELSE t.settled_at END,
    lease_ends_at = NULL
"""
# One conditional UPDATE is check and lock: of two receipts at once the further one stays. A word
# about an earlier hand-over counts only where it says that the text is out.
MAY_MOVE = f"""
    ({STEPS})
    AND (v.column2 = t.attempt OR v.column2 < t.attempt AND v.column3 IN ({quoted(OUT)}))
"""

# `undelivered` and back to `queued` in one step: the phone was off, and may be on in a minute.
RETRY = "status = 'queued', error_code = v.column5, lease_ends_at = NULL, due_at = {later}"
MAY_RETRY = f"""
    t.status IN ({quoted(OUTBOUND.before("undelivered"))})
    AND v.column2 = t.attempt AND t.error_code <> v.column5
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The carrier's word about one hand-over."""

    hand_over: HandOver
    status: CarrierStatus
    sid: str = ""
    code: str = ""

    @property
    def values(self) -> Values:
        return (self.hand_over.pk, self.hand_over.attempt, self.status, self.sid, self.code)


def store(receipts: Iterable[Receipt]) -> list[Receipt]:
    """Write receipts, and what follows from their error codes, in one transaction.

    Return those that changed a row. Safe to repeat, in any order, together with others. A receipt
    about an unknown text, or one that says less than is known, changes nothing.
    """
    changed: list[Receipt] = []
    with transaction.atomic():
        for batch in each_row_once(receipts):
            for model in (Delivery, Message):
                rows = [each for each in batch if each.hand_over.is_delivery == (model is Delivery)]
                changed += store_alike(model, rows)
        follow(Complaint(each.hand_over, each.code) for each in changed if each.code)
    crash_point("receipt-stored")
    return changed


def each_row_once(receipts: Iterable[Receipt]) -> Iterable[list[Receipt]]:
    """Group receipts so that no row is twice in a group, keeping the order of each row's."""
    waiting = list(receipts)
    while waiting:
        first = {receipt.hand_over.pk: receipt for receipt in reversed(waiting)}
        yield list(first.values())
        waiting = [receipt for receipt in waiting if first[receipt.hand_over.pk] is not receipt]


def store_alike(
    model: type[Delivery] | type[Message], receipts: Sequence[Receipt]
) -> list[Receipt]:
    retried: set[object] = set()
    if again := [each.values for each in receipts if is_retried(each)]:
        later = now_sql(RETRY_SECONDS)
        retried.update(update_from(model, RETRY.format(later=later), again, where=MAY_RETRY))
    rows = [each.values for each in receipts if each.hand_over.pk not in retried]
    moved = update_from(model, MOVE.format(now=now_sql()), rows, where=MAY_MOVE)
    changed = retried.union(moved)
    return [each for each in receipts if each.hand_over.pk in changed]


def is_retried(receipt: Receipt) -> bool:
    """Say whether this is the kind of failure after which a text is tried once more."""
    return receipt.status == "undelivered" and receipt.code in RETRIED

"""Which state may follow which: the one table that code, tests and docs/states.md are made from."""

from collections.abc import Mapping
from dataclasses import dataclass


class WrongState(Exception):
    """A row is no longer in a state that allows the step: somebody was first."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The states of one kind of row and the steps between them."""

    name: str
    steps: Mapping[str, tuple[str, ...]]

    def before(self, state: str) -> list[str]:
        """Return the states that `state` may replace; never empty for a reachable state."""
        return [origin for origin, targets in self.steps.items() if state in targets]

    def allows(self, origin: str, target: str) -> bool:
        """Say whether a row may go from `origin` to `target` in one step."""
        return target in self.steps[origin]


INCIDENT = Machine(
    "Incident",
    {
        "new": ("checking", "verified", "not_ice", "unverifiable", "merged"),
        "checking": ("verified", "not_ice", "unverifiable", "merged"),
        "verified": ("not_ice", "over", "merged"),
        "not_ice": ("checking",),
        "unverifiable": ("checking",),
        "over": ("closed",),
        "closed": (),
        "merged": ("new", "checking"),
    },
)

ALERT = Machine(
    "Alert",
    {
        "draft": ("awaiting_approval", "released", "stopped"),
        "awaiting_approval": ("draft", "released", "stopped"),
        "released": ("finished", "stopped", "expired"),
        "finished": (),
        "stopped": (),
        "expired": (),
    },
)

# Steps may be skipped and are never reversed. `queued` and `given_up` go forward when a late
# receipt of an earlier attempt proves that the text is out: sending again would double it.
OUTBOUND = Machine(
    "Outbound",
    {
        "queued": ("submitting", "skipped", "sent", "delivered"),
        "submitting": (
            "queued",
            "accepted",
            "sent",
            "delivered",
            "undelivered",
            "failed",
            "unknown",
            "skipped",
        ),
        "accepted": ("sent", "delivered", "undelivered", "failed"),
        "sent": ("delivered", "undelivered", "failed"),
        "delivered": (),
        "undelivered": ("queued", "delivered"),
        "failed": (),
        "unknown": (
            "accepted",
            "sent",
            "delivered",
            "undelivered",
            "failed",
            "queued",
            "given_up",
        ),
        "skipped": (),
        "given_up": ("sent", "delivered"),
    },
)

RESPONDER = Machine(
    "Responder",
    {
        "invited": ("active", "left"),
        "active": ("paused", "unreachable", "left"),
        "paused": ("active", "left"),
        "unreachable": ("active", "left"),
        "left": ("invited",),
    },
)

MACHINES = (INCIDENT, ALERT, OUTBOUND, RESPONDER)


def as_markdown() -> str:
    """Return docs/states.md."""
    lines = ["# States", "", "Made from `alerts/models/states.py` by a test; edit that file."]
    for machine in MACHINES:
        lines += ["", f"## {machine.name}", "", "| from | may become |", "| --- | --- |"]
        for origin, targets in machine.steps.items():
            lines.append(f"| `{origin}` | {', '.join(f'`{t}`' for t in targets) or 'ends here'} |")
    return "\n".join(lines) + "\n"

"""Faults on order: a script of rules, drawn from with a seeded generator."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ON_CREATE = frozenset(
    {
        "throttle_429",
        "error_500",
        "accepted_500",
        "reset_before",
        "reset_after_accept",
        "hang",
        "garbage_201",
        "duplicate_sid",
    }
)
BESIDE = frozenset({"unauthorized_401", "delay_ms", "list_off", "undelivered", "callbacks"})
NUMBERS = {
    "probability": 1.0,
    "after": 0.0,
    "seconds": 20.0,
    "ms": 0.0,
    "code": 30008.0,
    "drop": 0.0,
    "duplicate": 0.0,
    "reorder": 0.0,
    "delay_ms": 0.0,
}
FATES = ("undelivered", "failed")


class BadScript(ValueError):
    """A script that cannot be followed; the message says why."""


@dataclass(slots=True)
class Rule:
    """One fault and whom it strikes."""

    fault: str
    values: dict[str, float]
    to: frozenset[str] = frozenset()
    left: float = float("inf")
    """How many requests it may still strike."""
    status: str = "undelivered"
    seen: int = 0

    def strikes(self, number: str, chance: random.Random) -> bool:
        """Decide whether this rule strikes one request, and count it."""
        if self.left <= 0 or (self.to and number not in self.to):
            return False
        self.seen += 1
        if self.seen <= self.values["after"]:
            return False
        if self.values["probability"] < 1 and chance.random() >= self.values["probability"]:
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class Faults:
    """The script in force."""

    on_create: list[Rule] = field(default_factory=list)
    beside: dict[str, list[Rule]] = field(default_factory=dict)
    # Repeatable on purpose; nothing secret is drawn from it.
    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311

    def on(self, number: str) -> Rule | None:
        """Return the rule that strikes a create request for `number`, if one does."""
        for rule in self.on_create:
            if rule.strikes(number, self.chance):
                return rule
        return None

    def besides(self, fault: str, number: str = "") -> Rule | None:
        """Return the rule of one kind that strikes now, if one does."""
        for rule in self.beside.get(fault, ()):
            if rule.strikes(number, self.chance):
                return rule
        return None

    def happens(self, probability: float) -> bool:
        """Throw the dice."""
        return probability > 0 and self.chance.random() < probability


def read_script(data: object) -> Faults:
    """Return the faults a JSON script asks for. Raise BadScript, saying what is wrong with it."""
    script: Mapping[str, Any] = {"rules": data} if isinstance(data, list) else as_object(data)
    if unknown := set(script) - {"rules", "seed"}:
        raise BadScript(f"unknown: {', '.join(sorted(map(str, unknown)))}")
    rules = script.get("rules", [])
    if not isinstance(rules, list):
        raise BadScript("rules must be a list")
    faults = Faults(chance=random.Random(str(script.get("seed", 7))))  # noqa: S311
    for rule in map(read_rule, rules):
        if rule.fault in ON_CREATE:
            faults.on_create.append(rule)
        else:
            faults.beside.setdefault(rule.fault, []).append(rule)
    return faults


def read_rule(data: object) -> Rule:
    """Return one rule; raise BadScript for an unknown fault, a strange key or a wrong value."""
    rule = as_object(data)
    fault = rule.get("fault")
    if not isinstance(fault, str) or fault not in ON_CREATE | BESIDE:
        raise BadScript(f"fault must be one of {', '.join(sorted(ON_CREATE | BESIDE))}")
    if unknown := set(rule) - {"fault", "to", "count", "status", *NUMBERS}:
        raise BadScript(f"unknown: {', '.join(sorted(map(str, unknown)))}")
    to = rule.get("to", [])
    numbers = [to] if isinstance(to, str) else to
    if not isinstance(numbers, list) or not all(isinstance(each, str) for each in numbers):
        raise BadScript("to must be a number or a list of numbers")
    if rule.get("status", "undelivered") not in FATES:
        raise BadScript(f"status must be one of {', '.join(FATES)}")
    return Rule(
        fault=fault,
        values={name: amount(rule, name, default) for name, default in NUMBERS.items()},
        to=frozenset(numbers),
        left=amount(rule, "count", float("inf")),
        status=str(rule.get("status", "undelivered")),
    )


def as_object(data: object) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise BadScript("a script is a list of rules, or an object with rules; a rule is an object")
    return data


def amount(rule: Mapping[str, Any], name: str, default: float) -> float:
    """Return a number that is not negative; raise BadScript for anything else."""
    value = rule.get(name, default)
    if isinstance(value, str) and value.isdecimal():
        value = int(value)  # an error code is often written as a string
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise BadScript(f"{name} must be a number that is not negative")
    return float(value)

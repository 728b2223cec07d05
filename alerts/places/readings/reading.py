"""A reading: one way to understand a text as a place, before it is weighed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from alerts.places.candidate import Kind
from alerts.places.geo import Point
from alerts.places.index.gazetteer import Gazetteer
from alerts.places.matching import Matcher
from alerts.places.mention import Mention, Names
from alerts.places.normal import Token


@dataclass(slots=True)
class Reading:
    """One place that tokens `start` to `end` (exclusive) may mean."""

    point: Point
    label: str
    kind: Kind
    precision_m: int
    score: float
    start: int
    end: int
    why: list[str] = field(default_factory=list)
    key: str = ""
    is_negated: bool = False


@dataclass(slots=True)
class Scene:
    """Everything the readers look at for one text."""

    tokens: Sequence[Token]
    names: Names
    matcher: Matcher
    home: Point
    reach_m: float
    """Beyond this far from `home` places are thought unlikely."""

    @property
    def gazetteer(self) -> Gazetteer:
        """The gazetteer the names were found in."""
        return self.matcher.gazetteer

    def keys(self, start: int, end: int) -> list[str]:
        """Return the folded words of a span; an empty list for an empty or negative one."""
        return [token.key for token in self.tokens[max(0, start) : max(0, end)]]


def spelling_reasons(*mentions: Mention) -> list[str]:
    """Return the reasons that say how the names were found."""
    return sorted({_HOW[m.how] for m in mentions if m.how in _HOW})


_HOW = {"spelling": "spelling", "sound": "sound", "number": "number-only"}

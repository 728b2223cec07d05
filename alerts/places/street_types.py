"""What stands beside a street's name: its type, its direction, "calle"."""

from collections.abc import Sequence
from dataclasses import replace

from alerts.places.lexicon import cues
from alerts.places.mention import Mention
from alerts.places.names import DIRECTIONS, TYPES
from alerts.places.normal import Token
from alerts.places.spans import stems

_BEFORE_STREET = frozenset("la el los las the calle avenida ave bulevar de del".split())
_SAINTS = frozenset(
    "andrews andrew basil louis james paul george charles vincent marys johns".split()
)
"""After these "st" is a saint, not a street."""
_NO_TYPE_AFTER = frozenset("calle avenida way".split())
"""Types that in a text are more often the start of the next name."""


def with_type(mention: Mention, tokens: Sequence[Token]) -> Mention:
    """Take the direction and street type beside a street name along."""
    left, right, kind, direction, typed = mention.start, mention.end, "", "", False
    if right < len(tokens) and not mention.tail:
        kind, right = _type_at(tokens, right)
        typed = bool(kind)
    if right < len(tokens) and tokens[right].key in DIRECTIONS and not _is_meeting(tokens, right):
        direction, right = DIRECTIONS[tokens[right].key], right + 1
    if left and tokens[left - 1].key == "." and left > 1 and tokens[left - 2].key in DIRECTIONS:
        left -= 1
    if left and tokens[left - 1].key in DIRECTIONS and not _is_meeting(tokens, left - 1):
        direction, left, typed = direction or DIRECTIONS[tokens[left - 1].key], left - 1, True
    while left and tokens[left - 1].key in _BEFORE_STREET:
        if tokens[left - 1].key not in cues.ARTICLE:
            typed = True
        left -= 1
    return replace(
        mention,
        left=left,
        right=right,
        type=kind,
        direction=direction,
        typed=typed or bool(direction),
    )


def _type_at(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """Return the street type at `at` and the token after it."""
    token = tokens[at]
    kind = TYPES.get(token.key, "")
    if not kind and token.shape == "hangul":
        kind = next((TYPES[stem] for stem, _ in stems(token.key) if stem in TYPES), "")
    if not kind or token.key in _NO_TYPE_AFTER:
        return "", at
    if token.key == "st" and at + 1 < len(tokens) and tokens[at + 1].key in _SAINTS:
        return "", at
    after = at + 1
    if after < len(tokens) and tokens[after].key == "." and tokens[after].glued:
        after += 1
    return kind, after


def _is_meeting(tokens: Sequence[Token], at: int) -> bool:
    """A lone n or e with a name on each side means "and": "6th n vermont", "6th e union"."""
    if tokens[at].key not in {"n", "e", "y"} or not 0 < at < len(tokens) - 1:
        return False
    before = tokens[at - 1]
    return before.shape not in ("mark", "number") and before.key not in cues.BLOCK | {"of", "de"}

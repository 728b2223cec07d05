"""Places with a name of their own: parks, schools, shops, stations, and chains of them."""

from collections import defaultdict
from collections.abc import Iterator

from alerts.places.geo import metres
from alerts.places.index.gazetteer import Landmark
from alerts.places.index.naming import ALIAS, CORE, FULL, SHARED
from alerts.places.lexicon import cues
from alerts.places.lexicon.kinds import FILLER, KIND_WORDS
from alerts.places.lexicon.words import common
from alerts.places.mention import Mention
from alerts.places.readings.clues import BESIDE_M, support, to_track
from alerts.places.readings.reading import Reading, Scene, spelling_reasons
from alerts.places.spans import stems

MOST_BRANCHES = 5
MOST_BEARERS = 20
"""Branches of one chain that are looked at, nearest first."""
SAME_SPOT_M = 60
LOCAL = 0.72
"""Confidence of the only station of that name near home."""
LOCAL_M = 3_500
_SCORE = {FULL: 0.96, ALIAS: 0.94, SHARED: 0.92, CORE: 0.92}
_JOINTS_BEFORE = FILLER | frozenset("at in en , ( ) -".split())
_JOINTS_AFTER = frozenset("( ) - ' st street ave avenue blvd".split())


def find_landmarks(scene: Scene) -> Iterator[Reading]:
    """Yield the landmarks a text names; branches of a chain are told apart by its clues."""
    spans: dict[tuple[int, int], list[Mention]] = defaultdict(list)
    for mention in scene.names.landmarks:
        spans[mention.start, mention.end].append(mention)
    for mentions in spans.values():
        found = []
        for mention in _nearest(scene, mentions):
            landmark = scene.gazetteer.landmark(mention.target)
            score = mention.score * _SCORE[mention.standing] * _fit(scene, mention, landmark)
            if score > 0.2 and not _is_partial_station(scene, mention, landmark):
                found.append((mention, landmark, score))
        yield from _weigh(scene, found)


def _nearest(scene: Scene, mentions: list[Mention]) -> list[Mention]:
    """Keep the branches of a large chain that are nearest to home."""
    if len(mentions) <= MOST_BEARERS:
        return mentions
    points = scene.gazetteer.landmark_point
    return sorted(mentions, key=lambda m: (metres(points(m.target), scene.home), m.target))[
        :MOST_BEARERS
    ]


def _fit(scene: Scene, mention: Mention, landmark: Landmark) -> float:
    """Return how well a name fits: the bare core of a name needs a word like "school"."""
    if mention.tail.startswith("역") and landmark.kind != "station":
        return 0.3
    whole = _kind_span(scene, mention, landmark.category)
    has_kind = whole is not None
    if mention.standing == CORE:
        if whole is None:
            return 0.0
        return 0.5 if _is_named_area(scene, *whole) else 1.0
    if landmark.kind == "station" and not has_kind:
        return 0.25
    if landmark.kind == "ramp":
        return 0.75 + 0.25 * _has_exit_word(scene, mention)
    words = [t for t in scene.tokens[mention.start : mention.end] if t.shape != "mark"]
    if has_kind or not words[0].key.isascii():
        return 1.0
    if len(words) <= 2 and all(word.key in common() or word.key in FILLER for word in words):
        # "the line", "main gate": plain words unless something says they are a name.
        return 0.25 if len(words) == 1 else 0.5
    if len(words) > 1:
        return 1.0
    is_street = any(
        s.start == mention.start and s.end == mention.end and s.how == "exact"
        for s in scene.names.streets
    )
    return 0.55 if is_street else 1.0


def _is_named_area(scene: Scene, start: int, end: int) -> bool:
    """Say whether core and kind word are a neighbourhood's name: "Echo Park" is not its lake."""
    return any(a.start == start and a.end == end and a.score == 1.0 for a in scene.names.areas)


def _is_partial_station(scene: Scene, mention: Mention, landmark: Landmark) -> bool:
    """Say whether "Vermont station" stands for one of several stations on Vermont.

    Their names are then weighed as a group, by the part of the name they share.
    """
    if landmark.kind != "station" or mention.standing != ALIAS:
        return False
    wanted = KIND_WORDS["station"]
    words = [
        t.key
        for t in scene.tokens[mention.start : mention.end]
        if t.shape != "mark" and t.key not in wanted
    ]
    shared = [n for n in scene.gazetteer.named("".join(words)) if n.standing == CORE]
    return len(shared) > 1


def _kind_span(scene: Scene, mention: Mention, category: str) -> tuple[int, int] | None:
    """Return the tokens of a name with the kind word in or beside it, None without one."""
    wanted = KIND_WORDS.get(category, frozenset())
    start, end = mention.start, mention.end
    before = _beside(scene, start - 1, -1, wanted)
    after = _beside(scene, end, 1, wanted)
    if before >= 0 or after >= 0:
        return (before if before >= 0 else start), (after + 1 if after >= 0 else end)
    inside = scene.tokens[start:end]
    is_inside = any(token.key in wanted for token in inside) or _tail_has(mention, wanted)
    last = inside[-1].key if inside else ""
    is_inside = is_inside or any(last.endswith(word) for word in wanted if not word.isascii())
    return (start, end) if is_inside else None


def _tail_has(mention: Mention, wanted: frozenset[str]) -> bool:
    return any(mention.tail.startswith(end) for end in wanted if not end.isascii())


def _beside(scene: Scene, at: int, step: int, wanted: frozenset[str]) -> int:
    """Return where a kind word stands next to a name, past articles, or -1."""
    joints = _JOINTS_AFTER if step > 0 else _JOINTS_BEFORE
    for _ in range(3):
        if not 0 <= at < len(scene.tokens):
            return -1
        token = scene.tokens[at]
        if token.key in wanted:
            return at
        if token.shape == "hangul" and any(stem in wanted for stem, _ in stems(token.key)):
            return at
        if token.key not in joints:
            return -1
        at += step
    return -1


def _has_exit_word(scene: Scene, mention: Mention) -> bool:
    around = scene.keys(mention.start - 3, mention.end + 4)
    return any(key in cues.EXIT or key in cues.FREEWAY for key in around)


def _weigh(scene: Scene, found: list[tuple[Mention, Landmark, float]]) -> Iterator[Reading]:
    """Yield readings of one span: one landmark, a station of several, or a chain."""
    found = sorted(found, key=lambda item: (-item[2], item[1].key))
    named = [item for item in found if item[0].standing == FULL]
    cores = [item for item in found if item[0].standing == CORE]
    # "Metro MacArthur Park" is the station although the park has the name to itself.
    for group in (named[:1] if len(named) == 1 else [i for i in found if i not in cores], cores):
        if group:
            yield from _branches(scene, _one_per_spot(group))


def _one_per_spot(
    found: list[tuple[Mention, Landmark, float]],
) -> list[tuple[Mention, Landmark, float]]:
    """Keep the best item of each spot, and only those about as good as the best."""
    kept: list[tuple[Mention, Landmark, float]] = []
    for item in found:
        is_new = all(metres(item[1].point, other[1].point) > SAME_SPOT_M for other in kept)
        if is_new and item[2] >= 0.9 * found[0][2]:
            kept.append(item)
    return kept


def _branches(scene: Scene, group: list[tuple[Mention, Landmark, float]]) -> Iterator[Reading]:
    backed = [(support(scene, item[1].point, item[0].start, item[0].end), item) for item in group]
    backed.sort(key=lambda pair: (-round(pair[0], 3), _away(scene, pair[1]), pair[1][1].key))
    for rank, (backing, item) in enumerate(backed[:MOST_BRANCHES]):
        is_alone = rank == 0 and all(other < backing - 0.3 for other, _ in backed[1:])
        reading = _reading(scene, item, backing, is_chain=len(group) > 1, is_alone=is_alone)
        if rank == 0 and len(group) > 1 and _is_the_local_one(scene, [item for _, item in backed]):
            reading.score = max(reading.score, LOCAL)
        reading.score *= 1.0 - 0.01 * rank
        yield reading


def _away(scene: Scene, item: tuple[Mention, Landmark, float]) -> float:
    return metres(item[1].point, scene.home)


def _is_the_local_one(scene: Scene, group: list[tuple[Mention, Landmark, float]]) -> bool:
    """Say whether only the first of some stations is near: "Western station" around here."""
    return (
        group[0][1].kind == "station"
        and _away(scene, group[0]) <= LOCAL_M
        and all(_away(scene, item) > LOCAL_M for item in group[1:])
    )


def _span(scene: Scene, mention: Mention, landmark: Landmark) -> tuple[int, int]:
    """Return the tokens of a name with its kind word, and of the other half of a station's name."""
    whole = _kind_span(scene, mention, landmark.category)
    start, end = whole or (mention.start, mention.end)
    if landmark.kind == "station" and "/" in landmark.label and whole:
        for street in scene.names.streets:
            is_half = scene.gazetteer.street(street.target) in landmark.label
            if is_half and street.how == "exact" and start - 4 <= street.start <= end + 3:
                start, end = min(start, street.start), max(end, street.end)
    return start, end


def _is_said_to_be_elsewhere(scene: Scene, mention: Mention, landmark: Landmark) -> bool:
    """Say whether the words right after a name put it on a street where it is not."""
    after = scene.keys(mention.end, mention.end + 1)
    if not after or after[0] not in {"on", "en", "de", "sobre"}:
        return False
    slack = BESIDE_M + landmark.precision_m
    placing = [
        s
        for s in scene.names.streets
        if s.left in (mention.end, mention.end + 1)
        and not any(a.start <= s.start and s.end <= a.end for a in scene.names.areas)
    ]
    return any(s.how == "exact" for s in placing) and all(
        to_track(scene, landmark.point, s.target) > slack for s in placing
    )


def _reading(
    scene: Scene,
    item: tuple[Mention, Landmark, float],
    backing: float,
    *,
    is_chain: bool,
    is_alone: bool,
) -> Reading:
    mention, landmark, score = item
    kind = landmark.kind
    why = [kind if kind in ("station", "ramp") else "landmark", *spelling_reasons(mention)]
    if is_chain:
        is_chosen = is_alone and backing >= 0.45
        score *= 1.0 if is_chosen else 0.5
        why.append("chain-clue" if is_chosen else "chain")
    elif backing > 0.5:
        score = min(0.98, score * 1.03)
        why.append("agrees")
    elif _is_said_to_be_elsewhere(scene, mention, landmark):
        score *= 0.55
    elif backing <= -0.25:
        score *= 0.9
    return Reading(
        landmark.point,
        landmark.label,
        kind,
        max(20, landmark.precision_m),
        score,
        *_span(scene, mention, landmark),
        why,
        landmark.key,
    )

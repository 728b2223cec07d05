"""From free text to candidates: clean, find names, read them, weigh the readings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from alerts.places import context
from alerts.places.candidate import CONFIDENT, Candidate, Hint
from alerts.places.coordinates import find_coordinates, without_links
from alerts.places.geo import Point
from alerts.places.index.gazetteer import Gazetteer
from alerts.places.index.naming import CORE
from alerts.places.matching import Matcher
from alerts.places.mention import Mention, Names
from alerts.places.mentions import find_names
from alerts.places.normal import Token, clean, fold, tokenise
from alerts.places.ranking import rank
from alerts.places.readings.addresses import find_addresses
from alerts.places.readings.areas import find_areas
from alerts.places.readings.crossings import find_crossings
from alerts.places.readings.landmarks import find_landmarks
from alerts.places.readings.one_street import find_one_street
from alerts.places.readings.ramps import find_ramps
from alerts.places.readings.reading import Reading, Scene
from alerts.places.readings.stretches import find_stretches

Reader = Callable[[Scene], Iterator[Reading]]
_READERS: Sequence[Reader] = (
    find_crossings, find_stretches, find_addresses, find_landmarks, find_ramps, find_areas,
)  # fmt: skip
_BOLD_READERS: Sequence[Reader] = (find_crossings, find_stretches, find_addresses)
BOLD_SHARE = 0.9
"""What a reading is worth whose names had to be repaired against everyday words."""
MOST_TOKENS = 600
REACH_M = 15_000.0


class Resolver:
    """Reads texts against one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Use `gazetteer` for every text."""
        self.gazetteer = gazetteer
        self.matcher = Matcher(gazetteer)

    def resolve(self, text: str, hint: Hint | None = None) -> list[Candidate]:
        """Return the places `text` may mean, best first; empty if it names none.

        Never raises for what a text holds and gives the same answer to the same text.
        """
        hint = hint or Hint()
        plain = clean(text)
        home = _home(hint, self.gazetteer)
        figures = find_coordinates(plain, home)
        if figures:
            return figures
        plain = without_links(plain)
        found = self._read(plain, home, hint.radius_m)
        if hint.before and not (found and found[0].confidence >= CONFIDENT):
            together = self._read(clean(f"{hint.before} & {text}"), home, hint.radius_m)
            if together and together[0].confidence > (found[0].confidence if found else 0.0):
                return [replace(c, why=(*c.why, "with-before")) for c in together]
        return found

    def _read(self, plain: str, home: Point, reach_m: float) -> list[Candidate]:
        tokens = tokenise(context.scrub(fold(plain)))[:MOST_TOKENS]
        names = find_names(tokens, self.matcher)
        scene = self._scene(tokens, names, home, reach_m)
        readings = _readings(scene, _READERS)
        if _is_elsewhere(scene, readings):
            return []
        candidates = rank(_with_turns(scene, readings), scene, plain)
        if candidates and candidates[0].confidence >= CONFIDENT:
            return candidates
        return self._read_boldly(scene, plain) or candidates

    def _read_boldly(self, scene: Scene, plain: str) -> list[Candidate]:
        """Try again with every word taken for a misspelt name, corners by connector only.

        One of the two names must have been found before.
        """
        if not scene.names.streets:
            return []
        bold = self._scene(
            scene.tokens,
            find_names(scene.tokens, self.matcher, boldly=True),
            scene.home,
            scene.reach_m,
        )
        readings = _readings(scene, _READERS)
        for reading in _readings(bold, _BOLD_READERS):
            if "apart" not in reading.why and "adjacent" not in reading.why:
                reading.score *= BOLD_SHARE
                readings.append(reading)
        if not readings:
            readings = list(find_one_street(scene))
        return rank(_with_turns(bold, readings), bold, plain)

    def _scene(self, tokens: Sequence[Token], names: Names, home: Point, reach_m: float) -> Scene:
        spoiled = context.spoiled(tokens)
        verdicts: dict[tuple[int, int], bool] = {}

        def is_meant(mention: Mention) -> bool:
            span = mention.start, mention.end
            if span not in verdicts:
                verdicts[span] = not _is_spoiled(span, tokens, spoiled)
            return verdicts[span]

        kept = Names(
            streets=[m for m in names.streets if is_meant(m)],
            landmarks=[m for m in names.landmarks if is_meant(m)],
            areas=names.areas,
        )
        return Scene(tokens, kept, self.matcher, home, reach_m)


def _is_elsewhere(scene: Scene, readings: Sequence[Reading]) -> bool:
    """Say whether the text names a town that is not ours.

    A name of ours that has the town's in it is ours, and so is one half of a clear corner.
    """
    ours = {
        at
        for mention in (*scene.names.landmarks, *scene.names.areas)
        if mention.score == 1.0 and mention.end - mention.start > 1 and mention.standing != CORE
        for at in range(mention.start, mention.end)
    }
    for reading in readings:
        if reading.kind == "crossing" and reading.score >= CONFIDENT:
            ours.update(range(reading.start, reading.end))
    starts = {street.left for street in scene.names.streets}
    return bool(context.other_towns(scene.tokens, ours, starts))


def _home(hint: Hint, gazetteer: Gazetteer) -> Point:
    if hint.lat is None or hint.lon is None:
        return gazetteer.home
    return hint.lat, hint.lon


def _is_spoiled(span: tuple[int, int], tokens: Sequence[Token], spoiled: set[int]) -> bool:
    if any(at in spoiled for at in range(*span)):
        return True
    return context.is_person(tokens, *span)


def _readings(scene: Scene, readers: Sequence[Reader]) -> list[Reading]:
    return [reading for reader in readers for reading in reader(scene)]


def _with_turns(scene: Scene, readings: list[Reading]) -> list[Reading]:
    """Mark what the text says they left, and favour where it says they went."""
    for reading in readings:
        reading.is_negated = context.is_negated(scene.tokens, reading.start, reading.end)
        if not reading.is_negated and context.is_moved_to(scene.tokens, reading.start):
            reading.score = min(0.99, reading.score * 1.1)
            reading.why.append("moved")
    return readings

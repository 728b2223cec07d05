"""Small words that say how names belong together, read from cues.txt."""

from alerts.places.lexicon.sections import sections

_WORDS = sections("cues.txt")

MEETS = frozenset(_WORDS["meets"])
"""Between two street names: they meet."""
NEAR = frozenset(_WORDS["near"])
"""Between two street names, not as sure as MEETS: beside, close to, cross street."""
BESIDE = frozenset(_WORDS["beside"])
"""Between two names these alone say that the streets meet, or nearly."""
CORNER = frozenset(_WORDS["corner"])
"""Anywhere near two street names side by side: they are a crossing."""
SKIPPED = frozenset(_WORDS["skipped"])
"""Between names these say nothing."""
BETWEEN = frozenset(_WORDS["between"])
EITHER = frozenset(_WORDS["either"])
UNTIL = frozenset(_WORDS["until"])
"""The two ends of a stretch: between A AND B, from A TO B."""
BLOCK = frozenset(_WORDS["block"])
NUMBER_WORDS = frozenset(_WORDS["number_words"])
ARTICLE = frozenset(_WORDS["article"])
IN_AREA = frozenset(_WORDS["in_area"])
HOME_OF = frozenset(_WORDS["home_of"])
"""Before "in Koreatown": where somebody is from, not where something happens."""
AREA_WORDS = frozenset(_WORDS["area_words"])
COUNTED = frozenset(_WORDS["counted"])
"""After a bare figure: a count or a time, not a street."""
ORDINAL_SPOILERS_AFTER = frozenset(_WORDS["ordinal_spoilers_after"])
"""After "3rd" or "tercera": an order in time or rank, not a street."""
MONTHS = frozenset(_WORDS["months"])
PERSON_BEFORE = frozenset(_WORDS["person_before"])
"""Right before a name: it is a person's."""
NOT_PLACE_AFTER = frozenset(_WORDS["not_place_after"])
"""Right after a name: it is a school, a number plate, a team."""
SPEAKS = frozenset(_WORDS["speaks"])
"""Right after a name that no other word places: a person speaks."""
KOREAN_PERSON_ENDS = tuple(_WORDS["korean_person_ends"])
NOT_BEFORE = frozenset(_WORDS["not_before"])
MOVED = frozenset(_WORDS["moved"])
KOREAN_NOT = tuple(_WORDS["korean_not"])
EXIT = frozenset(_WORDS["exit"])
FREEWAY_NUMBERS = frozenset(_WORDS["freeway_numbers"])
"""Numbers that are read as freeways where the words around them fit."""
BOUND = frozenset(_WORDS["bound"])
"""After the number of a freeway: which way."""
FREEWAY = frozenset(_WORDS["freeway"])
STATION_WORDS = frozenset(_WORDS["station_words"])
KOREAN_TAIL = tuple(_WORDS["korean_tail"])
"""What may hang on a Korean name, each possibly several times."""
KOREAN_AND = tuple(_WORDS["korean_and"])
KOREAN_CORNER = tuple(_WORDS["korean_corner"])

"""Free text in three languages becomes a place, offline.

    >>> from alerts.places import resolve
    >>> resolve("ICE vans at 6th n vermnt")[0].label
    '6th St & Vermont Ave'

The core imports no Django and can be used by itself.
"""

from alerts.places.answers import pick
from alerts.places.candidate import CONFIDENT, Candidate, Hint, choices, needs_question
from alerts.places.index.build import NoPlaces, build_index
from alerts.places.index.gazetteer import Gazetteer
from alerts.places.index.layout import UnusableIndex
from alerts.places.opening import load, resolve, sources, use
from alerts.places.resolver import Resolver
from alerts.places.rows import PlaceRow

__all__ = [
    "CONFIDENT", "Candidate", "Gazetteer", "Hint", "NoPlaces", "PlaceRow", "Resolver",
    "UnusableIndex", "build_index", "choices", "load", "needs_question", "pick", "resolve",
    "sources", "use",
]  # fmt: skip

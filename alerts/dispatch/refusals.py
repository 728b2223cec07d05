"""Why dispatch says no: one exception for each thing a caller may treat differently.

`str()` of each is a sentence to show to a person.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Something dispatch does not do, and why."""

    sentence: str | Promise = _("This cannot be done.")

    def __init__(self, sentence: str | Promise = "") -> None:
        super().__init__(sentence or self.sentence)

    def __str__(self) -> str:
        return str(self.args[0])


class NotVerified(Refusal):
    """Nobody verified the incident, and this kind is never sent without that."""

    sentence = _("This incident is not verified: nothing about it goes to responders.")


class NotLocated(Refusal):
    """The incident has no place, so nobody is near it."""

    sentence = _("Set the place of the incident first.")


class KindNotAllowed(Refusal):
    """This kind of text says something that is not so."""

    sentence = _("This kind of text does not fit what is known about the incident.")


class NothingToFollow(Refusal):
    """There is no alert that an update, all clear or correction could refer to."""

    sentence = _("No alert went out about this incident, so there is nothing to follow up.")


class WordsNotAllowed(Refusal):
    """The typed words hold something that must not go out."""

    sentence = _("These words cannot be sent.")


class TooManyWords(WordsNotAllowed):
    """The typed words are longer than the table of kinds allows."""

    sentence = _("Your own words may have at most 60 characters.")


class TextFails(Refusal):
    """The text cannot be made in every language, so it goes to nobody."""

    sentence = _("The text cannot be made in every language, so nothing is sent to anyone.")


class AlreadyReleased(Refusal):
    """Somebody released it first."""

    sentence = _("This was released already.")


class Superseded(Refusal):
    """What it says is no longer what is known, or somebody stopped or changed it."""

    sentence = _("Something changed since this was written. Look at it again before it goes out.")


class SamePerson(Refusal):
    """The one who wrote it cannot be the second person."""

    sentence = _("You wrote this: another person has to look at it and release it.")


class PlaceDoesNotMatch(Refusal):
    """The second person did not type the place."""

    sentence = _("Type the name of the place as it is shown, so that it is read once more.")

"""The texts to people who write to us."""

from pathlib import Path

import pytest

from alerts.dispatch.segments import count
from alerts.intake import wording
from alerts.models import Network

TEXTS = Path(wording.__file__).parent / "texts"
NAMES = sorted(path.stem for path in (TEXTS / "en").glob("*.txt"))
FACTS = {
    "place": "Olympic Blvd & Westmoreland Ave",
    "choices": ["Home Depot (Wilshire and Union)", "Home Depot (Sunset and St Andrews)"],
}


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.mark.parametrize("language", ["es", "ko"])
def test_it_says_everything_in_every_language(language: str) -> None:
    assert sorted(path.stem for path in (TEXTS / language).glob("*.txt")) == NAMES


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", NAMES)
def test_it_fits_one_cheap_text(network: Network, language: str, name: str) -> None:
    cost = count(wording.word(name, language, network=network, **FACTS))
    assert cost.encoding == "GSM-7"
    assert cost.segments == 1 or name == "which"


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_fits_the_digits_of_a_check_into_one_text(network: Network, language: str) -> None:
    text = wording.word("digits", language, network=network, is_checking=True)
    assert " 7 " in text
    assert count(text).segments == 1


@pytest.mark.parametrize("name", NAMES)
def test_it_takes_two_parts_at_most_in_korean(network: Network, name: str) -> None:
    assert count(wording.word(name, "ko", network=network, **FACTS)).segments <= 2


@pytest.mark.parametrize("language", ["en", "es", "ko"])
@pytest.mark.parametrize("name", NAMES)
def test_it_begins_with_who_we_are(network: Network, language: str, name: str) -> None:
    text = wording.word(name, language, network=network, **FACTS)
    assert text.lstrip("[").startswith(network.short_name_in(language))
    assert "{" not in text


def test_it_shows_places_as_typed(network: Network) -> None:
    text = wording.word("placed", "en", network=network, place="<b>7-Eleven</b> & Co")
    assert "<b>7-Eleven</b> & Co" in text

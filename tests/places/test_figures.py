"""The figures that are promised, held on the labelled texts."""

import pytest

from bench.places_texts import FILES, Score, labelled, score


@pytest.fixture(scope="module", params=[*FILES, "held out"])
def figures(request, resolver) -> Score:
    texts = [text for name in FILES for text in labelled(name)]
    if request.param == "held out":
        return score([text for text in texts if text.is_held_out], resolver.resolve)
    return score(labelled(request.param), resolver.resolve)


def test_it_finds_the_place_first_in_95_of_100_texts(figures):
    assert figures.share("first", "place") >= 0.95
    assert figures.share("among five", "place") >= 0.98


def test_it_finds_it_in_every_language(figures):
    for language in ("en", "es", "ko"):
        assert figures.share(f"first {language}", f"place {language}") >= 0.92


def test_it_hardly_ever_names_a_wrong_place(figures):
    assert figures.share("wrong", "texts") <= 0.01


def test_it_leaves_texts_without_a_place_alone(figures):
    assert figures.share("left alone", "none") >= 0.975


def test_it_shows_doubt_where_there_is_some(figures):
    assert figures.share("doubted", "ambiguous") >= 0.9

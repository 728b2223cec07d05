import pytest

from alerts.places import Candidate, Resolver, load


@pytest.fixture(scope="session")
def resolver(tmp_path_factory) -> Resolver:
    """The shipped gazetteer, built once."""
    return Resolver(load(cache_dir=tmp_path_factory.mktemp("places")))


@pytest.fixture(scope="session")
def answer(resolver):
    """The label of the confident first answer to a text, None where there is none."""

    def ask(text: str) -> str | None:
        found = resolver.resolve(text)
        return found[0].label if found and found[0].is_confident else None

    return ask


@pytest.fixture(scope="session")
def first(resolver):
    """The first candidate for a text."""

    def ask(text: str) -> Candidate:
        return resolver.resolve(text)[0]

    return ask

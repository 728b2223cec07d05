"""Whoever made the maps is named wherever places are shown."""

import pytest

from alerts.places.shipped import ATTRIBUTION

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/report/"])
def test_it_names_the_makers_of_the_map_to_neighbours(client, path):
    assert ATTRIBUTION in client.get(path).content.decode()


def test_it_names_the_makers_of_the_map_at_the_desk(verifier):
    assert ATTRIBUTION in verifier.get("/desk/").content.decode()

"""Neighbourhoods and places that exist without the shipped gazetteer."""

from collections.abc import Callable

import pytest

from alerts.models import Area, AreaCell
from alerts.models.places import cell_at

SIXTH_AND_VERMONT = (34.063387, -118.291765)
FAR_AWAY = (33.95, -118.40)


@pytest.fixture
def make_area(db: None) -> Callable[..., Area]:
    """An area of one cell."""

    def make(name: str = "Koreatown", at: tuple[float, float] = SIXTH_AND_VERMONT) -> Area:
        area = Area.objects.create(key=name, name=name, polygon={}, lat=at[0], lon=at[1])
        AreaCell.objects.create(area=area, cell=cell_at(*at))
        return area

    return make

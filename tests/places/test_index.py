"""The index file: built from rows, mapped, replaced while in use."""

import pytest

from alerts.places import (
    NoPlaces,
    PlaceRow,
    Resolver,
    UnusableIndex,
    build_index,
    load,
    resolve,
    sources,
    use,
)
from alerts.places.index.layout import MAGIC

SOURCE = "Map data: the city of Rosario."


def crossing(one: str, two: str, lat: float = 20.5, lon: float = -103.3, **details) -> PlaceRow:
    return PlaceRow(
        key=f"x-{one}-{two}",
        kind="crossing",
        name=f"{one} & {two}",
        lat=lat,
        lon=lon,
        precision_m=15,
        source=SOURCE,
        details={"streets": [one, two], **details},
    )


def landmark(name: str, category: str = "", lat: float = 20.5, lon: float = -103.3, names=()):
    return PlaceRow(
        key=f"l-{name}-{lat}-{lon}",
        kind="landmark",
        name=name,
        names=tuple(names),
        lat=lat,
        lon=lon,
        source=SOURCE,
        details={"category": category},
    )


def house(street: str, low: int, high: int, line) -> PlaceRow:
    return PlaceRow(
        key=f"r-{street}-{low}",
        kind="address",
        name=f"{low}-{high} {street}",
        lat=line[0][0],
        lon=line[0][1],
        source=SOURCE,
        details={"street": street, "low": low, "high": high, "line": line},
    )


@pytest.fixture
def resolver_of(tmp_path):
    """A resolver over the rows of a made-up city."""

    def build(*rows: PlaceRow) -> Resolver:
        build_index(rows, tmp_path / "city.idx")
        return Resolver(load(tmp_path / "city.idx"))

    return build


def test_it_works_in_a_city_whose_street_types_stand_in_front(resolver_of):
    city = resolver_of(
        crossing("Calle Hidalgo", "Avenida Juárez"),
        crossing("Calle Hidalgo", "Avenida Niños Héroes", lat=20.51),
    )

    found = city.resolve("hay una redada en hidalgo y juarez")

    assert found[0].label == "Calle Hidalgo & Avenida Juárez"
    assert city.resolve("hidalgo con niños heroes")[0].lat == pytest.approx(20.51)


def test_it_interpolates_house_numbers_along_the_line(resolver_of):
    city = resolver_of(house("W Elm St", 100, 198, [[20.5, -103.3], [20.5, -103.301]]))

    middle = city.resolve("148 elm st")[0]

    assert middle.lon == pytest.approx(-103.30049, abs=2e-5)
    assert middle.label == "148 W Elm St"


def test_it_places_a_number_between_known_ones_less_surely(resolver_of):
    city = resolver_of(
        house("Elm St", 100, 100, [[20.5, -103.3]]), house("Elm St", 190, 190, [[20.5, -103.301]])
    )

    exact, between = city.resolve("100 elm st")[0], city.resolve("150 elm st")[0]

    assert between.lon == pytest.approx(-103.30056, abs=2e-5)
    assert between.confidence < exact.confidence
    assert "range-gap" in between.why


def test_it_finds_a_landmark_by_its_kind_in_another_language(resolver_of):
    city = resolver_of(landmark("Benito Juárez School", "school"))

    assert city.resolve("afuera de la primaria benito juarez")[0].label == "Benito Juárez School"
    assert city.resolve("benito juarez is my uncle") == []


def test_it_tells_the_branches_of_a_chain_apart_by_the_street(resolver_of):
    city = resolver_of(
        crossing("Elm St", "Oak St"),
        crossing("Pine St", "Ash St", lat=20.53),
        landmark("Superama"),
        landmark("Superama", lat=20.5301),
    )

    assert not city.resolve("ice at the superama")[0].is_confident
    assert city.resolve("ice at the superama on pine st")[0].lat == pytest.approx(20.5301)


def test_it_finds_areas_by_name_and_restricts_to_them(resolver_of):
    square = [
        [[-103.31, 20.49], [-103.29, 20.49], [-103.29, 20.51], [-103.31, 20.51], [-103.31, 20.49]]
    ]
    city = resolver_of(
        crossing("Elm St", "Oak St"),
        PlaceRow(
            key="a-1",
            kind="area",
            name="Barrio Alto",
            lat=20.5,
            lon=-103.3,
            precision_m=1500,
            source=SOURCE,
            details={"polygon": {"type": "Polygon", "coordinates": square}},
        ),
    )

    assert city.resolve("redada en barrio alto")[0].kind == "area"
    assert "in-area" in city.resolve("elm & oak in barrio alto")[0].why


def test_it_keeps_the_attribution_of_every_source(resolver_of):
    city = resolver_of(crossing("Elm St", "Oak St"))

    assert city.gazetteer.sources == [SOURCE]


def test_it_builds_nothing_from_nothing(tmp_path):
    with pytest.raises(NoPlaces):
        build_index([], tmp_path / "empty.idx")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"short", MAGIC + b"\xff" * 64, b"x" * 4096])
def test_it_says_so_when_a_file_is_no_index(tmp_path, content):
    path = tmp_path / "broken.idx"
    path.write_bytes(content)

    with pytest.raises(UnusableIndex):
        load(path)


def test_it_says_so_when_an_index_was_cut_short(tmp_path):
    whole = tmp_path / "whole.idx"
    build_index([crossing("Elm St", "Oak St")], whole)
    cut = tmp_path / "cut.idx"
    cut.write_bytes(whole.read_bytes()[:-200])

    with pytest.raises(UnusableIndex):
        load(cut)


def test_it_reads_a_new_index_as_soon_as_the_old_one_is_replaced(tmp_path):
    path = tmp_path / "city.idx"
    build_index([crossing("Elm St", "Oak St")], path)
    use(path)
    try:
        assert resolve("elm & oak")[0].label == "Elm St & Oak St"
        build_index([crossing("Ash St", "Oak St"), crossing("Ash St", "Fir St")], path)

        assert resolve("ash & oak")[0].label == "Ash St & Oak St"
        assert resolve("elm & oak") == []
        assert sources() == [SOURCE]
    finally:
        use(None)


def test_it_builds_the_shipped_gazetteer_once_for_all_workers(tmp_path):
    first = load(cache_dir=tmp_path)
    (index,) = tmp_path.iterdir()
    made_at = index.stat().st_mtime_ns

    again = load(cache_dir=tmp_path)

    assert index.stat().st_mtime_ns == made_at
    assert again.sources == first.sources
    assert "City of Los Angeles" in first.sources[0]


def test_it_gives_the_same_bytes_for_the_same_rows(tmp_path):
    rows = [crossing("Elm St", "Oak St"), landmark("Rosario Market", "market")]

    build_index(rows, tmp_path / "one.idx")
    build_index(rows, tmp_path / "two.idx")

    assert (tmp_path / "one.idx").read_bytes() == (tmp_path / "two.idx").read_bytes()

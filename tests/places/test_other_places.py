"""House numbers, landmarks, stations, exits and neighbourhoods: what is understood."""

import pytest

ADDRESSES = {
    "450 s western ave": "450 S Western Ave",
    "estan en el 928 S Western": "928 S Western Ave",
    "3130 wilshire, going into the lobby": "3130 W Wilshire Blvd",
    "por el 1050 de la vermont sur": "1050 S Vermont Ave",
    "hobart 736, tocando puertas": "736 S Hobart Blvd",
    "2,940 W. Olympic Blvd": "2940 W Olympic Blvd",
    "2700 block of W 8th St": "2700 block of W 8th St",
    "35xx w 5th st": "3500 block of W 5th St",
    "100 block N Normandie": "100 block of N Normandie Ave",
}
LANDMARKS = {
    "redada en el parque MacArthur": "MacArthur Park",
    "mcarther park": "MacArthur Park",
    "맥아더 파크에": "MacArthur Park",
    "la migra en frente de la primaria Hobart": "Hobart Boulevard Elementary",
    "iglesia San Basilio": "St Basil Catholic Church",
    "Seoul Intl Park parking lot": "Seoul International Park",
    "마당몰 H마트 앞": "Madang Courtyard (H Mart)",
    "across from the mexican consulate": "Consulate of Mexico",
    "several ICE buses at Union Station": "Union Station",
    "outside lapd olympic station": "LAPD Olympic Station",
    "ICE at Home Depot on Wilshire/Union": "Home Depot (Wilshire and Union)",
    "el Home Depot de Sunset": "Home Depot (Sunset and St Andrews)",
    "home depot hollywood": "Home Depot (Sunset and St Andrews)",
    "ralphs in koreatown": "Ralphs (Western)",
}
STATIONS = {
    "metro MacArthur park / Westlake": "Westlake/MacArthur Park Station",
    "Vermont metro (the Wilshire one)": "Wilshire/Vermont Station",
    "윌셔 웨스턴역 입구": "Wilshire/Western Station",
    "vermont/beverly station": "Vermont/Beverly Station",
    "normandie metro": "Wilshire/Normandie Station",
}
EXITS = {
    "nb 101 off ramp at Alvarado": "US-101 at Alvarado St",
    "the 10 fwy western exit": "I-10 at Western Ave",
    "la salida de normandie en el 10": "I-10 at Normandie Ave",
    "I-10 at Hoover, trucks on the ramp": "I-10 at Hoover St",
    "the 10 and arlington": "I-10 at Arlington Ave",
}
AREAS = {
    "ICE in ktown today?": "Koreatown",
    "한인타운에 단속 있나요": "Koreatown",
    "que hay migra en pico union": "Pico-Union",
    "ice sweeping boyle heights": "Boyle Heights",
    "ice is all over hollywood": "Hollywood",
}


@pytest.mark.parametrize(("text", "label"), ADDRESSES.items())
def test_it_finds_house_numbers_and_blocks(first, text, label):
    found = first(text)

    assert (found.label, found.kind, found.is_confident) == (label, "address", True)


@pytest.mark.parametrize(("text", "label"), LANDMARKS.items())
def test_it_finds_landmarks_and_branches_by_a_second_clue(answer, text, label):
    assert answer(text) == label


@pytest.mark.parametrize(("text", "label"), STATIONS.items())
def test_it_finds_stations(answer, text, label):
    assert answer(text) == label


@pytest.mark.parametrize(("text", "label"), EXITS.items())
def test_it_finds_freeway_exits(first, text, label):
    found = first(text)

    assert (found.label, found.kind, found.is_confident) == (label, "ramp", True)


@pytest.mark.parametrize(("text", "label"), AREAS.items())
def test_it_claims_no_more_than_a_neighbourhood(first, text, label):
    found = first(text)

    assert (found.label, found.kind) == (label, "area")
    assert found.precision_m > 1_000


def test_it_tells_a_neighbourhood_from_two_streets(answer):
    assert answer("raids in pico-union") == "Pico-Union"
    assert answer("raid at pico y union") == "Pico Blvd & Union Ave"
    assert answer("pico/union") == "Pico Blvd & Union Ave"


def test_it_reads_an_address_on_the_side_the_text_names(first):
    north, south = first("213 N Vermont Ave"), first("213 S Vermont Ave")

    assert north.lat > south.lat


def test_it_keeps_the_key_of_the_gazetteer(first):
    assert first("madang food court").place_key == "Lmadang"

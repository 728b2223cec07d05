"""Two streets that meet: what is understood, in the words people use."""

import pytest


def same_corner(label: str, expected: str) -> bool:
    return set(label.split(" & ")) == set(expected.split(" & "))


WAYS_TO_SAY_AND = [
    "ICE at 6th and Vermont",
    "ICE at 6th & vermont",
    "6th/vermont",
    "6th x Vermont",
    "6th @ vermont",
    "6th n vermont",
    "6th + Vermont",
    "vermont at 6th",
    "corner of 6th and Vermont",
    "intersection of Vermont & 6th St",
    "6th vermont corner",
    "its on 6th, cross street vermont",
    "on Vermont near 6th",
    "en la 6th con vermont",
    "vermont esq 6th",
    "la sexta y vermont",
    "en la sexta esquina con la vermont",
    "cerca de vermont y la 6",
    "la 6 y vermont",
    "calle 6 y avenida vermont",
    "6가 버몬트",
    "버몬트랑 6가",
    "버몬트하고 6가 코너",
    "육가와 버몬트 사거리",
    "버몬트 6번가에서",
]
WAYS_TO_WRITE_A_STREET = [
    "W 6th St & S Vermont Ave",
    "West Sixth Street and South Vermont Avenue",
    "6th St. & Vermont Ave.",
    "SIXTH AND VERMONT",
    "sixth st / vermont av",
    "Ｗｉｌｔｏｎ? no: 6th and vermont",
]
MISSPELT = {
    "6th n vermnt": "6th St & Vermont Ave",
    "wilshre & westren": "Wilshire Blvd & Western Ave",
    "normandy & olimpic": "Normandie Ave & Olympic Blvd",
    "migra en juver y pico": "Hoover St & Pico Blvd",
    "guilshir y bermont": "Wilshire Blvd & Vermont Ave",
    "tersera y albarado": "3rd St & Alvarado St",
    "jeferson y la western": "Jefferson Blvd & Western Ave",
    "inrgaham at western": "Ingraham St & Western Ave",
    "st andrws & 4th": "St Andrews Pl & 4th St",
    "bonie bray and 6th": "Bonnie Brae St & 6th St",
    "new hamshire and 5th": "New Hampshire Ave & 5th St",
    "west moreland & 8th": "Westmoreland Ave & 8th St",
}
OTHER_NAMES = {
    "Saint Andrews & Wilshire": "St Andrews Pl & Wilshire Blvd",
    "san andres y la 8va": "St Andrews Pl & 8th St",
    "mlk and vermont": "Martin Luther King Jr Blvd & Vermont Ave",
    "cesar chavez & soto": "Cesar E Chavez Ave & Soto St",
    "james wood & vermont": "James M Wood Blvd & Vermont Ave",
    "fig & 7th": "Figueroa St & 7th St",
}
NUMBERED = {
    "4th & vernon": "4th Ave & Vernon Ave",
    "4th & vermont": "4th St & Vermont Ave",
    "Figueroa and Avenue 26": "Figueroa St & Avenue 26",
    "la once y western": "11th St & Western Ave",
    "la ocho y alvarado": "8th St & Alvarado St",
}
HANGUL = {
    "웨스턴이랑 윌셔에 ICE 있어요": "Western Ave & Wilshire Blvd",
    "올림픽이랑 놀만디 만나는 데": "Olympic Blvd & Normandie Ave",
    "윌셔 노르망디 사거리": "Wilshire Blvd & Normandie Ave",
    "메인하고 7가 코너": "Main St & 7th St",
    # No alias in the gazetteer: heard.
    "윌셔랑 로레인 코너": "Wilshire Blvd & Lorraine Blvd",
    "3가 플리머스 근처": "3rd St & Plymouth Blvd",
    "Wilshire하고 Kingsley에서": "Wilshire Blvd & Kingsley Dr",
}
CORRECTED = {
    "not at wilshire & western anymore, they moved to wilshire & kingsley": (
        "Wilshire Blvd & Kingsley Dr"
    ),
    "Correction it's 8th and Harvard not 9th and Harvard": "8th St & Harvard Blvd",
    "ya no estan en la 5 y western, se movieron a la 3 y western": "3rd St & Western Ave",
    "no es wilshire y kenmore, es wilshire y catalina": "Wilshire Blvd & Catalina St",
    "올림픽 아니고 피코 버몬트예요": "Pico Blvd & Vermont Ave",
}
BESIDE_THE_POINT = {
    "7th & union (not union station)": "7th St & Union Ave",
    "outside the western union on 6th and bonnie brae": "6th St & Bonnie Brae St",
    "3 vans olympic/wilton": "Olympic Blvd & Wilton Pl",
    "hey its Virgil, ice is at vermont and wilshire": "Vermont Ave & Wilshire Blvd",
    "call me 213-555-0142 im at olympic and berendo": "Olympic Blvd & Berendo St",
    "ICE - Pico Blvd / Vermont Ave - 07:40 - 3 vehicles": "Pico Blvd & Vermont Ave",
    "🚨8th 🚨 & 🚨western 🚨": "8th St & Western Ave",
}


@pytest.mark.parametrize("text", WAYS_TO_SAY_AND + WAYS_TO_WRITE_A_STREET)
def test_it_reads_sixth_and_vermont(answer, text):
    assert same_corner(answer(text) or "nothing", "6th St & Vermont Ave")


@pytest.mark.parametrize(("text", "place"), (MISSPELT | OTHER_NAMES).items())
def test_it_repairs_spelling_and_knows_other_names(answer, text, place):
    assert same_corner(answer(text) or "nothing", place)


@pytest.mark.parametrize(("text", "place"), (NUMBERED | HANGUL).items())
def test_it_knows_numbered_streets_and_hangul(answer, text, place):
    assert same_corner(answer(text) or "nothing", place)


@pytest.mark.parametrize(("text", "place"), (CORRECTED | BESIDE_THE_POINT).items())
def test_it_takes_the_place_that_is_meant(answer, text, place):
    assert same_corner(answer(text) or "nothing", place)


def test_it_says_why_it_chose(first):
    found = first("ICE @ Normandy & Olimpic")

    assert found.words == "Normandy & Olimpic"
    assert {"crossing", "connector", "sound"} <= set(found.why)
    assert found.sentence().startswith("“Normandy & Olimpic” → Normandie Ave & Olympic Blvd:")


def test_it_is_less_sure_of_a_repaired_name(first):
    assert first("8th and catelina").confidence < first("8th and catalina").confidence


@pytest.mark.parametrize(
    "text",
    ["Vermont btwn 6th and 7th", "en la vermont entre la 6 y la 7", "버몬트 6가하고 7가 사이"],
)
def test_it_finds_the_middle_of_a_stretch(first, text):
    found = first(text)

    assert found.label == "Vermont Ave between 6th St and 7th St"
    assert found.lat == pytest.approx(34.06173, abs=1e-4)
    assert found.precision_m > 100

"""Bad and strange input: what is read from it, and that nothing breaks."""

import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

COORDINATES = {
    "34.0637,-118.2917": (34.0637, -118.2917),
    "at 34.0637, -118.2917 now": (34.0637, -118.2917),
    "34.0637 N 118.2917 W": (34.0637, -118.2917),
    "N34.0637 W118.2917": (34.0637, -118.2917),
    "-118.2917, 34.0637": (34.0637, -118.2917),
    "34.0637, 118.2917": (34.0637, -118.2917),
    "34°03'49.3\"N 118°17'30.1\"W": (34.06369, -118.29169),
    "https://maps.google.com/?q=34.0637,-118.2917": (34.0637, -118.2917),
    "https://www.google.com/maps/@34.0637,-118.2917,17z": (34.0637, -118.2917),
    "https://www.google.com/maps/place/x/@34.1,-118.2,17z/data=!3d34.0637!4d-118.2917": (
        34.0637,
        -118.2917,
    ),
    "https://maps.apple.com/?ll=34.0637,-118.2917": (34.0637, -118.2917),
    "https://www.openstreetmap.org/?mlat=34.0637&mlon=-118.2917#map=17/34.1/-118.2": (
        34.0637,
        -118.2917,
    ),
    "https://www.openstreetmap.org/#map=17/34.0637/-118.2917": (34.0637, -118.2917),
    "https://waze.com/ul?ll=34.0637%2C-118.2917&navigate=yes": (34.0637, -118.2917),
    "https://www.bing.com/maps?cp=34.0637~-118.2917": (34.0637, -118.2917),
    "geo:34.0637,-118.2917": (34.0637, -118.2917),
}


@pytest.mark.parametrize(("text", "point"), COORDINATES.items())
def test_it_reads_coordinates_and_map_links(first, text, point):
    found = first(text)

    assert (found.lat, found.lon) == pytest.approx(point, abs=2e-5)
    assert found.kind == "point"
    assert found.is_confident


@pytest.mark.parametrize(
    "text",
    [
        "99.1234, -190.1234",
        "48.8566, 2.3522",
        "https://maps.google.com/?q=pizza",
        "https://goo.gl/maps/abc",
        "34.06, 7.5 agents",
        "https://evil.example/?q=34.0637,-118.2917",
    ],
)
def test_it_takes_no_point_that_is_out_of_range_far_away_or_no_map_link(resolver, text):
    assert [c for c in resolver.resolve(text) if c.kind == "point"] == []


@pytest.mark.parametrize(
    "text",
    [
        "6th\u200b and\u200b ver\u200bmont",
        "\u202e6th and vermont\u202c",
        "６ｔｈ ａｎｄ Ｖｅｒｍｏｎｔ",
        "6th аnd Vеrmоnt",
        "6th\u00a0and\u2003vermont",
        "6th\r\nand\tvermont",
        unicodedata.normalize("NFD", "6가 버몬트"),
        unicodedata.normalize("NFD", "la séxta y vermont"),
        "6th and vermont" + "!" * 5_000,
        "please help " * 900 + " 6th and vermont",
    ],
    ids=["zero width", "bidi", "wide", "cyrillic", "spaces", "lines", "jamo", "marks", "!", "long"],
)
def test_it_reads_through_disguises(answer, text):
    assert set((answer(text) or "nothing").split(" & ")) == {"6th St", "Vermont Ave"}


def test_it_asks_when_a_text_names_six_places(resolver):
    found = resolver.resolve(
        "6th and vermont, 8th and western, pico and union, olympic and hoover, "
        "3rd and normandie, beverly and virgil"
    )

    assert not found[0].is_confident
    assert len(found) == 6


def test_it_keeps_a_flood_of_names_quick(resolver):
    flood = " ".join(["vermont", "wilshre", "normandi", "olimpic", "western"] * 400)

    assert resolver.resolve(flood) == resolver.resolve(flood)


PARTS = st.sampled_from(
    "6th vermont and & la sexta y 버몬트 랑 6가 코너 wilshire / , . ! - between entre or not to "
    "928 3,250 35xx block home depot metro 101 exit koreatown in chicago http://x.y 34.05 -118.29 "
    "ñ é ㄱ 가 \u200b \u202e 🚨 ' \" ( ) [ \\ %".split()
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(PARTS, max_size=25).map(" ".join),
        st.text(alphabet=string.printable, max_size=80),
    )
)
def test_it_never_raises_and_always_answers_the_same(resolver, text):
    found = resolver.resolve(text)

    assert found == resolver.resolve(text)
    assert all(0 <= c.confidence <= 1 and abs(c.lat) <= 90 for c in found)
    assert all(c.precision_m > 0 and c.label for c in found)
    assert [c.confidence for c in found] == sorted((c.confidence for c in found), reverse=True)

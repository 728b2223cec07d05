"""The texts: one segment where it can be one, the right facts, and all languages or none."""

import shutil
import tomllib
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.dispatch import facts, wording
from alerts.dispatch.facts import Facts
from alerts.dispatch.refusals import TextFails
from alerts.dispatch.segments import count
from alerts.dispatch.wording import word
from alerts.models import Kind, Network, Verification, WhatItWas

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
TYPICAL = Facts(
    code="K-042",
    at=datetime(2026, 11, 23, 10, 42, tzinfo=LOS_ANGELES),
    place="W 6th St & S Vermont Ave",
    agents="6",
    vehicles="3",
    activity="questioning",
    seen_by="two_reporters",
    reports=3,
    next_update=datetime(2026, 11, 23, 11, 10, tzinfo=LOS_ANGELES),
    alert_at=datetime(2026, 11, 23, 10, 42, tzinfo=LOS_ANGELES),
    what_it_was="probation",
)
LANGUAGES = ("en", "es", "ko")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind.values)
def test_it_takes_one_segment_for_typical_facts(kind, language):
    body = word(kind, language, TYPICAL, network=Network()).body
    counted = count(body)
    assert counted.segments == 1, body
    assert counted.encoding == ("UCS-2" if language == "ko" else "GSM-7")


@pytest.mark.parametrize("what", WhatItWas.values)
@pytest.mark.parametrize("language", ["en", "es"])
def test_it_corrects_in_one_segment_whatever_it_was(what, language):
    told = replace(TYPICAL, what_it_was=what)
    assert word(Kind.CORRECTION, language, told, network=Network()).segments == 1


@pytest.mark.parametrize("what", WhatItWas.values)
def test_it_corrects_in_korean_in_two_segments_at_most(what):
    told = replace(TYPICAL, what_it_was=what)
    assert word(Kind.CORRECTION, "ko", told, network=Network()).segments <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_words_for_everything_that_can_be_known(language):
    words = wording.words_of(facts.TEXTS, language)
    assert set(words["what_it_was"]) == set(WhatItWas.values)
    assert set(words["seen_by"]) == set(Verification.SeenBy.values)
    known = tomllib.loads((facts.TEXTS / "reading.toml").read_text(encoding="utf-8"))
    assert set(words["activity"]) == set(known["activity"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind.values)
def test_it_names_source_code_time_and_place_in_every_text(kind, language):
    body = word(kind, language, TYPICAL, network=Network()).body
    assert Network().short_name_in(language) in body
    assert "K-042" in body
    assert ("10:42" if language == "ko" else "10:42am") in body
    assert "6th" in body and "Vermont" in body


@pytest.mark.parametrize("kind", Kind.values)
def test_it_says_the_facts_it_has_room_for_in_english(kind):
    body = word(kind, "en", TYPICAL, network=Network()).body
    assert (
        body
        == {
            "check": "Ktown RRN CHECK K-042 10:42am NOT confirmed, don't share: 6 people, 3 cars, "
            "W 6th & S Vermont. Going? 1+minutes, 2 no. There: 5 it is ICE 6 other 7 nothing.",
            "alert": "Ktown RRN VERIFIED K-042 10:42am: 6 ICE agents questioning people, 3 cars, "
            "W 6th & S Vermont. Observers: stay back, film, don't interfere. Reply 1 going 2 no.",
            "update": "Ktown RRN UPDATE K-042 10:42am, W 6th & S Vermont: ICE agents still there. "
            "Stay back, film, don't interfere. Reply 1 going 2 no 3 here 4 left. Update 11:10am.",
            "enough": "Ktown RRN ENOUGH K-042 10:42am: enough observers at W 6th & S Vermont. "
            "If you are not there yet, please stand by. Thank you.",
            "all_clear": "Ktown RRN ALL CLEAR K-042 10:42am: agents left W 6th & S Vermont. "
            "Do not travel there. Saw something? Text us. Thank you.",
            "stand_down": "Ktown RRN STAND DOWN K-042 10:42am: leave W 6th & S Vermont now, calmly "
            "and together. Do not go there. Reply 4 when you are away.",
            "correction": "Ktown RRN CORRECTION K-042 (W 6th & S Vermont 10:42am): NOT immigration "
            "agents. It was county probation. No action needed. Please tell anyone you told.",
            "drill": "Ktown RRN K-042 10:42am: practice only, nothing is happening at "
            "W 6th & S Vermont. Answer as if it were real: 1 going 2 no 3 here 4 left.",
        }[kind]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_never_drops_what_was_typed(language):
    typed = "NE lot behind the market, come from the Shatto side please!!"
    body = word(Kind.ALERT, language, replace(TYPICAL, words=typed), network=Network()).body
    assert typed in body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind.values)
def test_it_leaves_out_what_is_not_known(kind, language):
    bare = Facts(code="K-001", at=TYPICAL.at, place="MacArthur Park", what_it_was="other")
    bare = replace(bare, alert_at=TYPICAL.at)
    body = word(kind, language, bare, network=Network()).body
    assert "None" not in body
    assert "  " not in body and " ," not in body and " ." not in body
    assert body.count("(") == body.count(")")


@pytest.mark.parametrize(
    ("language", "prefix"), [("en", "DRILL "), ("es", "SIMULACRO "), ("ko", "[훈련] ")]
)
@pytest.mark.parametrize("kind", Kind.values)
def test_it_marks_every_text_of_a_drill(kind, language, prefix):
    body = word(kind, language, replace(TYPICAL, is_drill=True), network=Network()).body
    assert body.startswith(prefix)


def test_it_spells_a_place_without_dear_characters_in_spanish():
    told = replace(TYPICAL, place="Plaza Olímpica – “La Única”")
    body = word(Kind.ALERT, "es", told, network=Network()).body
    assert 'Plaza Olimpica - "La Unica"' in body
    assert count(body).encoding == "GSM-7"


def test_it_says_midnight_and_noon_as_people_do():
    noon = replace(TYPICAL, at=TYPICAL.at.replace(hour=12, minute=5))
    night = replace(TYPICAL, at=TYPICAL.at.replace(hour=0, minute=5))
    assert " 12:05pm" in word(Kind.ALERT, "en", noon, network=Network()).body
    assert " 12:05am" in word(Kind.ALERT, "en", night, network=Network()).body
    assert " 00:05 " in word(Kind.ALERT, "ko", night, network=Network()).body


@pytest.fixture
def own_texts(tmp_path, monkeypatch):
    """A copy of the texts that a test may break."""
    folder = tmp_path / "texts"
    shutil.copytree(facts.TEXTS, folder)
    monkeypatch.setattr(wording, "TEXTS", folder)
    return folder


@pytest.mark.parametrize(
    "broken",
    [
        "{% if %}",
        "{{ source }} {{ colour }}",
        "{{ source|unheard_of }}",
        "   ",
    ],
)
def test_it_refuses_a_text_that_cannot_be_made(own_texts, broken):
    (own_texts / "ko" / "alert.txt").write_text(broken, encoding="utf-8")
    assert word(Kind.ALERT, "en", TYPICAL, network=Network()).segments == 1
    with pytest.raises(TextFails, match="Korean"):
        word(Kind.ALERT, "ko", TYPICAL, network=Network())


def test_it_refuses_a_text_that_is_missing(own_texts):
    (own_texts / "es" / "check.txt").unlink()
    with pytest.raises(TextFails, match="Spanish"):
        word(Kind.CHECK, "es", TYPICAL, network=Network())


def test_it_refuses_a_language_whose_words_cannot_be_read(own_texts):
    (own_texts / "es" / "words.toml").write_text("[clock", encoding="utf-8")
    with pytest.raises(TextFails, match="Spanish"):
        word(Kind.ALERT, "es", TYPICAL, network=Network())


def test_it_refuses_a_fact_there_are_no_words_for(own_texts):
    with pytest.raises(TextFails):
        word(Kind.CORRECTION, "en", replace(TYPICAL, what_it_was="martians"), network=Network())

"""The words by which people leave, join or ask for help."""

import pytest

from alerts.intake.words import Goodbye, goodbye_in, plain, whole_word


@pytest.mark.parametrize(
    ("text", "meaning", "language"),
    [
        ("STOP", "leave", "en"),
        (" stop. ", "leave", "en"),
        ("S\u200bT\u200bOP 🛑", "leave", "en"),
        ("ＳＴＯＰ！", "leave", "en"),
        ("Opt-out", "leave", "en"),
        ("ALTO", "leave", "es"),
        ("¡NO MÁS!", "leave", "es"),
        ("no mas", "leave", "es"),
        ("중지", "leave", "ko"),
        ("수신 거부", "leave", "ko"),
        ("수신거부.", "leave", "ko"),
        ("ALTA", "join", "es"),
        ("join", "join", "en"),
        ("가입", "join", "ko"),
        ("Ayuda!", "help", "es"),
        ("info", "help", ""),
        ("도움말", "help", "ko"),
        ("Sí", "yes", "es"),
        ("예", "yes", "ko"),
    ],
)
def test_it_knows_a_whole_word(text: str, meaning: str, language: str) -> None:
    word = whole_word(text)
    assert word is not None
    assert (word.meaning, word.language) == (meaning, language)


@pytest.mark.parametrize(
    "text",
    ["", "🛑", "stop at 8th", "stopp", "altoo", "bus stop", "para la calle 8", "중지하지 마세요"],
)
def test_it_knows_no_word_in_anything_else(text: str) -> None:
    assert whole_word(text) is None


def test_it_tells_words_apart_that_differ_by_one_letter() -> None:
    assert whole_word("alta").meaning == "join"
    assert whole_word("alto").meaning == "leave"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("please stop texting me", "en"),
        ("Wrong number, sorry!", "en"),
        ("You have the wrong number", "en"),
        ("remove me from your list", "en"),
        ("quítenme por favor", "es"),
        ("Número equivocado", "es"),
        ("no me manden mensajes", "es"),
        ("보내지 마세요", "ko"),
        ("문자 그만 보내세요", "ko"),
        ("잘못 보내셨어요", "ko"),
    ],
)
def test_it_hears_a_goodbye_in_a_sentence(text: str, language: str) -> None:
    assert goodbye_in(text) == Goodbye(language, is_all=True)


def test_it_notices_that_a_goodbye_may_be_quoted() -> None:
    heard = goodbye_in("agents at my door, I told them leave me alone")
    assert heard == Goodbye("en", is_all=False)


def test_it_hears_no_goodbye_where_there_is_none() -> None:
    assert goodbye_in("they stopped a van at 8th and Vermont") is None


def test_it_keeps_hangul_whole_and_drops_accents() -> None:
    assert plain("  ¡Sí, señor!  Don’t 한인타운 1️⃣ ") == "si senor dont 한인타운 1"

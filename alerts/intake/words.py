"""The words by which people leave, join or ask for help, in three languages.

The whole text has to be such a word, after NFKC, without case, accents, punctuation and emoji;
never something like it: ALTA joins, ALTO leaves. A few sentences leave too.
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal

Meaning = Literal["leave", "join", "help", "yes"]


@dataclass(frozen=True, slots=True)
class Word:
    """What a whole text means, and the language it was said in (empty: several use it)."""

    meaning: Meaning
    language: str = ""


# The seven words of 47 CFR 64.1200(a)(10) with Twilio's, and what they are in our languages.
WHOLE: dict[tuple[Meaning, str], str] = {
    ("leave", "en"): "stop, quit, end, revoke, opt out, optout, cancel, unsubscribe, stopall, "
    "stop all",
    ("leave", "es"): "alto, parar, para, pare, paren, baja, cancelar, terminar, detener, salir, "
    "basta, no mas, desuscribir",
    ("leave", "ko"): "중지, 그만, 정지, 해지, 취소, 거부, 수신거부, 수신 거부, 구독취소, 구독 취소",
    ("join", "en"): "start, join, unstop",
    ("join", "es"): "inicio, alta, unirse, unirme",
    ("join", "ko"): "시작, 가입, 참여",
    ("help", "en"): "help",
    ("help", "es"): "ayuda, auxilio",
    ("help", "ko"): "도움, 도움말, 정보",
    ("help", ""): "info",
    ("yes", "en"): "yes",
    ("yes", "es"): "si",
    ("yes", "ko"): "예, 네",
}

LEAVING_SENTENCES: dict[str, str] = {
    "en": "stop texting me, stop messaging me, stop sending, dont text me, do not text me, "
    "no more texts, no more messages, remove me, take me off, wrong number, leave me alone, "
    "you have the wrong number, unsubscribe me",
    "es": "no me manden, no me mande, no me manden mensajes, no me escriban, dejen de escribirme, "
    "dejen de mandarme mensajes, quitenme, quiteme, quitenme de la lista, numero equivocado, "
    "ya no quiero mensajes, no quiero mensajes, dejenme en paz, denme de baja",
    "ko": "보내지 마세요, 보내지 마, 문자 그만, 문자 그만 보내세요, 그만 보내세요, 잘못 보내셨, "
    "잘못 보내셨어요, 잘못 보내셨습니다, 번호 잘못, 수신을 거부합니다, 연락하지 마세요",
}

# What may stand around such a sentence without making it a story of its own.
COURTESIES = frozenset(
    "please now thanks thank you hi hello hey sorry from this the your list messages texts ok"
    " number you have i am not it is to me and"
    " por favor ya gracias hola disculpe perdon mensajes mas este de la lista su es tiene"
    " 제발 이제 감사합니다 죄송합니다 죄송하지만 안녕하세요 문자 더 이상 메시지 번호 를 을".split()
)


def plain(text: str) -> str:
    """Return the letters and digits of `text` in small letters, words parted by one space.

    Accents, emoji, punctuation and characters without a width are gone; Hangul stays whole.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    parts = unicodedata.normalize("NFKD", folded)
    kept = "".join(_plain_character(character) for character in parts)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return character
    # An apostrophe or a mark stands inside a word, everything else between two.
    return "" if category[0] == "M" or category == "Cf" or character in "'’ʼ" else " "


BY_WORD = {
    word: Word(meaning, language)
    for (meaning, language), line in WHOLE.items()
    for word in line.split(", ")
}
BY_SENTENCE = {
    plain(sentence): language
    for language, line in LEAVING_SENTENCES.items()
    for sentence in line.split(", ")
}


def whole_word(text: str) -> Word | None:
    """Return what `text` means when all of it is one of our words."""
    return BY_WORD.get(plain(text))


@dataclass(frozen=True, slots=True)
class Goodbye:
    """A sentence by which somebody leaves."""

    language: str
    is_all: bool
    """Whether the text says nothing else; otherwise it may be a report that quotes it."""


def goodbye_in(text: str) -> Goodbye | None:
    """Return the leaving sentence in `text`, the longest if there are several."""
    words = f" {plain(text)} "
    found = [sentence for sentence in BY_SENTENCE if f" {sentence} " in words]
    if not found:
        return None
    longest = max(found, key=len)
    around = words.replace(f" {longest} ", " ", 1).split()
    return Goodbye(BY_SENTENCE[longest], is_all=COURTESIES.issuperset(around))

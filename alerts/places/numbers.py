"""Numbers as street names: 6th, sixth, sexta, la 6, 6가 are one street."""

from functools import cache, lru_cache

from alerts.places.normal import ordinal

_ENGLISH = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_ENGLISH_TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty"}
_SPANISH = (
    "primera segunda tercera cuarta quinta sexta septima octava novena decima undecima "
    "duodecima decimotercera decimocuarta decimoquinta"
).split()
_SPANISH_MORE = {7: ("setima", "septimo"), 10: ("decimo",), 6: ("sesta",), 1: ("primer",)}
_SPANISH_COUNT = (
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro "
    "veinticinco veintiseis veintisiete veintiocho veintinueve treinta"
).split()
_ENGLISH_COUNT = "one two three four five six seven eight nine ten eleven twelve".split()
_KOREAN_DIGITS = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_KOREAN_ENDS = ("가", "번가", "스트리트")

MOST_SPELT = 59
"""Numbered streets above this are written in figures only."""

COUNT_WORDS = {word: n for n, word in enumerate(_SPANISH_COUNT, 1)} | {
    word: n for n, word in enumerate(_ENGLISH_COUNT, 1)
}
"""Counting words people use for numbered streets: "la ocho y Vermont"."""

KOREAN_STREET_ENDS = ("번가", "가")
"""What follows the figure in Korean: 6가, 6번가."""


def numbered(base: str) -> int:
    """Return 6 for the street name "6th", 0 for a name that is no ordinal."""
    digits = base[:-2]
    if not digits.isdigit():
        return 0
    return int(digits) if ordinal(int(digits)) == base else 0


@lru_cache(maxsize=256)
def spellings(number: int) -> tuple[str, ...]:
    """Return the ways to write street `number` in words: sixth, sexta, 육가."""
    if not 0 < number <= MOST_SPELT:
        return ()
    words = [_english(number)]
    if number <= len(_SPANISH):
        words.append(_SPANISH[number - 1])
    words += _SPANISH_MORE.get(number, ())
    korean = _korean(number)
    return (*words, *(korean + end for end in _KOREAN_ENDS))


def _english(number: int) -> str:
    if number <= len(_ENGLISH):
        return _ENGLISH[number - 1]
    tens, ones = number // 10 * 10, number % 10
    if not ones:
        return _ENGLISH_TENS[tens][:-1] + "ieth"
    return f"{_ENGLISH_TENS[tens]} {_ENGLISH[ones - 1]}"


def _korean(number: int) -> str:
    tens, ones = divmod(number, 10)
    lead = "" if not tens else ("" if tens == 1 else _KOREAN_DIGITS[tens]) + "십"
    return lead + _KOREAN_DIGITS[ones]


@cache
def number_words() -> frozenset[str]:
    """Return every spelling of a numbered street, as a look-up key."""
    return frozenset(
        spelling.replace(" ", "")
        for number in range(1, MOST_SPELT + 1)
        for spelling in spellings(number)
    )

"""What people type, made fit to store."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.intake.cleaning import clean


def test_it_takes_out_what_cannot_be_stored_or_turns_the_page_around() -> None:
    assert clean("a\0b\u202ec\u2066d\u200ee\ud800f\x1bg") == "abcdefg"


def test_it_keeps_lines_emoji_and_three_languages() -> None:
    text = "👨‍👩‍👧 ¡La migra!\n8가 버몬트"
    assert clean(text.replace("\n", "\r\n") + " ") == text


@given(st.text())
def test_it_can_always_be_encoded_and_is_stable(text: str) -> None:
    once = clean(text)
    once.encode()
    assert "\0" not in once
    assert len(once) <= 4_000


def test_it_cuts_after_the_limit() -> None:
    assert len(clean("가" * 5_000)) == 4_000

"""Which language a text is in."""

import json
from pathlib import Path

import pytest

from alerts.intake.language import guess

TEXTS = Path(__file__).parent.parent / "data" / "report_texts.jsonl"


@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_it_knows_the_language_of_reports(language: str) -> None:
    rows = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    texts = [row["text"] for row in rows if row["lang"] == language]
    right = sum(guess(text) == language for text in texts)
    assert len(texts) > 20
    assert right / len(texts) >= 0.97


@pytest.mark.parametrize("text", ["", "1", "🚨🚨", "8th", "ICE", "Vermont / Wilshire"])
def test_it_does_not_guess_from_too_little(text: str) -> None:
    assert guess(text, otherwise="ko") == "ko"


def test_it_reads_decomposed_characters() -> None:
    assert guess("¿dónde están?") == "es"
    assert guess("한인타운") == "ko"

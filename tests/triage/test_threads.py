from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import InboundText, Message, OptOut, ReportReceipt
from alerts.models.keys import suppression_of
from alerts.models.people import phone_digests
from alerts.triage.threads import QUESTIONS, lines_of, open_thread
from alerts.triage.wording import TEXTS

HTMX = {"HX-Request": "true"}
LANGUAGES = ("en", "es", "ko")


@pytest.fixture
def replied():
    """A text that came in as part of the conversation about a report."""

    def make(report, body):
        return InboundText.objects.create(
            number=report.number,
            **phone_digests(report.number),
            body=body,
            reading=InboundText.Reading.THREAD,
            incident=report.incident,
        )

    return make


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_it_asks_in_the_reporters_language_in_one_segment(verifier, gathered, language, question):
    report = gathered(language=language)

    verifier.post(f"/desk/reports/{report.pk}/ask/", {"question": question})

    message = Message.objects.get(purpose="question")
    assert (message.number, message.language) == (report.number, language)
    assert message.written_by == verifier.person
    assert message.segments == 1, message.body


def test_it_has_every_text_in_every_language():
    names = {path.name for path in (TEXTS / "en").glob("*.txt")}
    for language in LANGUAGES:
        assert {path.name for path in (TEXTS / language).glob("*.txt")} == names


def test_it_sends_typed_words_in_the_cheap_spelling(verifier, gathered):
    report = gathered()

    verifier.post(f"/desk/reports/{report.pk}/ask/", {"words": "Don’t go closer — are you safe?"})

    assert Message.objects.get().body == "Don't go closer - are you safe?"


def test_it_asks_a_web_reporter_on_their_page(verifier, gathered):
    receipt, _secret = ReportReceipt.objects.issue()
    report = gathered(receipt=receipt)

    verifier.post(f"/desk/reports/{report.pk}/ask/", {"question": "where"})

    note = receipt.notes.get()
    assert (note.purpose, note.number, note.written_by) == ("question", None, verifier.person)


@pytest.mark.parametrize("typed", [{}, {"words": "   "}, {"words": "x" * 481}, {"question": "why"}])
def test_it_asks_nothing_that_is_no_question(verifier, gathered, typed):
    report = gathered()

    answer = verifier.post(f"/desk/reports/{report.pk}/ask/", typed, headers=HTMX)

    assert "Choose a question" in answer.content.decode()
    assert not Message.objects.exists()


def test_it_asks_nobody_who_left(verifier, gathered):
    report = gathered()
    OptOut.objects.create(digest=suppression_of(report.number), source="word")

    answer = verifier.post(f"/desk/reports/{report.pk}/ask/", {"question": "where"}, headers=HTMX)

    assert "cannot be asked" in answer.content.decode()
    assert not Message.objects.exists()


def test_it_shows_the_conversation_in_order(verifier, gathered, replied):
    report = gathered("la migra", language="es")
    verifier.post(f"/desk/reports/{report.pk}/ask/", {"question": "where"})
    replied(report, "en la 6 y Vermont")

    lines = lines_of(report)
    assert [line.is_ours for line in lines] == [False, True, False]
    assert lines[2].body == "en la 6 y Vermont"
    page = verifier.get(f"/desk/incidents/{report.incident.pk}/").content.decode()
    assert "en la 6 y Vermont" in page
    assert "Waiting" in page


def test_it_shows_nobody_elses_conversation(verifier, gathered, replied):
    report, other = gathered("vans"), gathered("agents")
    replied(other, "I am behind the market")

    assert [line.body for line in lines_of(report)] == ["vans"]


def test_it_knows_whose_next_text_is_an_answer(verifier, gathered):
    report = gathered()
    assert open_thread(report.number) is None

    verifier.post(f"/desk/reports/{report.pk}/ask/", {"question": "still"})
    assert open_thread(report.number) == report


def test_it_closes_a_conversation_with_time_and_with_the_judgement(verifier, gathered, make_person):
    report = gathered()
    verifier.post(f"/desk/reports/{report.pk}/ask/", {"question": "still"})
    Message.objects.update(created_at=timezone.now() - timedelta(hours=3))
    assert open_thread(report.number) is None

    Message.objects.update(created_at=timezone.now())
    report.incident.judge("unverifiable", by=make_person())
    assert open_thread(report.number) is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hola", "1 segment"),
        ("x" * 161, "2 segments"),
        ("안녕" * 40, "2 segments"),
        ("", "One segment holds 160"),
    ],
)
def test_it_counts_segments_while_somebody_types(verifier, words, said):
    answer = verifier.post("/desk/segments/", {"words": words}).content.decode().strip()

    assert answer.startswith(said)

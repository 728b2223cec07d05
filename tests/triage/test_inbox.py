import re
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Event, InboundText, Incident, Report
from alerts.models.fields import Sealed
from alerts.models.people import phone_digests
from alerts.triage.gathering import gather


@pytest.fixture
def make_text(numbers):
    def make(body="vans at 6th and vermont", *, number="", **columns):
        number = number or numbers()
        return InboundText.objects.create(
            **{
                "number": number,
                **phone_digests(number),
                "body": body,
                "reading": InboundText.Reading.REPORT,
                **columns,
            }
        )

    return make


@pytest.fixture
def text_of_report(make_text, make_report):
    def make(body="vans at 6th and vermont", **columns):
        report = make_report(body, **columns)
        gather(report)
        return make_text(body, number=report.number, report=report, incident=report.incident)

    return make


def test_it_shows_texts_and_forms_with_what_they_were_read_as(verifier, make_text, gathered):
    make_text("STOP", reading=InboundText.Reading.LEAVE)
    make_text("1 10", reading=InboundText.Reading.ANSWER)
    gathered("seen from my window", number=None)

    page = verifier.get("/desk/inbox/").content.decode()

    for words in ("STOP", "1 10", "seen from my window", "Leaves", "Answer", "Web form"):
        assert words in page
    only = verifier.get("/desk/inbox/?reading=answer").content.decode()
    assert "1 10" in only
    assert "seen from my window" not in only


@pytest.mark.parametrize("query", ["reading=x", "before=yesterday", "before=2026-99-99T00:00Z"])
def test_it_ignores_a_query_it_cannot_read(verifier, make_text, query):
    make_text()
    assert verifier.get(f"/desk/inbox/?{query}").status_code == 200


def test_it_leads_to_older_texts(verifier, make_text):
    now = timezone.now()
    for row in range(101):
        make_text(f"text number {row:03d}", received_at=now - timedelta(minutes=row))

    page = verifier.get("/desk/inbox/").content.decode()
    assert "text number 099" in page
    assert "text number 100" not in page

    older = re.search(r'href="(\?[^"]*before=[^"]*)"', page)[1].replace("&amp;", "&")
    assert "text number 100" in verifier.get(f"/desk/inbox/{older}").content.decode()


def test_it_makes_a_report_of_an_answer(verifier, make_text):
    text = make_text("3 vans at 8th and normandie", reading=InboundText.Reading.ANSWER)

    verifier.post(f"/desk/inbox/{text.pk}/", {"reading": "report"})

    text.refresh_from_db()
    assert (text.reading, text.other_reading) == ("report", "answer")
    assert text.report.text == text.body
    assert "8th" in text.report.incident.place_label
    event = text.report.incident.events.get(what=Event.What.REASSIGNED)
    assert event.by == verifier.person


def test_it_makes_an_answer_of_a_report(verifier, text_of_report, make_check, gathered):
    incident = gathered("somewhere else", at=(34.05, -118.3)).incident
    scout = make_check(incident).responder
    text = text_of_report("5 four in vests", at=None, number=scout.number)
    InboundText.objects.filter(pk=text.pk).update(responder=scout)
    was = text.report.incident

    verifier.post(f"/desk/inbox/{text.pk}/", {"reading": "answer"})

    text.refresh_from_db()
    assert text.answer.what == "confirmed"
    assert text.incident == incident
    assert text.report.incident is None
    assert was.reports.count() == 0
    assert Report.objects.filter(pk=text.report.pk).exists()


def test_it_makes_part_of_a_conversation_of_a_report(verifier, gathered, text_of_report, numbers):
    number = numbers()
    first = gathered(number=number)
    verifier.post(f"/desk/reports/{first.pk}/ask/", {"question": "where"})
    text = text_of_report("behind the olympic market", number=number, at=(34.0527, -118.3143))
    assert text.report.incident != first.incident

    verifier.post(f"/desk/inbox/{text.pk}/", {"reading": "thread"})

    text.refresh_from_db()
    assert (text.reading, text.incident) == ("thread", first.incident)


def test_it_goes_back_and_forth_without_losing_the_report(
    verifier, gathered, text_of_report, numbers
):
    number = numbers()
    first = gathered(number=number)
    verifier.post(f"/desk/reports/{first.pk}/ask/", {"question": "where"})
    text = text_of_report("behind the market", number=number, at=(34.0527, -118.3143))

    verifier.post(f"/desk/inbox/{text.pk}/", {"reading": "thread"})
    verifier.post(f"/desk/inbox/{text.pk}/", {"reading": "report"})

    text.refresh_from_db()
    assert text.report.incident is not None
    assert Report.objects.count() == 2


@pytest.mark.parametrize("reading", ["", "nonsense", "leave", "report"])
def test_it_changes_nothing_for_a_reading_that_cannot_be(verifier, text_of_report, reading):
    text = text_of_report()
    verifier.post(f"/desk/inbox/{text.pk}/", {"reading": reading})

    text.refresh_from_db()
    assert (text.reading, text.report.incident) == ("report", Incident.objects.get())


def test_it_makes_no_answer_without_an_open_alert(verifier, text_of_report, make_responder):
    text = text_of_report("1 10")
    InboundText.objects.filter(pk=text.pk).update(responder=make_responder())

    page = verifier.post(f"/desk/inbox/{text.pk}/", {"reading": "answer"}, follow=True)

    assert "It cannot be that" in page.content.decode()
    text.refresh_from_db()
    assert text.reading == "report"


def test_it_shows_the_others_beside_a_text_that_cannot_be_opened(
    verifier, text_of_report, make_text
):
    lost, kept = text_of_report("the words nobody reads again"), make_text("agents on 8th")
    Report.objects.filter(pk=lost.report_id).update(text=Sealed(b"\x02zz" + b"0" * 40))
    InboundText.objects.filter(pk=lost.pk).update(
        body=Sealed(b"\x02zz" + b"0" * 40), number=Sealed(b"\x02zz" + b"0" * 40)
    )

    inbox = verifier.get("/desk/inbox/").content.decode()
    incident = verifier.get(f"/desk/incidents/{lost.incident_id}/").content.decode()

    assert "agents on 8th" in inbox
    for page in (inbox, incident):
        assert "(cannot be read with the keys we have)" in page
    assert kept.number not in inbox

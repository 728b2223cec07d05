"""The queue that many open pages share."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.triage import holding
from tests.triage.test_pages import said


def queue(browser, look: str = "", here: object = "", **headers) -> str:
    query = {"look": look, "here": str(here)}
    return browser.get("/desk/queue/", query, headers=headers).content.decode()


def test_it_is_read_once_for_pages_that_heard_the_same_news(
    verifier, approver, gathered, django_assert_num_queries
):
    gathered()
    first = queue(verifier, "a1")
    queue(approver)  # the first page of a session notes that somebody is there

    # Who they are, whether they may, and whether sending is stopped.
    with django_assert_num_queries(4):
        assert queue(approver, "a1") == first


def test_it_shows_what_happened_to_whoever_heard_of_it(verifier, approver, gathered):
    incident = gathered().incident
    queue(verifier, "a2")
    holding.claim(incident, by=approver.person)

    assert "held by Aroon" in queue(verifier, "a3")


def test_it_shows_a_persons_own_act_at_once(verifier, gathered):
    incident = gathered().incident
    queue(verifier, "a4")
    verifier.post(f"/desk/incidents/{incident.pk}/claim/")

    assert "held by you" in queue(verifier)
    assert "held by you" in verifier.get("/desk/").content.decode()


def test_it_says_to_each_reader_what_is_theirs(verifier, approver, make_incident):
    held, other = make_incident(), make_incident(label="8th St & Irolo St")
    holding.claim(held, by=approver.person)

    hers = queue(verifier, "a5", here=other.pk)
    his = queue(approver, "a5", here=held.pk)

    assert "held by Aroon" in hers
    assert "held by you" not in hers
    assert "held by you" in his
    assert "held by Aroon" not in his
    assert re.findall(r'id="go-([^"]+)"[^>]* aria-current', hers) == [str(other.pk)]
    assert re.findall(r'id="go-([^"]+)"[^>]* aria-current', his) == [str(held.pk)]


def test_it_speaks_the_language_of_each_reader(verifier, gathered):
    gathered(still_going="yes")

    assert "still going on" in queue(verifier, "a6")
    assert "still going on" not in queue(verifier, "a6", **{"Accept-Language": "ko"})


def test_it_changes_a_line_with_all_that_the_line_shows(verifier, make_incident, make_person):
    incident = make_incident(reported_at=timezone.now() - timedelta(minutes=20))
    before = said(verifier.get("/desk/queue/"))
    assert "6th St" in before
    assert "20 min" in before

    incident.locate(lat=34.06, lon=-118.3, label="8th St & Irolo St", confidence=1)
    incident.give_code()
    incident.reported_at -= timedelta(minutes=3)
    incident.save(update_fields=["reported_at"])
    after = said(verifier.get("/desk/queue/"))

    for words in ("8th St", incident.code, "23 min"):
        assert words in after
    assert "6th St" not in after


@pytest.mark.parametrize("rows", [1, 8])
def test_it_looks_nobody_up_whose_claim_is_over(
    verifier, make_incident, make_person, django_assert_num_queries, rows
):
    for _row in range(rows):
        incident = make_incident()
        incident.claim(by=make_person())
        incident.claim_ends_at = timezone.now() - timedelta(minutes=1)
        incident.save(update_fields=["claim_ends_at"])
    verifier.get("/desk/queue/")

    with django_assert_num_queries(10):
        verifier.get("/desk/queue/")

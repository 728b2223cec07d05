from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from alerts.models import (
    AlreadyClaimed,
    AlreadyJudged,
    Answer,
    Event,
    Incident,
    IncidentStatus,
    Message,
    Network,
    Photo,
    ReportReceipt,
    Verification,
)
from alerts.triage.evidence import Evidence, EvidenceMissing, Missing
from alerts.triage.judging import WhatItWasMissing, end, give_up, judge, reopen

VERIFIED, NOT_ICE, UNVERIFIABLE = (
    IncidentStatus.VERIFIED,
    IncidentStatus.NOT_ICE,
    IncidentStatus.UNVERIFIABLE,
)
ATTESTED = Evidence(
    seen_by="trained_person", agency_by="ERO on two vests", note="Ana called me at 10:41"
)
TWO = Evidence(seen_by="two_reporters", agency_by="ICE on the van")
PHOTO = Evidence(seen_by="checked_photo", agency_by="vest in the photo")


def lacking(incident: Incident, evidence: Evidence, by: object) -> tuple[Missing, ...]:
    with pytest.raises(EvidenceMissing) as caught:
        judge(incident, by=by, outcome=VERIFIED, evidence=evidence)
    assert Incident.objects.get(pk=incident.pk).status != VERIFIED
    assert not Verification.objects.exists()
    return caught.value.missing


# -- What verified needs -----------------------------------------------------------------


def test_it_verifies_on_the_word_of_a_trained_person_with_a_note(gathered, make_person):
    incident, by = gathered().incident, make_person()

    judge(incident, by=by, outcome=VERIFIED, salute={"size": "4"}, evidence=ATTESTED)

    assert (incident.status, incident.judged_by, incident.salute) == (VERIFIED, by, {"size": "4"})
    assert incident.verification.note == "Ana called me at 10:41"
    assert incident.code.startswith("K-")
    assert Event.What.JUDGED in [event.what for event in incident.events.all()]


def test_it_wants_a_note_when_no_scout_confirmed(gathered, make_person):
    evidence = Evidence(seen_by="trained_person", agency_by="vests")

    assert lacking(gathered().incident, evidence, make_person()) == (Missing.TRAINED_PERSON,)


def test_it_takes_the_answer_of_a_scout_asked_for_this_incident(
    gathered, make_person, make_check, answered
):
    incident = gathered().incident
    answered(make_check(incident))

    judge(
        incident,
        by=make_person(),
        outcome=VERIFIED,
        evidence=Evidence(seen_by="trained_person", agency_by="vests"),
    )

    assert incident.status == VERIFIED


@pytest.mark.parametrize(
    "what", [Answer.What.GOING, Answer.What.NOTHING, Answer.What.SOMETHING_ELSE]
)
def test_it_takes_no_other_answer_for_a_confirmation(
    gathered, make_person, make_check, answered, what
):
    incident = gathered().incident
    answered(make_check(incident), what)
    evidence = Evidence(seen_by="trained_person", agency_by="vests")

    assert lacking(incident, evidence, make_person()) == (Missing.TRAINED_PERSON,)


def test_it_takes_no_answer_after_the_check_was_over(gathered, make_person, make_check, answered):
    incident = gathered().incident
    answered(make_check(incident, expired=True))
    evidence = Evidence(seen_by="trained_person", agency_by="vests")

    assert lacking(incident, evidence, make_person()) == (Missing.TRAINED_PERSON,)


def test_it_takes_no_scouts_answer_about_another_incident(
    gathered, make_person, make_check, answered
):
    answered(make_check(gathered(at=(34.05, -118.3)).incident))
    evidence = Evidence(seen_by="trained_person", agency_by="vests")

    assert lacking(gathered().incident, evidence, make_person()) == (Missing.TRAINED_PERSON,)


def test_it_takes_two_numbers_with_words_of_their_own(gathered, make_person):
    gathered("vans")
    incident = gathered("agents with vests").incident

    judge(incident, by=make_person(), outcome=VERIFIED, evidence=TWO)

    assert incident.status == VERIFIED


def test_it_counts_no_copied_text_as_a_second_witness(gathered, make_person):
    gathered("La migra en la 6!")
    incident = gathered("la migra en la 6").incident

    assert lacking(incident, TWO, make_person()) == (Missing.TWO_REPORTERS,)


def test_it_counts_no_web_page_as_a_witness(gathered, make_person):
    gathered("vans")
    receipt, _secret = ReportReceipt.objects.issue()
    incident = gathered("agents with vests", receipt=receipt).incident

    assert incident.independent_reporters == 2
    assert lacking(incident, TWO, make_person()) == (Missing.TWO_REPORTERS,)


def test_it_takes_a_photo_only_once_somebody_checked_it(gathered, make_person):
    report = gathered()
    photo = Photo.objects.create(report=report, width=8, height=8)
    by = make_person()

    assert lacking(report.incident, PHOTO, by) == (Missing.CHECKED_PHOTO,)

    Photo.objects.filter(pk=photo.pk).update(checked="yes")
    judge(report.incident, by=by, outcome=VERIFIED, evidence=PHOTO)
    assert report.incident.status == VERIFIED


def test_it_says_everything_that_is_missing_at_once(gathered, make_person):
    incident = gathered("la migra", at=None).incident

    assert lacking(incident, Evidence(), make_person()) == (
        Missing.PLACE,
        Missing.SEEN_BY,
        Missing.AGENCY_BY,
    )


def test_it_verifies_nothing_at_a_guessed_place(gathered, make_person):
    incident = gathered(confidence=0.4).incident

    assert lacking(incident, ATTESTED, make_person()) == (Missing.SURE_PLACE,)


def test_it_follows_the_rule_of_the_network(gathered, make_person):
    network = Network.objects.current()
    network.evidence_rule = Network.EvidenceRule.TRAINED_ONLY
    network.save(update_fields=["evidence_rule"])
    gathered("vans")
    incident = gathered("agents").incident

    assert lacking(incident, TWO, make_person()) == (Missing.TRAINED_ONLY,)


# -- Who was first -----------------------------------------------------------------------


def test_it_refuses_a_second_judgement(gathered, make_person):
    incident, first = gathered().incident, make_person()
    judge(incident, by=first, outcome=NOT_ICE, what_it_was="film_crew")

    with pytest.raises(AlreadyJudged):
        judge(incident, by=make_person(), outcome=UNVERIFIABLE)

    incident.refresh_from_db()
    assert (incident.status, incident.judged_by) == (NOT_ICE, first)


def test_it_respects_a_colleagues_claim(gathered, make_person):
    incident = gathered().incident
    incident.claim(by=make_person())

    with pytest.raises(AlreadyClaimed):
        judge(incident, by=make_person(), outcome=UNVERIFIABLE)


def test_it_lets_anybody_judge_when_a_claim_has_run_out(gathered, make_person):
    incident, other = gathered().incident, make_person()
    incident.claim(by=make_person())
    Incident.objects.update(claim_ends_at=timezone.now() - timedelta(seconds=1))

    judge(incident, by=other, outcome=UNVERIFIABLE)

    assert incident.judged_by == other


@pytest.mark.django_db(transaction=True)
def test_it_lets_one_of_two_verifiers_win(gathered, make_person):
    incident = gathered("vans").incident
    gathered("agents")
    people, together, results = [make_person(), make_person()], Barrier(2), []

    def press(person: object, outcome: str, **how: object) -> None:
        try:
            together.wait()
            judge(Incident.objects.get(pk=incident.pk), by=person, outcome=outcome, **how)
            results.append(outcome)
        except AlreadyJudged:
            results.append("told")
        finally:
            connection.close()

    threads: list[Thread] = [
        Thread(target=press, args=[people[0], UNVERIFIABLE]),
        Thread(target=press, args=[people[1], NOT_ICE], kwargs={"what_it_was": "sheriff"}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results)[1] == "told" or "told" in results
    assert len([one for one in results if one != "told"]) == 1
    assert Message.objects.filter(purpose="outcome").count() == 2


# -- Not them, cannot tell ---------------------------------------------------------------


def test_it_wants_to_know_what_it_was(gathered, make_person):
    with pytest.raises(WhatItWasMissing):
        judge(gathered().incident, by=make_person(), outcome=NOT_ICE)


def test_it_withdraws_a_verified_incident(gathered, make_person):
    incident, by = gathered().incident, make_person()
    judge(incident, by=by, outcome=VERIFIED, evidence=ATTESTED)

    judge(incident, by=by, outcome=NOT_ICE, what_it_was="probation")

    assert (incident.status, incident.what_it_was) == (NOT_ICE, "probation")


def test_it_verifies_again_what_was_withdrawn(gathered, make_person):
    incident, by = gathered().incident, make_person()
    judge(incident, by=by, outcome=VERIFIED, evidence=ATTESTED)
    judge(incident, by=by, outcome=NOT_ICE, what_it_was="probation")
    reopen(incident, by=by)

    judge(incident, by=by, outcome=VERIFIED, evidence=Evidence("trained_person", "HSI", "", "Bo"))

    assert Verification.objects.get().agency_by == "HSI"


def test_it_ends_what_was_verified(gathered, make_person):
    incident, by = gathered().incident, make_person()
    judge(incident, by=by, outcome=VERIFIED, evidence=ATTESTED)

    end(incident, by=by)

    assert incident.status == IncidentStatus.OVER


def test_it_gives_up_once(gathered):
    incident = gathered().incident

    assert give_up(incident)
    assert not give_up(incident)
    assert Message.objects.filter(purpose="outcome").count() == 1


def test_it_does_not_give_up_what_somebody_holds(gathered, make_person):
    incident = gathered().incident
    incident.claim(by=make_person())

    assert not give_up(incident)


# -- The reporters -----------------------------------------------------------------------


@pytest.fixture
def told() -> Callable[[], list[tuple[str, str]]]:
    """Language and words of every outcome written, oldest first."""

    def read() -> list[tuple[str, str]]:
        rows = Message.objects.filter(purpose=Message.Purpose.OUTCOME).order_by("created_at")
        return [(row.language, row.body) for row in rows]

    return read


def test_it_tells_each_reporter_once_in_their_language(gathered, make_person, told, numbers):
    number = numbers()
    incident = gathered("la migra en la 6", number=number, language="es").incident
    gathered("siguen ahi", number=number, language="es")
    gathered("요원들이 있어요", language="ko")

    judge(incident, by=make_person(), outcome=NOT_ICE, what_it_was="film_crew")

    assert sorted(language for language, _body in told()) == ["es", "ko"]
    assert "NO era la migra. Era un rodaje." in dict(told())["es"]
    assert "촬영" in dict(told())["ko"]


def test_it_tells_a_web_reporter_on_their_page(gathered, make_person):
    receipt, _secret = ReportReceipt.objects.issue()
    incident = gathered(receipt=receipt).incident

    judge(incident, by=make_person(), outcome=UNVERIFIABLE)

    note = receipt.notes.get()
    assert note.status == "delivered"
    assert "could not confirm" in note.body


def test_it_tells_them_again_when_the_judgement_changes(gathered, make_person, told):
    incident, by = gathered().incident, make_person()
    judge(incident, by=by, outcome=VERIFIED, evidence=ATTESTED)
    judge(incident, by=by, outcome=NOT_ICE, what_it_was="sheriff")

    assert len(told()) == 2
    assert "sheriff" in told()[1][1]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("outcome", [VERIFIED, NOT_ICE, UNVERIFIABLE])
def test_it_spends_one_segment_on_an_outcome(
    gathered, make_person, language, outcome, make_incident
):
    incident = gathered(language=language).incident

    judge(
        incident,
        by=make_person(),
        outcome=outcome,
        evidence=ATTESTED,
        what_it_was="probation" if outcome == NOT_ICE else "",
    )

    message = Message.objects.get(purpose="outcome")
    assert message.segments == 1, message.body

"""The table of states, and what the database itself refuses."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alerts.models import (
    Alert,
    AlreadyClaimed,
    AlreadyJudged,
    Delivery,
    Incident,
    IncidentStatus,
    Network,
    OutboundStatus,
    Responder,
    Verification,
    WrongState,
)
from alerts.models.alerts import AlertStatus
from alerts.models.states import ALERT, INCIDENT, MACHINES, OUTBOUND, RESPONDER, as_markdown


def test_it_is_written_down_in_the_docs():
    assert Path("docs/states.md").read_text() == as_markdown()


@pytest.mark.parametrize(
    ("machine", "names"),
    [
        (INCIDENT, IncidentStatus.values),
        (ALERT, AlertStatus.values),
        (OUTBOUND, OutboundStatus.values),
        (RESPONDER, Responder.Status.values),
    ],
)
def test_it_names_every_state_of_the_model(machine, names):
    assert sorted(machine.steps) == sorted(names)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_it_leads_only_to_states_it_knows(machine):
    assert {target for targets in machine.steps.values() for target in targets} <= set(
        machine.steps
    )


@pytest.mark.parametrize("later", ["sent", "delivered", "undelivered", "failed"])
def test_it_never_takes_a_receipt_back(later):
    assert not OUTBOUND.allows(later, "accepted")
    assert not OUTBOUND.allows(later, "submitting")


@pytest.mark.parametrize("status", ["released", "finished", "expired"])
@pytest.mark.parametrize("kind", ["alert", "update", "enough", "all_clear", "correction"])
def test_it_is_the_database_that_refuses_an_unverified_alert(
    make_incident, make_person, kind, status
):
    person, now = make_person(), timezone.now()

    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(
            incident=make_incident(),
            kind=kind,
            status=status,
            drafted_by=person,
            released_by=person,
            expires_at=now,
        )
    assert not Alert.objects.exists()


def test_it_is_the_database_that_refuses_another_incidents_verification(
    make_verified_incident, make_incident, make_person
):
    verification = make_verified_incident().verification

    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(
            incident=make_incident(),
            verification=verification,
            kind="alert",
            drafted_by=make_person(),
        )


def test_it_is_the_database_that_refuses_a_second_verification(make_verified_incident):
    verification = make_verified_incident().verification

    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.objects.create(
            incident=verification.incident, by=verification.by, seen_by="two_reporters"
        )


def test_it_is_the_database_that_refuses_a_second_text_of_an_alert_to_one_person(
    make_verified_incident, make_person, make_responder
):
    incident, person = make_verified_incident(), make_person()
    alert = Alert.objects.create(
        incident=incident, verification=incident.verification, kind="alert", drafted_by=person
    )
    text = alert.texts.create(language="en", body="Ktown RRN VERIFIED K-001", segments=1)
    responder = make_responder()
    Delivery.objects.create(alert=alert, responder=responder, text=text)

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(alert=alert, responder=responder, text=text)


def test_it_lets_one_of_two_verifiers_judge(make_incident, make_person):
    incident = make_incident()
    same_incident = Incident.objects.get(pk=incident.pk)
    incident.judge("verified", by=make_person())

    with pytest.raises(AlreadyJudged):
        same_incident.judge("unverifiable", by=make_person())
    same_incident.refresh_from_db()
    assert same_incident.status == "verified"


def test_it_lets_a_verified_incident_turn_out_to_be_something_else(make_verified_incident):
    incident = make_verified_incident()

    incident.judge("not_ice", by=incident.verification.by, what_it_was="probation")

    assert incident.status == "not_ice"


def test_it_lets_one_of_two_claim_and_the_holder_renew(make_incident, make_person):
    incident, first, second = make_incident(), make_person(), make_person()
    incident.claim(by=first)
    until = incident.claim_ends_at
    incident.claim(by=first)

    with pytest.raises(AlreadyClaimed):
        incident.claim(by=second)
    assert incident.holder == first
    assert incident.claim_ends_at > until


def test_it_lets_anybody_have_a_claim_that_ran_out(make_incident, make_person, time_machine):
    incident, first, second = make_incident(), make_person(), make_person()
    incident.claim(by=first)
    time_machine.move_to(timezone.now() + Incident.CLAIM_LIFE)

    incident.claim(by=second)

    assert incident.holder == second


def test_it_gives_codes_that_are_not_used_again_within_a_day(make_incident, network):
    Network.objects.update(codes_given=41)
    incident = make_incident()
    assert incident.give_code() == "K-042"
    assert incident.give_code() == "K-042"
    Network.objects.update(codes_given=41)

    assert make_incident().give_code() == "K-1001"


def test_it_refuses_steps_the_table_does_not_have(make_responder):
    responder = make_responder()
    responder.leave(at=timezone.now())

    with pytest.raises(WrongState):
        responder.move("active")

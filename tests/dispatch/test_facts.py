"""Facts that can be said in every language, read from what somebody typed."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from alerts.dispatch.facts import facts_of
from alerts.models import Alert, Kind, Network, Report


@pytest.fixture
def told(make_incident, make_person):
    """What a text says when this was typed into the SALUTE form."""

    def read(**salute):
        incident = make_incident(salute=salute)
        alert = Alert(incident=incident, kind=Kind.ALERT, drafted_by=make_person())
        return facts_of(alert, network=Network.objects.current())

    return read


@pytest.mark.parametrize(
    ("typed", "agents"),
    [
        ("6", "6"),
        ("about 6", "6"),
        ("four", "4"),
        ("unos seis", "6"),
        ("4-6 men", "4-6"),
        ("4 to 6", "4-6"),
        ("약 6명", "6"),
        ("", ""),
        ("many", ""),
        ("6 agents, 20 bystanders", ""),
        ("0", ""),
        ("1000", ""),
        ("6-4", ""),
    ],
)
def test_it_reads_how_many(told, typed, agents):
    assert told(size=typed).agents == agents


@pytest.mark.parametrize(
    ("typed", "vehicles"),
    [
        ("2 white vans", "2"),
        ("two unmarked SUVs", "2"),
        ("dos camionetas blancas", "2"),
        ("흰색 밴 2대", "2"),
        ("차 3대", "3"),
        ("rifles", ""),
        ("", ""),
        ("vans", ""),
        ("2 vans, 3 cars", ""),
    ],
)
def test_it_reads_how_many_vehicles(told, typed, vehicles):
    assert told(equipment=typed).vehicles == vehicles


@pytest.mark.parametrize(
    ("typed", "activity"),
    [
        ("questioning people", "questioning"),
        ("Deteniendo a un señor", "arresting"),
        ("체포 중", "arresting"),
        ("knocking on doors", "door"),
        ("nobody arrested, just driving", ""),
        ("not questioning", ""),
        ("단속 없음", ""),
        ("eating lunch", ""),
        ("", ""),
    ],
)
def test_it_reads_a_known_activity_and_never_a_denied_one(told, typed, activity):
    assert told(activity=typed).activity == activity


@pytest.mark.parametrize(
    ("typed", "agency"),
    [("", "ICE"), ("vests say POLICE ICE", "ICE"), ("Border Patrol", "CBP"), ("HSI jacket", "HSI")],
)
def test_it_names_the_agency(told, typed, agency):
    assert told(unit=typed).agency == agency


def test_it_promises_the_next_update_at_a_round_time(make_incident, make_person):
    incident = make_incident()
    at = datetime(2026, 11, 23, 18, 42, tzinfo=timezone.get_fixed_timezone(0))
    alert = Alert(incident=incident, kind=Kind.ALERT, drafted_by=make_person(), drafted_at=at)
    facts = facts_of(alert, network=Network.objects.current())
    assert f"{facts.at:%H:%M} {facts.next_update:%H:%M}" == "10:42 11:10"


def test_it_counts_the_people_who_told_and_when_the_last_did(make_incident, make_person):
    now = timezone.now()
    incident = make_incident(reported_at=now - timedelta(minutes=9))
    for minutes, index in ((9, "a" * 32), (5, "b" * 32), (3, "b" * 32)):
        Report.objects.create(
            channel=Report.Channel.SMS,
            text="vans",
            incident=incident,
            number_index=index,
            received_at=now - timedelta(minutes=minutes),
        )
    alert = Alert(incident=incident, kind=Kind.CHECK, drafted_by=make_person(), drafted_at=now)
    Report.objects.create(
        channel=Report.Channel.SMS,
        text="later",
        incident=incident,
        number_index="c" * 32,
        received_at=now + timedelta(minutes=1),
    )
    facts = facts_of(alert, network=Network.objects.current())
    assert facts.reports == 2
    assert facts.at == now - timedelta(minutes=3)

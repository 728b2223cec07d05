from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from alerts.models import Event, Incident, IncidentStatus, Report, ReportReceipt
from alerts.triage.gathering import gather
from tests.conftest import SIXTH_AND_VERMONT

THREE_HUNDRED_METRES_NORTH = (SIXTH_AND_VERMONT[0] + 0.0027, SIXTH_AND_VERMONT[1])
FIFTY_METRES_EAST = (SIXTH_AND_VERMONT[0], SIXTH_AND_VERMONT[1] + 0.00054)


def test_it_makes_an_incident_of_the_first_report(gathered):
    incident = gathered().incident

    assert incident.status == IncidentStatus.NEW
    assert incident.place_label == "6th St & Vermont Ave"
    assert incident.independent_reporters == 1
    assert [event.what for event in incident.events.all()] == [Event.What.REPORTED]


def test_it_joins_a_second_report_of_the_same_crossing(gathered):
    first = gathered("vans at 6th and vermont")
    second = gathered("agents on vermont at sixth")

    assert second.incident == first.incident
    assert second.incident.independent_reporters == 2


def test_it_joins_a_point_fifty_metres_away(gathered):
    assert gathered().incident == gathered("agents", at=FIFTY_METRES_EAST).incident


def test_it_keeps_two_events_300_metres_apart_apart(gathered):
    gathered()
    gathered("agents at 4th", at=THREE_HUNDRED_METRES_NORTH, label="4th St & Vermont Ave")

    assert Incident.objects.count() == 2


def test_it_makes_a_new_incident_when_the_last_report_is_over_30_minutes_old(gathered):
    gathered(minutes_ago=31)
    gathered("agents again")

    assert Incident.objects.count() == 2


def test_it_counts_the_30_minutes_from_the_last_report_not_the_first(gathered):
    gathered(minutes_ago=50)
    gathered("still there", minutes_ago=25)
    gathered("and now as well")

    assert Incident.objects.count() == 1


def test_it_joins_across_midnight(make_report):
    # 06:59 and 07:01 UTC are 23:59 and 00:01 in Los Angeles.
    before = make_report("vans", received_at=datetime(2026, 11, 23, 7, 59, tzinfo=UTC))
    after = make_report("agents", received_at=datetime(2026, 11, 23, 8, 1, tzinfo=UTC))

    assert gather(before) == gather(after)


@pytest.mark.parametrize(
    "vague",
    [
        {"confidence": 0.4},
        {"precision_m": 1_200, "label": "Koreatown"},
        {"at": None},
    ],
    ids=["a guess", "an area", "no place"],
)
def test_it_never_joins_by_itself_what_names_no_exact_place(gathered, vague):
    gathered()
    gathered("agents", **vague)
    gathered("la migra", **vague)

    assert Incident.objects.count() == 3


def test_it_does_not_join_what_is_judged_already(gathered, make_person):
    incident = gathered().incident
    incident.judge(IncidentStatus.UNVERIFIABLE, by=make_person())

    assert gathered("again").incident != incident


def test_it_joins_a_verified_incident(gathered, make_person):
    incident = gathered().incident
    incident.judge(IncidentStatus.VERIFIED, by=make_person())

    assert gathered("again").incident == incident


def test_it_keeps_one_persons_texts_together(gathered, numbers):
    number = numbers()
    first = gathered("la migra esta aqui", at=None, number=number)
    second = gathered("en la 6 y vermont", number=number)

    assert second.incident == first.incident
    assert second.incident.is_located
    assert second.incident.independent_reporters == 1


def test_it_gives_another_event_of_the_same_person_its_own_incident(gathered, numbers):
    number = numbers()
    gathered(number=number)
    gathered("3 vans olympic/wilton", at=(34.0527, -118.3143), number=number)

    assert Incident.objects.count() == 2


def test_it_keeps_what_is_added_on_a_receipt_page_together(gathered):
    receipt, _secret = ReportReceipt.objects.issue()
    first = gathered("agents", at=None, receipt=receipt, minutes_ago=100)
    second = gathered("they are leaving", at=None, receipt=receipt)

    assert second.incident == first.incident
    assert second.incident.independent_reporters == 1


def test_it_joins_no_incident_that_was_set_aside(gathered):
    incident = gathered().incident
    Incident.objects.filter(pk=incident.pk).update(set_aside_at=incident.reported_at)

    assert gathered("a real one").incident != incident


def test_it_leaves_a_pinned_place_where_a_person_put_it(gathered, make_person):
    incident = gathered(confidence=0.7).incident
    incident.locate(lat=34.0639, lon=-118.2918, label="The lot", confidence=1.0, precision_m=10)
    gathered("agents", confidence=0.99)

    incident.refresh_from_db()
    assert incident.place_label == "The lot"


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_incident_of_two_reports_at_the_same_moment(make_report):
    reports = [make_report("vans"), make_report("agents", at=FIFTY_METRES_EAST)]
    together = Barrier(2)
    failures = []

    def arrive(report: Report) -> None:
        try:
            together.wait()
            with transaction.atomic():
                gather(report)
        except Exception as err:
            failures.append(err)
        finally:
            connection.close()

    threads = [Thread(target=arrive, args=[report]) for report in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Incident.objects.count() == 1


def test_it_costs_the_same_with_many_open_incidents(
    gathered, make_report, django_assert_max_num_queries
):
    now = gathered().received_at
    Incident.objects.bulk_create(
        Incident(
            lat=34.0 + row / 10_000,
            lon=-118.3,
            cell=row,
            place_confidence=0.9,
            place_precision_m=30,
            reported_at=now,
            last_report_at=now - timedelta(minutes=row % 20),
        )
        for row in range(2_000)
    )
    report = make_report("agents")
    with django_assert_max_num_queries(24):
        gather(report)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE alerts_incident")
    since = now - timedelta(minutes=30)
    near = Incident.objects.open().filter(cell__in=[1, 2, 3], last_report_at__gte=since)
    assert "incident_near" in near.explain()

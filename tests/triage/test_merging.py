from threading import Barrier, Thread

import pytest
from django.db import connection

from alerts.models import AlreadyClaimed, Event, Incident, IncidentStatus, Report, WrongState
from alerts.triage.merging import (
    CannotMerge,
    NothingToSplit,
    follow_place,
    merge,
    split,
    take_apart,
)
from tests.conftest import SIXTH_AND_VERMONT

ELSEWHERE = (34.0577, -118.3006)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def two(gathered):
    """Two incidents at two places, the first with two reports."""
    first = gathered("vans").incident
    gathered("agents")
    return first, gathered("la migra", at=ELSEWHERE, label="8th St & Normandie Ave").incident


def test_it_moves_every_report_and_drops_nothing(two, make_person):
    first, second = two

    target = merge(second, into=first, by=make_person())

    assert target == first
    target.refresh_from_db()
    assert (target.reports.count(), target.independent_reporters) == (3, 3)
    assert (second.status, second.merged_into) == (IncidentStatus.MERGED, first)
    assert Report.objects.count() == 3
    assert [second.events.last().what, first.events.last().what] == [Event.What.MERGED] * 2


def test_it_takes_over_the_place_of_the_other(gathered, make_person):
    nowhere, located = gathered("la migra", at=None).incident, gathered().incident

    merge(located, into=nowhere, by=make_person())

    nowhere.refresh_from_db()
    assert nowhere.place_label == "6th St & Vermont Ave"


def test_it_can_be_taken_apart_again(two, make_person):
    first, second = two
    by = make_person()
    merge(second, into=first, by=by)

    take_apart(second, by=by)

    first.refresh_from_db()
    assert (first.reports.count(), second.reports.count()) == (2, 1)
    assert (second.status, second.merged_into) == (IncidentStatus.CHECKING, None)
    assert first.independent_reporters == 2


def test_it_leaves_a_report_where_somebody_moved_it_meanwhile(two, make_person):
    first, second = two
    by, report = make_person(), second.reports.get()
    merge(second, into=first, by=by)
    report.refresh_from_db()
    alone = split(report, by=by)

    take_apart(second, by=by)

    report.refresh_from_db()
    assert report.incident == alone


def test_it_follows_a_chain_of_merges_to_its_end(two, gathered, make_person):
    first, second = two
    third, by = gathered("third", at=(34.07, -118.31)).incident, make_person()
    merge(second, into=first, by=by)

    assert merge(third, into=second, by=by) == first
    assert first.reports.count() == 4


def test_it_refuses_to_merge_what_is_merged_already(two, gathered, make_person):
    first, second = two
    third, by = gathered("third", at=(34.07, -118.31)).incident, make_person()
    merge(second, into=first, by=by)

    with pytest.raises(WrongState):
        merge(second, into=third, by=by)
    with pytest.raises(CannotMerge):
        merge(first, into=second, by=by)


def test_it_refuses_to_take_apart_what_is_not_merged(two, make_person):
    with pytest.raises(WrongState):
        take_apart(two[0], by=make_person())


def test_it_keeps_a_judgement_and_its_alerts_out_of_an_unverified_incident(two, make_person):
    first, second = two
    by = make_person()
    second.judge(IncidentStatus.VERIFIED, by=by)

    with pytest.raises(CannotMerge):
        merge(second, into=first, by=by)
    assert merge(first, into=second, by=by) == second


@pytest.mark.parametrize("held", [0, 1])
def test_it_respects_the_claims_on_both_sides(two, make_person, held):
    two[held].claim(by=make_person())

    with pytest.raises(AlreadyClaimed):
        merge(two[1], into=two[0], by=make_person())


def test_it_splits_a_report_off(two, make_person):
    first, _second = two
    report = first.reports.order_by("received_at").last()

    alone = split(report, by=make_person())

    first.refresh_from_db()
    assert (first.reports.count(), first.independent_reporters) == (1, 1)
    assert (alone.status, alone.reports.get()) == (IncidentStatus.NEW, report)
    assert alone.place_label == "6th St & Vermont Ave"
    assert alone.events.last().what == Event.What.SPLIT


def test_it_splits_nothing_off_an_incident_of_one_report(two, make_person):
    with pytest.raises(NothingToSplit):
        split(two[1].reports.get(), by=make_person())
    assert Incident.objects.count() == 2


def test_it_does_not_split_off_what_somebody_merged_meanwhile(two, make_person):
    first, second = two
    by, seen = make_person(), first.reports.first()
    merge(first, into=second, by=by)

    with pytest.raises(NothingToSplit):
        split(seen, by=by)


def test_it_offers_what_may_be_the_same_event_and_merges_on_one_click(verifier, gathered):
    first = gathered("white vans stopping gardeners").incident
    near = (34.0661, -118.2917)
    second = gathered("white vans, gardeners taken", at=near, label="5th St & Vermont Ave").incident
    gathered("a film crew", at=(34.05, -118.32), label="Far away")

    page = verifier.get(f"/desk/incidents/{second.pk}/").content.decode()
    assert f'name="into" value="{first.pk}"' in page
    assert page.count('name="into" value="') == 1

    verifier.post(f"/desk/incidents/{second.pk}/merge/", {"into": first.pk})
    second.refresh_from_db()
    assert second.merged_into == first


@pytest.mark.parametrize("into", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_it_merges_into_nothing_unknown(verifier, two, into):
    answer = verifier.post(f"/desk/incidents/{two[1].pk}/merge/", {"into": into}, headers=HTMX)

    assert "Choose the incident" in answer.content.decode()


def test_it_says_so_when_a_merged_incident_is_merged_again(verifier, two):
    url = f"/desk/incidents/{two[1].pk}/merge/"
    verifier.post(url, {"into": two[0].pk})

    answer = verifier.post(url, {"into": two[0].pk}, headers=HTMX)

    assert "just before you" in answer.content.decode()


# -- A place that came later ------------------------------------------------------------------


@pytest.fixture
def says_where():
    """The reporter answers our question where it is: 6th and Vermont."""

    def say(report: Report) -> None:
        report.lat, report.lon = SIXTH_AND_VERMONT
        report.place_label, report.place_confidence = "6th St & Vermont Ave", 0.95
        report.place_precision_m = 30
        report.save()
        report.incident.locate(
            lat=report.lat,
            lon=report.lon,
            label=report.place_label,
            confidence=0.95,
            precision_m=30,
        )

    return say


def test_it_joins_the_same_crossing_once_the_place_is_known(gathered, says_where):
    known = gathered("vans").incident
    vague = gathered("la migra", at=None)
    says_where(vague)

    assert follow_place(vague) == known

    known.refresh_from_db()
    assert (vague.incident, known.independent_reporters) == (known, 2)
    assert Incident.objects.filter(status=IncidentStatus.MERGED).count() == 1


def test_it_moves_nothing_that_somebody_looks_after(gathered, says_where, make_person):
    gathered("vans")
    vague = gathered("la migra", at=None)
    vague.incident.claim(by=make_person())
    says_where(vague)

    assert follow_place(vague) is None


def test_it_stays_alone_where_nothing_else_is(gathered, says_where):
    vague = gathered("la migra", at=None)
    says_where(vague)

    assert follow_place(vague) is None


@pytest.mark.django_db(transaction=True)
def test_it_lets_two_people_merge_crosswise(two, make_person):
    together, results = Barrier(2), []

    def press(source: Incident, target: Incident) -> None:
        person = people.pop()
        try:
            together.wait()
            results.append(merge(source, into=target, by=person))
        except (WrongState, CannotMerge) as err:
            results.append(err)
        finally:
            connection.close()

    people = [make_person(), make_person()]
    threads = [Thread(target=press, args=pair) for pair in (two, two[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 2
    assert Incident.objects.filter(status=IncidentStatus.MERGED).count() == 1
    assert Report.objects.exclude(incident__status=IncidentStatus.MERGED).count() == 3

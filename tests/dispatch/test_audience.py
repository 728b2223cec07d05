"""Who is near, and who may be asked."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import h3
import pytest
from django.db import connection
from django.utils import timezone

from alerts.dispatch.audience import audience, cells_within, everybody, nearest
from alerts.dispatch.planning import HEAD
from alerts.dispatch.reach import reach_of
from alerts.dispatch.refusals import NotLocated
from alerts.models import Alert, Answer, Delivery, Kind, OptOut, OutboundStatus, Responder
from alerts.models.places import cell_at, cell_centre
from tests.conftest import SIXTH_AND_VERMONT

ECHO_PARK = (34.0782, -118.2606)
SANTA_MONICA = (34.0195, -118.4912)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
MIDNIGHT = NOON + timedelta(hours=12)

pytestmark = pytest.mark.django_db


def people_of(zones) -> set[UUID]:
    return set(zones.owners())


def planned_of(alert: Alert, *, at: datetime) -> dict[UUID, tuple[int, str]]:
    """What planning selects: metres and language by person, each once."""
    people = everybody(alert, at=at)
    with connection.cursor() as cursor:
        cursor.execute(people.sql, people.params)
        rows = cursor.fetchall()
    found = {UUID(str(pk)): (metres, language) for pk, metres, language in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("radius_m", [1, 500, 1_500, 5_000, 12_000])
def test_it_takes_every_cell_whose_centre_is_within_the_radius(radius_m):
    cells = cells_within(*SIXTH_AND_VERMONT, radius_m)
    own = cell_at(*SIXTH_AND_VERMONT)
    assert own in cells
    assert all(metres <= radius_m for cell, metres in cells.items() if cell != own)
    # Looked at from outside: no cell of a much larger disk was forgotten.
    disk = h3.grid_disk(h3.int_to_str(own), radius_m // 500 + 4)
    near = {
        h3.str_to_int(cell)
        for cell in disk
        if h3.great_circle_distance(SIXTH_AND_VERMONT, h3.cell_to_latlng(cell), unit="m")
        <= radius_m - 1
    }
    assert near <= set(cells)


def test_it_measures_to_the_centre_of_the_cell():
    cells = cells_within(*SIXTH_AND_VERMONT, 1_500)
    cell, metres = max(cells.items(), key=lambda item: item[1])
    away = h3.great_circle_distance(SIXTH_AND_VERMONT, cell_centre(cell), unit="m")
    assert metres == round(away)


def test_it_finds_those_with_a_zone_near_and_nobody_else(make_incident, make_responder):
    near = make_responder()
    make_responder(at=SANTA_MONICA)
    assert people_of(audience(make_incident(), radius_m=1_500)) == {near.pk}


def test_it_counts_somebody_with_overlapping_zones_once(make_incident, make_responder):
    make_responder(cells=list(cells_within(*SIXTH_AND_VERMONT, 2_000)))
    assert audience(make_incident(), radius_m=2_000).count_owners() == 1


@pytest.mark.parametrize(
    "status", [s for s in Responder.Status.values if s != Responder.Status.ACTIVE]
)
def test_it_leaves_out_who_is_not_active(make_incident, make_responder, status):
    make_responder(status=status)
    assert not audience(make_incident(), radius_m=1_500).exists()


def test_it_leaves_out_a_number_that_opted_out(make_incident, make_responder):
    responder = make_responder()
    OptOut.objects.keep(responder.number, source=OptOut.Source.WORD)
    assert not audience(make_incident(), radius_m=1_500).exists()


@pytest.mark.parametrize(("at", "asked"), [(NOON, 2), (MIDNIGHT, 1)])
def test_it_lets_those_sleep_who_did_not_agree_to_be_woken(
    make_incident, make_responder, at, asked
):
    make_responder(may_be_woken=False)
    make_responder(may_be_woken=True)
    assert audience(make_incident(), radius_m=1_500, at=at).count_owners() == asked


@pytest.mark.parametrize(
    ("hour", "minute", "asked"), [(21, 59, 1), (22, 0, 0), (6, 59, 0), (7, 0, 1)]
)
def test_it_knows_the_neighbourhoods_night(make_incident, make_responder, hour, minute, asked):
    make_responder(may_be_woken=False)
    at = NOON.replace(hour=hour, minute=minute)
    assert audience(make_incident(), radius_m=1_500, at=at).count_owners() == asked


def test_it_sends_only_scouts_to_look(make_incident, make_responder):
    make_responder()
    scout = make_responder(is_scout=True)
    found = audience(make_incident(), radius_m=1_500, kind=Kind.CHECK)
    assert people_of(found) == {scout.pk}


def test_it_does_not_send_a_scout_who_is_on_the_way_elsewhere(
    make_incident, make_responder, make_released
):
    scout = make_responder(is_scout=True)
    alert = make_released()
    delivery = alert.deliveries.get()
    answer = Answer.objects.create(
        delivery=delivery, alert=alert, responder=scout, what=Answer.What.GOING
    )
    other = make_incident()
    assert not audience(other, radius_m=1_500, kind=Kind.CHECK).exists()
    Answer.objects.filter(pk=answer.pk).update(at=timezone.now() - timedelta(minutes=61))
    assert audience(other, radius_m=1_500, kind=Kind.CHECK).exists()


def test_it_asks_only_volunteers_in_a_drill(make_incident, make_responder):
    make_responder()
    volunteer = make_responder(is_drill_volunteer=True)
    found = audience(make_incident(is_drill=True), radius_m=1_500, kind=Kind.DRILL)
    assert people_of(found) == {volunteer.pk}


def test_it_has_nobody_near_an_incident_without_a_place(make_incident):
    with pytest.raises(NotLocated):
        audience(make_incident(at=None), radius_m=1_500)


def test_it_counts_in_one_query(make_incident, make_responder, django_assert_num_queries):
    for _ in range(3):
        make_responder()
    incident = make_incident()
    audience(incident, radius_m=1_500).count_owners()
    with django_assert_num_queries(2):  # the network's clock, and the count
        assert audience(incident, radius_m=1_500).count_owners() == 3


def test_it_counts_languages_and_distances_together(make_alert, make_responder):
    for language in ("en", "es", "es", "ko"):
        make_responder(language=language)
    make_responder(at=ECHO_PARK, language="es")
    alert = make_alert(radius_m=5_000)
    reach = reach_of(alert)
    assert reach.by_language == {"en": 1, "es": 3, "ko": 1}
    assert [people for _km, people in reach.rings] == [4, 1]
    assert list(reach.by_distance) == sorted(reach.by_distance)


def test_it_counts_as_many_as_it_plans(make_alert, make_responder, volunteer):
    for _ in range(7):
        make_responder()
    alert = make_alert(mode=Alert.Mode.EVERYONE)
    assert alert.audience == 7 < HEAD
    assert reach_of(alert).people == 7
    assert Delivery.objects.filter(status=OutboundStatus.QUEUED).count() == 0


@pytest.mark.parametrize(("people", "first"), [(0, 7), (1_000, 38), (100_000, 1), (1_000_000, 1)])
def test_it_plans_a_million_in_portions_that_a_stop_need_not_wait_for(make_alert, people, first):
    alert = make_alert(radius_m=5_000)
    alert.audience = people
    cells = cells_within(alert.incident.lat, alert.incident.lon, 5_000)

    portions = [portion.sql.count("(%s, %s)") for portion in nearest(alert)]

    assert sum(portions) == len(cells)
    assert max(portions) * people / len(cells) <= 20_000
    assert portions[0] == first


@pytest.mark.parametrize("kind", [Kind.ALERT, Kind.CHECK, Kind.DRILL])
@pytest.mark.parametrize("at", [NOON, MIDNIGHT])
def test_it_counts_whom_planning_selects(make_incident, make_responder, kind, at):
    near = list(cells_within(*SIXTH_AND_VERMONT, 1_500))
    skills = {"is_scout": True, "is_drill_volunteer": True}
    for columns in ({}, skills, {"may_be_woken": False}, {"status": "left"}):
        make_responder(cells=near, language="es", **columns)
        make_responder(cells=near[:2], language="ko", **{**skills, **columns})
        make_responder(at=SANTA_MONICA, **columns)
    paused, opted_out = make_responder(**skills), make_responder(**skills)
    paused.move(Responder.Status.PAUSED)
    OptOut.objects.keep(opted_out.number, source=OptOut.Source.STAFF)

    incident = make_incident()
    alert = Alert(incident=incident, kind=kind, radius_m=1_500)
    planned = planned_of(alert, at=at)
    zones = audience(incident, radius_m=1_500, kind=kind, at=at)
    assert len(planned) == zones.count_owners() > 0
    assert set(planned) == people_of(zones)
    assert {metres for metres, _language in planned.values()} == {
        min(cells_within(*SIXTH_AND_VERMONT, 1_500).values())
    }
    assert {language for _metres, language in planned.values()} == {"es", "ko"}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite explains in other words")
def test_it_reads_nobodys_own_row(make_incident, make_responder):
    make_responder()
    zones = audience(make_incident(), radius_m=1_500)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert "Index Only Scan using zone_audience" in zones.values("responder").explain()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no arrays")
def test_it_asks_for_all_cells_with_one_parameter(make_incident):
    zones = audience(make_incident(), radius_m=1_500, at=NOON)

    _sql, params = zones.query.sql_with_params()

    assert list(map(len, params)) == [len(cells_within(*SIXTH_AND_VERMONT, 1_500))]

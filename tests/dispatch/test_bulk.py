"""Many rows in one UPDATE: every value arrives as it was given, and by index."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.dispatch.bulk import as_table, update_from
from alerts.dispatch.callback import HandOver
from alerts.dispatch.outcomes import Result, write
from alerts.dispatch.queues import go_by_index, moment
from alerts.models import Delivery, Message, Network, OutboundStatus
from tests.dispatch.released import release

# Neither database keeps NUL; half a surrogate pair is no text.
WORDS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=40)

pytestmark = pytest.mark.django_db


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, min_size=1, max_size=5))
def test_it_writes_each_row_its_own_words(db: Any, words: list[str]) -> None:
    Message.objects.all().delete()
    given_words = {uuid4(): word for word in words}
    Message.objects.bulk_create(
        Message(pk=pk, purpose=Message.Purpose.OUTCOME, body="x", expires_at=timezone.now())
        for pk in given_words
    )

    changed = update_from(Message, "sid = v.column2", list(given_words.items()))

    assert set(changed) == set(given_words)
    assert dict(Message.objects.values_list("pk", "sid")) == given_words


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans otherwise")
@pytest.mark.parametrize("begin", [moment, go_by_index])
def test_a_turn_goes_by_index_in_a_table_its_statistics_know_nothing_of(begin: Any) -> None:
    Network.objects.current()
    before = plan_of_an_update()

    with transaction.atomic():
        begin()
        within = plan_of_an_update()

    assert "Seq Scan on alerts_delivery" in before
    assert "Seq Scan" not in within
    assert "Index Scan using alerts_delivery_pkey" in within


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans otherwise")
def test_results_go_by_key_when_the_statistics_are_of_a_quiet_time(
    make_verified_incident: Any, make_responder: Any
) -> None:
    Network.objects.current()
    release(make_verified_incident(), [make_responder() for _ in range(3)])
    Delivery.objects.update(status=OutboundStatus.ACCEPTED, attempt=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE alerts_delivery")
    results = [Result(HandOver(pk, 1), "accepted", f"SM{pk:032}") for pk in range(1, 300)]

    with transaction.atomic():
        go_by_index()
        with CaptureQueriesContext(connection) as queries:
            write(results)
        plan = explained(queries.captured_queries[0]["sql"])

    assert "Index Scan using alerts_delivery_pkey on alerts_delivery t" in plan


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql.replace('%', '%%')}")
        return "\n".join(line for (line,) in cursor.fetchall())


def plan_of_an_update() -> str:
    source, params = as_table([(key,) for key in range(1, 300)])
    table = Delivery._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN UPDATE {table} t SET attempt = 1 FROM ({source}) v"  # noqa: S608 - ours
            " WHERE t.id = v.column1",
            params,
        )
        return "\n".join(line for (line,) in cursor.fetchall())

"""Many rows in one UPDATE: every value arrives as it was given, and by index."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.dispatch.bulk import as_table, update_from
from alerts.dispatch.claims import moment
from alerts.models import Delivery, Message, Network

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
def test_a_turn_goes_by_index_in_a_table_its_statistics_know_nothing_of() -> None:
    Network.objects.current()
    before = plan_of_an_update()

    with transaction.atomic():
        moment()
        within = plan_of_an_update()

    assert "Seq Scan on alerts_delivery" in before
    assert "Seq Scan" not in within
    assert "Index Scan using alerts_delivery_pkey" in within


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

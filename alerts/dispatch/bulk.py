"""Many rows, each with its own values, in one conditional UPDATE on either database."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

Values = Sequence[object]


def update_from(
    model: type[models.Model], columns: str, rows: Sequence[Values], *, where: str
) -> list[Any]:
    """Update one row of `model` for each of `rows` and return the keys of those that matched.

    A row is its primary key and further values. `columns` and `where` are SQL in which `t` is the
    table and `v.column2`, `v.column3` … are the values after the key; both come from our own
    code, values never do. A key may stand only once in `rows`: of two, either could win.
    """
    if not rows:
        return []
    key = model._meta.pk
    assert key is not None
    quote = connection.ops.quote_name
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    # Without an alias both databases call the columns of VALUES column1, column2 …
    sql = (
        f"UPDATE {quote(model._meta.db_table)} AS t SET {columns}"
        f" FROM (VALUES {', '.join([one] * len(rows))}) AS v"
        f" WHERE t.{quote(key.column)} = v.column1 AND {where}"
        f" RETURNING {quote(key.column)}"
    )
    values = [
        part for pk, *rest in rows for part in (key.get_db_prep_value(pk, connection), *rest)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    return [key.to_python(pk) for (pk,) in found]


def now_sql(seconds: float = 0.0) -> str:
    """Return SQL for the database's own clock, `seconds` from now.

    Several machines write these rows, and their clocks may be minutes apart: one clock decides.
    """
    if connection.vendor == "sqlite":
        return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '{seconds:+.3f} seconds')"
    return f"(statement_timestamp() + interval '{seconds:.3f} seconds')"


def quoted(words: Sequence[str]) -> str:
    """Return our own words (states, codes) as a list for SQL's IN."""
    assert all(word.isidentifier() for word in words)
    return ", ".join(f"'{word}'" for word in words)

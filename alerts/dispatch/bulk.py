"""Many rows, each with its own values, in one conditional UPDATE on either database.

Written by hand because Django has no UPDATE … FROM, and because its IN with hundreds of
parameters takes longer to build than the database needs to answer.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

Values = Sequence[int | str | UUID]
"""The primary key of a row and further values."""

TYPES = {int: "bigint", str: "text", UUID: "uuid"}


def update_from(
    model: type[models.Model], columns: str, rows: Sequence[Values], *, where: str = "TRUE"
) -> list[Any]:
    """Update one row of `model` for each of `rows` and return the keys of those that matched.

    `columns` and `where` are SQL in which `t` is the table and `v.column2`, `v.column3` … are the
    values after the key. Both come from our own code; values only ever travel as parameters.
    A key may stand only once in `rows`: of two, either could win.
    """
    if not rows:
        return []
    quote = connection.ops.quote_name
    key = quote(str(model._meta.pk.column))
    source, params = as_table(rows)
    sql = (
        f"UPDATE {quote(model._meta.db_table)} AS t SET {columns} FROM ({source}) AS v"  # noqa: S608
        f" WHERE t.{key} = v.column1 AND {where} RETURNING {key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [model._meta.pk.to_python(pk) for (pk,) in cursor.fetchall()]


def as_table(rows: Sequence[Values]) -> tuple[str, list[Any]]:
    """Return a SELECT of `rows` with the columns column1, column2 …, and its parameters."""
    numbers = range(1, len(rows[0]) + 1)
    if connection.vendor == "sqlite":
        columns = ", ".join(f"json_extract(value, '$[{n - 1}]') AS column{n}" for n in numbers)
        return f"SELECT {columns} FROM json_each(%s)", [as_json(rows)]  # noqa: S608
    columns = ", ".join(
        f"(value ->> {n - 1})::{TYPES[type(rows[0][n - 1])]} AS column{n}" for n in numbers
    )
    return f"SELECT {columns} FROM jsonb_array_elements(%s::jsonb)", [as_json(rows)]  # noqa: S608


def as_json(rows: Sequence[Values]) -> str:
    """Return `rows` as one parameter, which Python writes ten times faster than arrays of SQL."""
    return json.dumps(rows, default=as_stored)


def as_stored(value: object) -> str:
    """Return a UUID as SQLite keeps it and PostgreSQL reads it."""
    if not isinstance(value, UUID):
        raise TypeError(f"{type(value).__name__} is no key of ours")
    return value.hex


def now_sql(seconds: float = 0.0) -> str:
    """Return SQL for the database's own clock, `seconds` from now.

    Several machines write these rows, and their clocks may be minutes apart: one clock decides.
    """
    if connection.vendor == "sqlite":
        return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '{seconds:+.3f} seconds')"
    return f"(statement_timestamp() + interval '{seconds:.3f} seconds')"


def quoted(words: Sequence[str]) -> str:
    """Return our own words (states) as a list for SQL's IN; raise ValueError for other text."""
    if not all(word.isidentifier() for word in words):
        raise ValueError(f"not words: {words}")
    return ", ".join(f"'{word}'" for word in words)

"""Many rows, each with its own values, in one conditional UPDATE on either database.

Written by hand because Django has no UPDATE … FROM, and because its IN with hundreds of
parameters takes longer to build than the database needs to answer.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

Value = int | str | UUID
Values = Sequence[Value]
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
        keys = [key for (key,) in cursor.fetchall()]
    # SQLite has no UUIDs.
    return list(map(model._meta.pk.to_python, keys)) if connection.vendor == "sqlite" else keys


def as_table(rows: Sequence[Values]) -> tuple[str, list[str]]:
    """Return a SELECT of `rows` with the columns column1, column2 …, and its parameters."""
    names = [f"column{number}" for number in range(1, len(rows[0]) + 1)]
    if connection.vendor == "sqlite":
        parts = (f"json_extract(value, '$[{at}]') AS {name}" for at, name in enumerate(names))
        columns = ", ".join(parts)
        return f"SELECT {columns} FROM json_each(%s)", [json.dumps(rows, default=as_stored)]  # noqa: S608
    arrays = ", ".join(f"%s::{TYPES[type(value)]}[]" for value in rows[0])
    source = f"SELECT * FROM unnest({arrays}) AS given({', '.join(names)})"  # noqa: S608
    return source, [as_array(values) for values in zip(*rows, strict=True)]


def as_array(values: Sequence[Value]) -> str:
    """Return a column as PostgreSQL reads arrays, which costs both sides less than JSON."""
    return f"{{{','.join(map(as_element, values))}}}"


def as_element(value: Value) -> str:
    if not isinstance(value, str):
        return str(value)
    escaped = value.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def as_stored(value: object) -> str:
    """Return a UUID as SQLite keeps it."""
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

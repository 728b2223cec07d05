"""Several small questions to the database, asked in one statement."""

from typing import Any

from django.db.models import QuerySet, Value


def labels(**questions: QuerySet[Any]) -> set[str]:
    """Return the names of those `questions` that find any row: one query."""
    first, *others = (
        rows.order_by().values_list(Value(name)).distinct() for name, rows in questions.items()
    )
    return {name for (name,) in first.union(*others)}

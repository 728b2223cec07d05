"""A number that none of our keys opens: sealed for another row."""

from django.db import connection

from alerts.models import Responder


def make_unreadable(responder: Responder, *, as_of: Responder) -> None:
    """Give `responder` the sealed number of `as_of`, which opens in its own row only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_responder SET number = (SELECT number FROM alerts_responder"
            " WHERE number_index = %s) WHERE number_index = %s",
            [as_of.number_index, responder.number_index],
        )

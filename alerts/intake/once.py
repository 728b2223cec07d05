"""Nothing is read twice: not a text the carrier sends again, not a button pressed again."""

from alerts.models import SeenMessage
from alerts.models.keys import index_of, indexes_of


def first_time(context: str, value: str) -> bool:
    """Remember `value` of `context` and say whether it is new.

    Part of the caller's transaction: of twins at the same moment the later one waits for the
    earlier, and is new after all if that one was rolled back.
    """
    under_older_key = indexes_of(context, value)[1:]
    if under_older_key and SeenMessage.objects.filter(digest__in=under_older_key).exists():
        return False
    return SeenMessage.objects.remember(index_of(context, value))

from django.db import connection

from alerts.dispatch import watch
from alerts.models import Network


def seen() -> watch.Sight:
    return watch.look(alerts=(), digests=())


def test_it_keeps_to_the_senders_pace(network):
    Network.objects.update(segments_per_second=12)

    assert seen().rate == 12


def test_it_leaves_time_for_the_desk_where_one_process_does_everything(network):
    Network.objects.update(segments_per_second=1e6)

    one_process = connection.vendor == "sqlite"
    assert seen().rate == (watch.MOST_ON_SQLITE if one_process else 1e6)

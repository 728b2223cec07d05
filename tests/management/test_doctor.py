"""`manage.py doctor`: what it says about an installation, in the order to mend it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from alerts.carriers.standing import Standing
from alerts.management.commands import doctor
from alerts.models import Heartbeat, Responder

pytestmark = pytest.mark.django_db

WELL = Standing(
    account_status="active",
    owns_number=True,
    service_known=True,
    carrier_time=None,
)


@pytest.fixture
def stand(monkeypatch):
    """Say how we stand with the carrier."""

    def say(seen: Standing) -> None:
        async def standing() -> Standing:
            return seen

        monkeypatch.setattr(doctor, "standing", standing)

    say(WELL)
    return say


def examined() -> str:
    out = StringIO()
    try:
        call_command("doctor", stdout=out, no_color=True)
    except CommandError as err:
        out.write(str(err))
    return out.getvalue()


def test_it_names_what_is_missing_and_what_to_do(stand):
    said = examined()

    assert "Process pump: never seen." in said
    assert "Public address: cannot be reached" in said
    assert "Responders who can be texted: 0." in said
    assert "/coordinate/people/" in said
    assert "want mending" in said


def test_it_is_content_with_processes_that_live(stand):
    for name in ("pump", "sweep"):
        Heartbeat.objects.beat(name)

    said = examined()

    assert "ok  Process pump: ok." in said
    assert "ok  Process sweep: ok." in said


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (Standing("", None, None, None), "Carrier account: no answer."),
        (Standing("suspended", True, True, None), "Carrier account: suspended."),
        (Standing("active", False, True, None), "not known to belong"),
        (Standing("active", True, False, None), "unknown to the carrier"),
        (
            Standing("active", True, True, timezone.now() - timedelta(minutes=5)),
            "s from the carrier's.",
        ),
    ],
)
def test_it_says_what_is_wrong_with_the_carrier(stand, seen, words):
    stand(seen)

    line = next(line for line in examined().splitlines() if words in line)
    assert line.startswith("no  ")


def test_it_computes_when_the_last_responder_has_a_text(stand, make_responder, network):
    for language in ("en", "es", "ko"):
        make_responder(language=language)
    network.segments_per_second = 0.01
    network.save()

    line = next(line for line in examined().splitlines() if "Reach:" in line)
    assert line.startswith("no  ")
    assert "segments to all responders take" in line

    Responder.objects.all().delete()
    line = next(line for line in examined().splitlines() if "Reach:" in line)
    assert line.startswith("ok  ")


def test_it_shows_no_number(stand, make_responder):
    responder = make_responder()

    assert responder.number[2:] not in examined()


def test_it_says_who_is_called_when_the_carrier_is_down(stand, settings):
    assert "When the carrier is down: only open desks ring." in examined()

    settings.PAGER_EMAIL, settings.EMAIL_URL = ["desk@example.org"], "memorymail://"

    assert "When the carrier is down: PAGER_EMAIL." in examined()


def test_it_sees_a_zone_that_says_something_else_than_its_owner(stand, make_responder):
    responder = make_responder()
    assert "Zones: all agree with their responders." in examined()
    responder.zones.update(is_reachable=False)
    assert "Zones: 1 say something else than their responders." in examined()

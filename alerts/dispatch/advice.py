"""What somebody at the desk can do about an alert that does not get through."""

from collections.abc import Collection, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.carriers.errors import Consequence, consequence_of
from alerts.dispatch.progress import Progress
from alerts.models import Heartbeat, OutboundStatus
from alerts.models.clock import database_now

HANDS_OVER = ("pump", "sweep")
"""The parts of the house of which one must live, or nothing leaves."""
SILENT_SECONDS = 30

FOR_CONSEQUENCE = {
    Consequence.FILTERED: _(
        "Carriers take these words for spam. Call people, and do not send the same text again."
    ),
    Consequence.STOP_ALL: _(
        "A coordinator has to mend our account at the carrier and then allow sending again."
    ),
    Consequence.UNREACHABLE: _("Ask these people for another number; they are not asked again."),
    Consequence.RETRY_ONCE: _("Their phones were off. Each is tried once more after a minute."),
    Consequence.SLOW_DOWN: _("Nothing to do: we send more slowly for a while."),
}
NOBODY = _("No worker and no sweep shows a sign of life: call whoever runs the server, now.")
NO_WORKER = _(
    "No worker shows a sign of life. The sweep sends meanwhile; tell who runs the server."
)
NO_SWEEP = _("The sweep shows no sign of life: what breaks stays broken. Tell who runs the server.")
UNKNOWN = _("Nothing to do: we ask the carrier, and know within two minutes.")
GIVEN_UP = _("Nobody will find out about these. If it matters, call.")


def advice(so_far: Progress, *, is_live: bool) -> list[str | Promise]:
    """Return what to do next, most urgent first; nothing when all is well."""
    return [
        *(about_the_house(silent_parts()) if is_live else ()),
        *about_codes({reason.code for reason in so_far.reasons if reason.code}),
        *([UNKNOWN] if so_far.deliveries[OutboundStatus.UNKNOWN] else ()),
        *([GIVEN_UP] if so_far.deliveries[OutboundStatus.GIVEN_UP] else ()),
    ]


def silent_parts() -> set[str]:
    """Return the parts that hand texts over and have shown no sign of life lately."""
    now = database_now()
    seen = dict(Heartbeat.objects.filter(name__in=HANDS_OVER).values_list("name", "at"))
    return {
        name
        for name in HANDS_OVER
        if name not in seen or (now - seen[name]).total_seconds() > SILENT_SECONDS
    }


def about_the_house(silent: Collection[str]) -> Iterator[str | Promise]:
    """Say what to do about parts that show no sign of life."""
    if len(silent) == len(HANDS_OVER):
        yield NOBODY
    elif "pump" in silent:
        yield NO_WORKER
    elif silent:
        yield NO_SWEEP


def about_codes(codes: Collection[str]) -> Iterator[str | Promise]:
    """Say what to do about the carrier's error codes, each thing once."""
    found = {consequence_of(code) for code in codes}
    for consequence, sentence in FOR_CONSEQUENCE.items():
        if consequence in found:
            yield sentence

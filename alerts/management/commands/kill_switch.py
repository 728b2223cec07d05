"""`manage.py kill_switch on|off|status`: stop every text, from a terminal, without the web."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localtime

from alerts.models import Network


class Command(BaseCommand):
    """Turn the kill switch, or say how it stands."""

    # It must work where everything else is wrong.
    requires_system_checks: list[str] = []
    help = "Stop or allow all sending, corrections too. Takes effect within two seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("to", choices=["on", "off", "status"])
        parser.add_argument("--why", default="", help="a word for whoever finds it stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        network = Network.objects.current()
        if options["to"] == "on":
            network.stop_sending(by=None, why=options["why"][:80])
        elif options["to"] == "off":
            network.resume_sending()
        self.stdout.write(sentence_about(network))


def sentence_about(network: Network) -> str:
    """Return how the switch stands, in a sentence."""
    if network.sending_stopped_at is None:
        return "Texts are sent."
    since = f"{localtime(network.sending_stopped_at):%Y-%m-%d %H:%M:%S} UTC"
    why = f": {network.sending_stopped_why}" if network.sending_stopped_why else ""
    return f"Nothing is sent since {since}{why}"

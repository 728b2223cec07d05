"""`manage.py create_coordinator`: the first link into an empty house."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from alerts.guard import staffing
from alerts.models import Person

MOST_CHARACTERS = 60


class Command(BaseCommand):
    """Print an invitation link for a coordinator; no password ever stands on a command line."""

    help = "Print a link with which a coordinator makes an account. It works once, for 48 hours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="what colleagues call them")
        parser.add_argument(
            "--language", default="en", choices=[code for code, _name in settings.LANGUAGES]
        )
        parser.add_argument(
            "--another",
            action="store_true",
            help="also where there is a coordinator, such as one who lost phone and password",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        name = options["name"].strip()
        if not name or len(name) > MOST_CHARACTERS:
            raise CommandError(f"--name must have 1 to {MOST_CHARACTERS} characters.")
        if not options["another"]:
            refuse_second()
        secret = staffing.invite(
            name=name, role=Person.Role.COORDINATOR, language=options["language"], by=None
        )
        path = reverse("invited", args=[secret])
        self.stdout.write(f"{settings.PUBLIC_URL}{path}")
        self.stderr.write("Open it once, within 48 hours. It is not shown again.")


def refuse_second() -> None:
    """Raise CommandError where a coordinator could invite in the browser instead."""
    coordinators = Person.objects.filter(role=Person.Role.COORDINATOR, is_active=True)
    if coordinators.filter(accounts__isnull=False).exists():
        raise CommandError(
            "There is a coordinator already, who can invite people under /coordinate/people/. "
            "If nobody can sign in any more, add --another."
        )

"""`manage.py create_token ana --may read judge --hours 10`: a key to the API, shown once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError

from alerts.api.tokens import LifeTooLong, grant
from alerts.models import ApiToken, User

HOURS = 10
HOURS_MOST = 24 * 366


class Command(BaseCommand):
    help = "Create a key to the API. It is printed once and kept only as a digest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--may", nargs="+", required=True, choices=ApiToken.SCOPES, help="what it opens"
        )
        parser.add_argument("--hours", type=float, default=HOURS, help=f"life, default {HOURS}")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['username']}.")
        if not 0 < options["hours"] <= HOURS_MOST:
            raise CommandError(f"--hours must be more than 0 and at most {HOURS_MOST}.")
        refused = [scope for scope in options["may"] if not user.may(scope)]
        if refused:
            raise CommandError(f"The role of {user} does not allow: {', '.join(refused)}.")
        try:
            secret = grant(
                user,
                scopes=options["may"],
                life=timedelta(hours=options["hours"]),
            )
        except LifeTooLong as err:
            raise CommandError("A key with --may release lives 12 hours at most.") from err
        self.stdout.write(secret)

"""System checks: what is missing before the network can really text, said at every start."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

CREDENTIALS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_MESSAGING_SERVICE_SID")


@register()
def carrier(**_options: Any) -> list[CheckMessage]:
    """Name what Twilio needs and is not set."""
    if settings.CARRIER != "twilio":
        return []
    return list(_missing_for_twilio())


def _missing_for_twilio() -> Iterator[CheckMessage]:
    missing = [name for name in CREDENTIALS if not getattr(settings, name)]
    if missing:
        yield Warning(
            f"No text can leave and none is accepted: {', '.join(missing)} not set.",
            hint="They stand in Twilio's console; see .env.example.",
            id="alerts.W001",
        )
    if bool(settings.TWILIO_API_KEY) != bool(settings.TWILIO_API_SECRET):
        yield Warning(
            "TWILIO_API_KEY and TWILIO_API_SECRET work only together; neither is used.",
            id="alerts.W002",
        )
    if not settings.NETWORK_NUMBER:
        yield Warning(
            "NETWORK_NUMBER is not set: pages cannot say where to text.",
            hint="The number of the sender, such as +12135550100.",
            id="alerts.W003",
        )


@register()
def public_url(**_options: Any) -> list[CheckMessage]:
    """Insist on https wherever real people text."""
    if settings.IS_HTTPS or settings.CARRIER != "twilio":
        return []
    return [
        Error(
            "PUBLIC_URL is not https: sessions and reports would cross the network readable.",
            hint="Only the demo and tests run without https.",
            id="alerts.E001",
        )
    ]


@register(Tags.files)
def photos(**_options: Any) -> list[CheckMessage]:
    """Say when a photo could not be stored."""
    if _can_write(settings.MEDIA_DIR):
        return []
    return [
        Error(
            "MEDIA_DIR cannot be written: a report with a photo would be refused.",
            hint="Give the account that runs the web process its own folder.",
            id="alerts.E002",
        )
    ]


def _can_write(path: Path) -> bool:
    # The folder is made at the first photo, in the nearest one that exists.
    nearest = next(parent for parent in (path, *path.parents) if parent.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


@register(Tags.security, deploy=True)
def pager(**_options: Any) -> list[CheckMessage]:
    """Remind of the ways to call people that need no carrier."""
    if settings.PAGER_URL or settings.PAGER_EMAIL:
        return []
    return [
        Info(
            "Neither PAGER_URL nor PAGER_EMAIL is set: when the carrier is down, only open desks"
            " ring.",
            id="alerts.I001",
        )
    ]


@register()
def email(**_options: Any) -> list[CheckMessage]:
    """Mind half of what paging by e-mail needs."""
    if bool(settings.PAGER_EMAIL) == bool(settings.EMAIL_URL):
        return []
    return [
        Warning(
            "PAGER_EMAIL and EMAIL_URL work only together: nobody is called by e-mail.",
            hint="Say who is called and by which mail server; see .env.example.",
            id="alerts.W004",
        )
    ]

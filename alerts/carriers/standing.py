"""How we stand with the carrier: is the account alive, is the number ours, is the clock right."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import aiohttp
from django.conf import settings

from alerts.carriers.credentials import api_credentials, basic_auth

API_URL = "https://api.twilio.com"
MESSAGING_URL = "https://messaging.twilio.com"
TIMEOUT = aiohttp.ClientTimeout(total=12, connect=3, sock_read=7)
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the carrier says about us. None, or "", where it could not be asked."""

    account_status: str = ""
    """active, suspended or closed; refused when our credentials are."""
    owns_number: bool | None = None
    service_known: bool | None = None
    """Whether the configured Messaging Service exists; None without one."""
    carrier_time: datetime | None = None
    """The carrier's clock when it answered, aware, in whole seconds."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the carrier; status 0 when there was none."""

    status: int = 0
    data: Any = None
    date: str = ""


async def standing() -> Standing:
    """Ask the carrier how we stand. Never raises for what the carrier or the network does."""
    if settings.CARRIER == "memory" or not all(api_credentials()):
        return Standing()
    async with aiohttp.ClientSession(timeout=TIMEOUT, trust_env=False) as session:
        account = await ask(session, account_url() + ".json", account_credentials())
        numbers = await ask(
            session,
            f"{account_url()}/IncomingPhoneNumbers.json",
            api_credentials(),
            PhoneNumber=settings.NETWORK_NUMBER,
        )
        service = await service_reply(session)
    is_refused = HTTPStatus.UNAUTHORIZED in {account.status, numbers.status}
    return Standing(
        account_status=REFUSED if is_refused else status_in(account),
        owns_number=owns_number(numbers),
        service_known=is_known(service),
        carrier_time=time_in(account) or time_in(numbers),
    )


def account_url() -> str:
    base = settings.TWILIO_API_URL or API_URL
    return f"{base}/2010-04-01/Accounts/{settings.TWILIO_ACCOUNT_SID}"


def account_credentials() -> tuple[str, str]:
    """Return what may read the account itself: a standard API key may not.

    https://www.twilio.com/docs/iam/api-keys
    """
    if settings.TWILIO_AUTH_TOKEN:
        return settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN
    return api_credentials()


async def service_reply(session: aiohttp.ClientSession) -> Reply:
    sid = settings.TWILIO_MESSAGING_SERVICE_SID
    if not sid:
        return Reply()
    base = settings.TWILIO_API_URL or MESSAGING_URL
    return await ask(session, f"{base}/v1/Services/{sid}", api_credentials())


async def ask(
    session: aiohttp.ClientSession, url: str, credentials: tuple[str, str], **query: str
) -> Reply:
    """Return the carrier's answer, an empty Reply if there was none."""
    headers = {"Authorization": basic_auth(*credentials)}
    try:
        async with session.get(url, params=query, headers=headers, allow_redirects=False) as answer:
            data = await answer.json(content_type=None) if answer.status == HTTPStatus.OK else None
            return Reply(answer.status, data, answer.headers.get("Date", ""))
    except (OSError, TimeoutError, ValueError, aiohttp.ClientError):
        return Reply()


def status_in(reply: Reply) -> str:
    status = reply.data.get("status") if isinstance(reply.data, dict) else None
    return status if isinstance(status, str) else ""


def owns_number(reply: Reply) -> bool | None:
    """Say whether our number is among those listed, None if there is no list or no number."""
    numbers = reply.data.get("incoming_phone_numbers") if isinstance(reply.data, dict) else None
    if not settings.NETWORK_NUMBER or not isinstance(numbers, list):
        return None
    return any(
        isinstance(each, dict) and each.get("phone_number") == settings.NETWORK_NUMBER
        for each in numbers
    )


def is_known(reply: Reply) -> bool | None:
    known: dict[int, bool] = {HTTPStatus.OK: True, HTTPStatus.NOT_FOUND: False}
    return known.get(reply.status)


def time_in(reply: Reply) -> datetime | None:
    try:
        return parsedate_to_datetime(reply.date)
    except ValueError:
        return None

"""How we sign in at the carrier's API."""

import base64

from django.conf import settings


def api_credentials() -> tuple[str, str]:
    """Return user name and password: the API key if there is one, else the account's token.

    A key is preferred because it can be limited and revoked. Both are "" without either.
    """
    if settings.TWILIO_API_KEY and settings.TWILIO_API_SECRET:
        return settings.TWILIO_API_KEY, settings.TWILIO_API_SECRET
    if settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN:
        return settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN
    return "", ""


def basic_auth(username: str, password: str) -> str:
    """Return the Authorization header of HTTP basic authentication."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

"""The language switch of pages that must not lose what was typed, or that send no referrer."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def asked_language(request: HttpRequest) -> str:
    """Return the language whose button was pressed in the form of this page, or ""."""
    code = request.POST.get("language", "")
    return code if code in dict(settings.LANGUAGES) else ""


def remember_language(response: HttpResponse, code: str) -> HttpResponse:
    """Show this browser the public pages in the language `code` from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response

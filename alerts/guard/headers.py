"""Headers of every answer: content security policy, no caching of what staff sees."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse

PRIVATE_PATHS = ("/desk/", "/coordinate/", "/account/", "/invited/", "/api/")
PERMISSIONS = "camera=(), microphone=(), geolocation=(self), interest-cohort=()"


class SafeHeadersMiddleware:
    """Adds the policy of settings.SECURE_CSP, and `no-store` on staff pages and receipts."""

    sync_capable = True
    async_capable = True

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]
    ) -> None:
        self.get_response = get_response
        self.policy = "; ".join(
            f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items()
        )
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        if self.is_async:
            return self._answer_later(request)
        response = self.get_response(request)
        return self._dress(request, response)  # type: ignore[arg-type]

    async def _answer_later(self, request: HttpRequest) -> HttpResponse:
        return self._dress(request, await self.get_response(request))  # type: ignore[misc]

    def _dress(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.path.startswith(PRIVATE_PATHS):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

"""Our own static files, found without a detour for every other request."""

from asyncio import iscoroutinefunction
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from servestatic.middleware import ServeStaticMiddleware


@sync_and_async_middleware
def static_files(get_response: Callable[..., Any]) -> Callable[..., Any]:
    """Answer what lies below STATIC_URL with ServeStatic, and pass everything else on.

    Its middleware is asynchronous only: under WSGI each page and webhook would go through an
    event loop of its own and back, which took longer than answering a small one.
    """
    if iscoroutinefunction(get_response):
        files: Callable[..., Any] = ServeStaticMiddleware(get_response)
        return files
    serve = async_to_sync(ServeStaticMiddleware(sync_to_async(get_response)))

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_ours = request.path_info.startswith(settings.STATIC_URL)
        response: HttpResponseBase = (serve if is_ours else get_response)(request)
        return response

    return middleware

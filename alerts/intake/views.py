"""Home, and the report form: write, look at what others will see, send."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alerts.guard.limits import source_of, within
from alerts.intake.forms import ReportForm
from alerts.intake.locating import Where, where_is
from alerts.intake.photos import Picture
from alerts.intake.receiving import receive
from alerts.intake.sent import pictures_in
from alerts.intake.tokens import is_hasty, is_valid, new_token, receipt_secret
from alerts.models import Report, ReportReceipt
from alerts.models.keys import index_of, indexes_of
from alerts.places import Candidate, pick
from alerts.responders.numbers import spoken

SENDS_A_MINUTE = 60
"""From one network address: whole neighbourhoods stand behind one of a mobile carrier."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "intake/home.html", {"number": settings.NETWORK_NUMBER, **by_text()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, and each step from it; only the last one stores anything."""
    if request.method != "POST":
        return show_form(request, ReportForm(initial={"token": new_token()}))
    if request.POST.get("language") in dict(settings.LANGUAGES):
        return switch_language(request)
    form = ReportForm(request.POST)
    if request.POST.get("step") == "edit" or not form.is_valid():
        return show_form(request, form)
    if request.POST.get("step") != "send":
        return show_preview(request, form)
    return send(request, form)

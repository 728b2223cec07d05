"""A reporter's own page: what we do now, what was found, what the desk asks; never the report."""

import re
import secrets

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from alerts.guard.context import language
from alerts.guard.limits import source_of, within
from alerts.intake.contact import by_text
from alerts.intake.forms import AdditionForm
from alerts.intake.languages import asked_language, remember_language
from alerts.intake.once import first_time
from alerts.intake.photos import Picture
from alerts.intake.receiving import receive
from alerts.intake.uploads import read_pictures
from alerts.intake.views import MINUTE_SECONDS, SENDS_A_MINUTE
from alerts.models import Message, Network, Photo, Report, ReportReceipt

SECRET = re.compile(r"[A-Za-z0-9_-]{16}")
LOOKS = 300
"""In ten minutes from one network address: far too few to guess 96 bits."""
LOOK_SECONDS = 600


# This page sends no referrer, and browsers then say "Origin: null" with its forms, which Django's
# check refuses. It needs none: no cookie gives a right here, only the secret in the address.
@csrf_exempt
@cache_control(no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, secret: str) -> HttpResponse:
    """The page; posting to it adds to the report or switches the language."""
    page = find(request, secret)
    if code := asked_language(request):
        translation.activate(code)
        form = AdditionForm(initial=request.POST.dict())
        response = remember_language(show(request, page, form), code)
    elif request.method == "POST":
        response = add(request, page, secret)
    else:
        response = show(request, page, AdditionForm(initial={"token": secrets.token_urlsafe(9)}))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def find(request: HttpRequest, secret: str) -> ReportReceipt:
    """Return the page behind `secret`; raise Http404, the same for all that is wrong."""
    is_tried = SECRET.fullmatch(secret) and within(
        "receipt", source_of(request), limit=LOOKS, seconds=LOOK_SECONDS
    )
    try:
        if is_tried:
            return ReportReceipt.objects.behind(secret)
    except ReportReceipt.DoesNotExist as err:
        raise Http404 from err
    raise Http404


def show(request: HttpRequest, page: ReportReceipt, form: AdditionForm) -> HttpResponse:
    """Show the page; `form` is where something can be added."""
    reports = page.reports.select_related("incident").order_by("received_at")
    latest = reports.last()
    return render(
        request,
        "intake/receipt.html",
        {
            "form": form,
            "received_at": Network.objects.current().local(page.created_at),
            "status": latest.incident.status if latest and latest.incident else "new",
            "notes": Message.objects.filter(receipt=page).order_by("created_at"),
            "most_photos": Photo.MOST,
            **by_text(),
        },
    )


def add(request: HttpRequest, page: ReportReceipt, secret: str) -> HttpResponse:
    """Take what the reporter adds; the second click adds nothing."""
    form = AdditionForm(request.POST)
    if not form.is_valid():
        return show(request, page, form)
    if not within("web report", source_of(request), limit=SENDS_A_MINUTE, seconds=MINUTE_SECONDS):
        return render(request, "intake/busy.html", {"addition": form, **by_text()}, status=429)
    pictures, sentences = read_pictures(request.FILES.getlist("photos"))
    for sentence in dict.fromkeys(sentences):
        messages.warning(request, sentence)
    if form.cleaned_data["text"] or pictures:
        store(form, page, pictures)
        messages.success(request, _("Thank you. We have it."))
    elif not sentences:
        messages.info(request, _("Write something or choose a photo first."))
    return redirect("report-receipt", secret)


def store(form: AdditionForm, page: ReportReceipt, pictures: list[Picture]) -> None:
    """Receive an addition as one more report of the same page, once."""
    text, token = form.cleaned_data["text"], form.cleaned_data["token"]
    with transaction.atomic():
        if first_time("addition", f"{page.pk} {token} {text}"):
            receive(
                channel=Report.Channel.WEB,
                text=text,
                language=language(),
                receipt=page,
                photos=pictures,
            )

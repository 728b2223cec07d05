"""Home, and the report form: write, look at what others will see, send."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alerts.guard.context import language
from alerts.guard.limits import source_of, within
from alerts.intake.contact import by_text
from alerts.intake.forms import ReportForm
from alerts.intake.languages import asked_language, remember_language
from alerts.intake.locating import Where, where_is
from alerts.intake.photos import Picture
from alerts.intake.receiving import receive
from alerts.intake.tokens import is_hasty, is_valid, new_token, receipt_secret
from alerts.intake.uploads import read_pictures
from alerts.models import Network, Photo, Report, ReportReceipt
from alerts.models.keys import index_of
from alerts.places import Candidate, pick

SENDS_A_MINUTE = 60
"""From one network address: whole neighbourhoods stand behind one of a mobile carrier."""
MINUTE_SECONDS = 60


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "intake/home.html", by_text())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, and each step from it; only the last one stores anything."""
    if request.method != "POST":
        return show_form(request, ReportForm(initial={"token": new_token()}))
    if code := asked_language(request):
        return switch_language(request, to=code)
    if request.POST.get("step") == "edit":
        return show_form(request, ReportForm(initial=request.POST.dict()))
    form = ReportForm(request.POST)
    if not form.is_valid():
        return show_form(request, form)
    if request.POST.get("step") != "send":
        return show_preview(request, form)
    return send(request, form)


def show_form(request: HttpRequest, form: ReportForm) -> HttpResponse:
    return render(request, "intake/report.html", {"form": form, **by_text()})


def switch_language(request: HttpRequest, *, to: str) -> HttpResponse:
    """Show the form in another language with everything that was typed still in it."""
    translation.activate(to)
    response = show_form(request, ReportForm(initial=request.POST.dict()))
    return remember_language(response, to)


def show_preview(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """Show what others will see, before anything is stored.

    Photos are asked for on this page: a browser does not fill in a file field again, so from
    the first page they would have to be sent twice, or kept here before anybody pressed send.
    """
    return render(
        request,
        "intake/preview.html",
        {
            "form": form,
            "where": where_in(form),
            "now": Network.objects.current().local(timezone.now()),
            "most_photos": Photo.MOST,
        },
    )


def send(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """Store the report and lead to its receipt; the second click leads to the same one."""
    token = form.cleaned_data["token"]
    if not is_valid(token):
        messages.info(request, _("This page was open for long. Please press send once more."))
        return show_preview(request, with_fresh_token(request.POST))
    if not within("web report", source_of(request), limit=SENDS_A_MINUTE, seconds=MINUTE_SECONDS):
        return render(request, "intake/busy.html", {"form": form, **by_text()}, status=429)
    place = chosen_place(form, request.POST.get("which", ""))
    secret = receipt_secret(token, typed_in(form, place))
    if not is_sent(secret):
        pictures, sentences = read_pictures(request.FILES.getlist("photos"))
        store(form, secret=secret, place=place, pictures=pictures)
        for sentence in dict.fromkeys(sentences):
            messages.warning(request, sentence)
    return redirect("report-receipt", secret)


def store(
    form: ReportForm, *, secret: str, place: Candidate | None, pictures: list[Picture]
) -> None:
    """Receive the report behind the receipt page `secret`, unless it is there already."""
    answers = form.cleaned_data
    with transaction.atomic():
        receipt, is_new = ReportReceipt.objects.get_or_create(digest=index_of("receipt", secret))
        if not is_new:
            return
        receive(
            channel=Report.Channel.WEB,
            text=answers["text"],
            language=language(),
            receipt=receipt,
            place_text=answers["place"],
            lat=answers["lat"],
            lon=answers["lon"],
            saw_it=answers["saw_it"],
            still_going=answers["still_going"],
            salute=form.salute,
            photos=pictures,
            place=place,
            is_doubtful=bool(answers["website"]) or is_hasty(answers["token"]),
        )


def is_sent(secret: str) -> bool:
    """Say whether the report behind `secret` is stored."""
    return ReportReceipt.objects.filter(digest=index_of("receipt", secret)).exists()


def where_in(form: ReportForm) -> Where:
    """Return the place as we understand the form."""
    answers = form.cleaned_data
    return where_is(
        answers["text"], place_text=answers["place"], lat=answers["lat"], lon=answers["lon"]
    )


def chosen_place(form: ReportForm, label: str) -> Candidate | None:
    """Return the choice called `label` among those we offered for this form."""
    choices = where_in(form).choices if label else []
    labels = [choice.label for choice in choices]
    return pick(choices, str(labels.index(label) + 1)) if label in labels else None


def typed_in(form: ReportForm, place: Candidate | None) -> dict[str, Any]:
    """Return what makes this report another one than the last from the same form."""
    typed = {name: value for name, value in form.cleaned_data.items() if name != "token"}
    return typed | {"which": place.label if place else ""}


def with_fresh_token(answers: QueryDict) -> ReportForm:
    """Return valid answers in a form opened now."""
    fresh = ReportForm({**answers.dict(), "token": new_token()})
    fresh.full_clean()
    return fresh

"""The door for texts: `/twilio/sms/`. A genuine one is never refused, whatever is in it."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from alerts.carriers.inbound import MalformedWebhook, is_signed, read_inbound
from alerts.intake.arriving import take_in
from alerts.triage.watchdog import glance

log = logging.getLogger(__name__)

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@csrf_exempt
@require_POST
def sms(request: HttpRequest) -> HttpResponse:
    """Take in one text. Replies go out as messages of their own, never in this answer.

    The answer is 403 without a good signature and 200 for everything signed: the carrier counts
    any other answer as an error and the text as lost, https://www.twilio.com/docs/api/errors/11200.
    Only a database that does not answer makes it a 500, and the carrier tries once more.
    """
    url = settings.PUBLIC_URL + request.get_full_path()
    if not is_signed(url, request.POST, request.headers.get("X-Twilio-Signature")):
        return HttpResponseForbidden("Not signed by the carrier.", content_type="text/plain")
    try:
        take_in(read_inbound(request.POST))
    except MalformedWebhook as err:
        log.warning("signed text without a usable %s", err)
    glance()
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml")

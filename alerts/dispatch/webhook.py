"""Receipts of the carrier, as an ordinary view; `receipt_door` is the cheaper way in."""

import logging

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from alerts.carriers.inbound import MalformedWebhook, is_signed, read_receipt
from alerts.dispatch.callback import BadCode, read
from alerts.dispatch.receipts import Receipt, store

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def take_receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Store the carrier's word about one text, and answer when it is committed.

    403 for what the carrier did not sign or we did not write; 2xx for whatever else is of no
    use, so that it is not repeated for hours; 503 while the database is away.
    """
    address = settings.PUBLIC_URL + request.get_full_path()
    if not is_signed(address, request.POST, request.headers.get("X-Twilio-Signature")):
        return HttpResponse(status=403)
    try:
        hand_over = read(code)
        said = read_receipt(request.POST)
    except BadCode:
        return HttpResponse(status=403)
    except MalformedWebhook as err:
        log.info("receipt ignored: %s", err)
        return HttpResponse(status=204)
    try:
        store([Receipt(hand_over, said.status, said.sid, said.code)])
    except (OperationalError, InterfaceError) as err:
        log.warning("a receipt was not stored: %s", err)
        return HttpResponse(status=503)
    return HttpResponse(status=204)

"""The phone networks we can hand a text to, all with the same promises (see `base`)."""

from typing import cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from alerts.carriers.base import Carrier, Listed, Outcome, Text

__all__ = ["Carrier", "Listed", "Outcome", "Text", "open_carrier"]

# By dotted path: importing `twilio` costs 70 ms, which only a process that sends should pay.
CARRIERS = {
    "twilio": "alerts.carriers.twilio.TwilioCarrier",
    "simulator": "alerts.carriers.twilio.TwilioCarrier",
    "memory": "alerts.carriers.memory.MemoryCarrier",
}


def open_carrier() -> Carrier:
    """Return the carrier that the setting CARRIER names, ready to send; close it when done.

    `simulator` is the Twilio carrier pointed at TWILIO_API_URL. Raise ImproperlyConfigured for
    another name, or when what that carrier needs is missing.
    """
    if settings.CARRIER not in CARRIERS:
        raise ImproperlyConfigured(f"CARRIER must be one of {', '.join(CARRIERS)}.")
    if settings.CARRIER == "simulator" and not settings.TWILIO_API_URL:
        raise ImproperlyConfigured("CARRIER=simulator needs TWILIO_API_URL.")
    return cast(Carrier, import_string(CARRIERS[settings.CARRIER]).from_settings())

"""The number people text, as pages show it."""

import phonenumbers
from django.conf import settings


def by_text() -> dict[str, str]:
    """Return the network's number for a template: `number` (E.164) and `number_shown`.

    Both are empty while no number is set.
    """
    number = settings.NETWORK_NUMBER
    if not number:
        return {"number": "", "number_shown": ""}
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return {"number": number, "number_shown": number}
    national = phonenumbers.PhoneNumberFormat.NATIONAL
    return {"number": number, "number_shown": phonenumbers.format_number(parsed, national)}

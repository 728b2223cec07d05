"""Phone numbers as people write them."""

import unicodedata

import phonenumbers

MOST_CHARACTERS = 40


class NotAPhoneNumber(ValueError):
    """Words that are no phone number somebody could be texted at."""


def parse_number(text: str, *, region: str = "US") -> str:
    """Return the E.164 form of a number such as "(213) 555-0123"; raise NotAPhoneNumber.

    Full-width digits and spaces of any kind are read. A number without a country code is one of
    `region` (ISO 3166-1, two letters). Extensions are refused: they cannot be texted.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    # The message of an error may reach a log: it never holds the number.
    if not plain or len(plain) > MOST_CHARACTERS:
        raise NotAPhoneNumber("empty or too long")
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException as err:
        raise NotAPhoneNumber("cannot be read") from err
    if number.extension or not phonenumbers.is_valid_number(number):
        raise NotAPhoneNumber("belongs to no phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

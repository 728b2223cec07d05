"""What people are told before they ask to be texted; each wording keeps its version."""

from django.utils.translation import gettext, override

WORDING_VERSION = "2026-11"


def wording(language: str) -> str:
    """Return the words of WORDING_VERSION in `language`.

    What 47 CFR 64.1200(f)(9) wants said: who texts, what, by which means, and how to end it.
    A change of these words is a new version.
    """
    with override(language):
        return gettext(
            "I ask this network to text me, also by an automatic system, when help is needed near "
            "the places I choose, and about what came of it. How often depends on what happens. "
            "Message and data rates may apply. I can leave at any time by texting STOP, and ask "
            "for help by texting HELP. Nobody has to agree in order to get anything."
        )

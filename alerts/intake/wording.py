"""Texts to people who write to us: a template of its own per language and purpose."""

from functools import lru_cache
from pathlib import Path

from django.template import Context, Engine

from alerts.dispatch.segments import to_gsm
from alerts.models import Network


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Return the templates below `texts/`, which are plain text and so escape nothing."""
    return Engine(dirs=[str(Path(__file__).parent / "texts")], autoescape=False)


def word(name: str, language: str, *, network: Network, **facts: object) -> str:
    """Return the text `name` in `language`, in cheap characters as far as it can be said so.

    Every template knows `network` (the short name) and `hotline`; `facts` are its other words.
    """
    known = {"network": network.short_name_in(language), "hotline": network.hotline}
    template = engine().get_template(f"{language}/{name}.txt")
    return to_gsm(template.render(Context(known | facts, autoescape=False)).strip())

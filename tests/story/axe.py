"""axe-core in an open page, on a laptop and a phone, by day and by night.

WCAG 2.2 AA and more; it is vendored in tests/data/axe/ and runs inside the page. On a phone no
page scrolls sideways.
"""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from tests.story.conftest import LAPTOP

AXE = Path(__file__).parents[1] / "data" / "axe" / "axe.min.js"
RUN_AXE = """async (only) => {
  const what = only ? {runOnly: {type: "rule", values: [only]}} : {};
  const found = await axe.run(document, {resultTypes: ["violations"], ...what});
  return found.violations.flatMap(({id, nodes}) =>
    nodes.map(({html, failureSummary}) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""
SIDEWAYS = """() => {
  const {scrollWidth, clientWidth} = document.scrollingElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll("main *, header *")].filter(
    (element) => element.getBoundingClientRect().right > clientWidth + 1);
  const culprits = wide.slice(0, 3).map(({outerHTML}) => outerHTML.slice(0, 90));
  return [`${scrollWidth} px wide: ${culprits}`];
}"""
PHONE = {"width": 360, "height": 740}
EVERYTHING = ("light", None)
# Another light changes colours and nothing else, and colours are the same in every language.
LIGHTS = {
    "en": (EVERYTHING, ("dark", "color-contrast")),
    "es": (EVERYTHING,),
    "ko": (EVERYTHING,),
}


def faults(page: Page, *, language: str) -> Iterator[str]:
    """Yield what axe finds in an open page of `language`, each with the element it is about.

    The page's context needs AXE as an initial script.
    """
    for size in (LAPTOP, PHONE):
        page.set_viewport_size(size)
        for light, only in LIGHTS[language]:
            page.emulate_media(color_scheme=light)
            for line in page.evaluate(RUN_AXE, only):
                yield f"{size['width']} {light} {line}"
    yield from page.evaluate(SIDEWAYS)

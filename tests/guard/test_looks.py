"""The stylesheet is small, and readable for everybody in light and dark."""

import gzip
import re
from pathlib import Path

import pytest
from django.db.models import TextChoices

from alerts.models import AlertStatus, IncidentStatus, OutboundStatus, Responder

STYLES = (Path(__file__).resolve().parents[2] / "static" / "css" / "site.css").read_text()
DASHED = {"unverifiable", "closed", "merged", "expired", "skipped", "paused", "left"}
"""States that ask nobody for anything keep the plain shape, a dash."""
READABLE, VISIBLE = 4.5, 3.0
"""WCAG 2.2, 1.4.3 and 1.4.11: contrast of text, and of edges and focus."""


def colours(scheme: str) -> dict[str, str]:
    light = values(STYLES.index(":root"))
    if scheme == "light":
        return light
    return light | values(STYLES.index(":root", STYLES.index("prefers-color-scheme: dark")))


def values(start: int) -> dict[str, str]:
    block = STYLES[start : STYLES.index("}", start)]
    return dict(re.findall(r"--([\w-]+):\s*#([0-9a-f]{3,6});", block))


def brightness(colour: str) -> float:
    """Return relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    whole = "".join(letter * 2 for letter in colour) if len(colour) == 3 else colour
    parts = [int(whole[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


TEXT = [
    *((ink, paper) for ink in ("ink", "soft", "accent") for paper in ("paper", "sheet", "wash")),
    *((tone, f"{tone}-wash") for tone in ("wait", "work", "alarm", "calm", "quiet")),
    *(("ink", f"{tone}-wash") for tone in ("wait", "work", "alarm", "calm")),
    ("soft", "work-wash"),
    ("alarm", "sheet"),
    ("alarm", "paper"),
    ("on-accent", "accent"),
    ("on-accent", "alarm"),
]
EDGES = [("edge", "sheet"), ("edge", "paper"), ("focus", "sheet"), ("focus", "paper")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_enough_contrast(scheme: str) -> None:
    colour = colours(scheme)
    for pairs, least in ((TEXT, READABLE), (EDGES, VISIBLE)):
        for one, other in pairs:
            assert contrast(colour[one], colour[other]) >= least, (scheme, one, other)


def test_it_weighs_less_than_12_kilobytes() -> None:
    assert len(gzip.compress(STYLES.encode())) < 12_000


def test_it_loads_nothing_from_elsewhere() -> None:
    assert "@import" not in STYLES
    assert "url(" not in STYLES


def test_it_moves_only_where_people_like_motion() -> None:
    calm = STYLES[: STYLES.index("@media (prefers-reduced-motion: no-preference)")]

    assert "animation:" not in calm
    assert "transition:" not in calm


@pytest.mark.parametrize(
    "statuses", [IncidentStatus, AlertStatus, OutboundStatus, Responder.Status]
)
def test_it_gives_every_state_a_shape(statuses: type[TextChoices]) -> None:
    shaped = set(re.findall(r"\.state-(\w+)", STYLES))

    assert set(statuses.values) - shaped <= DASHED
    assert shaped & DASHED == set()

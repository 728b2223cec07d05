"""Coordinators add, pause and take off; numbers stay masked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from alerts.models import Area, Consent, OptOut, Responder, Zone
from alerts.models.places import cell_at
from alerts.places import Candidate
from alerts.responders import forms
from alerts.responders.leaving import leave
from tests.responders.conftest import FAR_AWAY, SIXTH_AND_VERMONT
from tests.unreadable import make_unreadable

PAGE = "/coordinate/people/responders/"
NUMBER = "+12135550123"


@pytest.fixture
def koreatown(make_area: Callable[..., Area]) -> Area:
    return make_area()


@pytest.fixture
def add(coordinator: Client, koreatown: Area) -> Callable[..., Any]:
    """Fill in the form; a value of None leaves a field out."""

    def send(**typed: Any) -> Any:
        form = {
            "number": "(213) 555-0123",
            "handle": "지민",
            "language": "ko",
            "areas": [koreatown.pk],
            "method": "spoken",
            "given_on": "2026-11-20",
            "note": "Plaza, before Ana and Vera",
            "agreed": "on",
            **typed,
        }
        kept = {name: value for name, value in form.items() if value is not None}
        return coordinator.post(f"{PAGE}add/", kept)

    return send


def found(confidence: float, *labels: str) -> Callable[[str], list[Candidate]]:
    """A resolver that always finds these places, as sure as it is told."""
    lat, lon = FAR_AWAY
    places = [
        Candidate(lat, lon, label, "crossing", 30, confidence, words=label) for label in labels
    ]
    return lambda _words: places


def test_it_adds_a_neighbour_with_zones_and_evidence(add: Callable[..., Any]) -> None:
    response = add(is_scout="on", may_be_woken="on")

    assert response["Location"] == PAGE
    responder = Responder.objects.get()
    assert responder.number == NUMBER
    assert responder.status == Responder.Status.ACTIVE
    assert (responder.is_scout, responder.may_be_woken) == (True, True)
    assert Zone.objects.get().cell == cell_at(*SIXTH_AND_VERMONT)
    consent = Consent.objects.get()
    assert (consent.method, consent.note) == ("spoken", "Plaza, before Ana and Vera")
    assert f"{consent.given_at:%Y-%m-%d}" == "2026-11-20"


def test_it_takes_no_consent_to_the_night_for_granted(add: Callable[..., Any]) -> None:
    add()

    assert not Responder.objects.get().may_be_woken


def test_it_goes_on_with_the_next_one(add: Callable[..., Any]) -> None:
    assert add(another="1")["Location"] == f"{PAGE}add/"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "555-0123"),
        ("number", ""),
        ("number", "a\x00"),
        ("language", "tlh"),
        ("areas", None),
        ("areas", ["999999"]),
        ("areas", ["x"]),
        ("method", None),
        ("method", "web"),
        ("given_on", "2026-02-30"),
        ("given_on", "2199-01-01"),
        ("note", ""),
        ("note", "x" * 201),
        ("agreed", None),
    ],
)
def test_it_adds_nobody_without_all_of_it(
    add: Callable[..., Any], field: str, value: object
) -> None:
    response = add(**{field: value})

    assert response.status_code == 200
    assert 'class="errorlist"' in response.content.decode()
    assert not Responder.objects.exists()
    assert not Consent.objects.exists()


def test_it_refuses_a_number_that_opted_out_and_says_why(add: Callable[..., Any]) -> None:
    leave(NUMBER, source=OptOut.Source.WORD)

    response = add()

    assert "asked not to be texted" in response.content.decode()
    assert not Responder.objects.exists()


def test_it_tells_that_a_number_is_on_the_list(add: Callable[..., Any]) -> None:
    add()

    response = add(number="+1 213 555 0123")

    assert "on the list already, as: Active" in response.content.decode()
    assert Responder.objects.count() == 1


def test_it_finds_the_zone_of_a_place(
    add: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "resolve", found(0.9, "6th St & Vermont Ave"))

    add(areas=None, place="6th and vermont")

    cells = set(Zone.objects.values_list("cell", flat=True))
    assert cell_at(*FAR_AWAY) in cells
    assert len(cells) == 7


def test_it_asks_which_place_is_meant(
    add: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "resolve", found(0.3, "8th St & Vermont Ave", "8th Pl"))

    response = add(place="8th")

    assert "8th St &amp; Vermont Ave; 8th Pl" in response.content.decode()
    assert not Responder.objects.exists()


def test_it_says_when_it_does_not_know_a_place(
    add: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "resolve", found(0))

    assert "do not know this place" in add(place="qwxz").content.decode()


def test_it_shows_the_wording_in_every_language(coordinator: Client, db: None) -> None:
    page = coordinator.get(f"{PAGE}add/").content.decode()

    assert "version 2026-11" in page
    for language in ("en", "es", "ko"):
        assert f'<blockquote lang="{language}">' in page


def test_it_shows_four_digits_and_no_more(
    coordinator: Client, make_responder: Callable[..., Responder]
) -> None:
    make_responder(number="+18185550187")

    page = coordinator.get(PAGE).content.decode()

    assert "0187" in page
    assert "818555" not in page
    assert "5550187" not in page


def test_it_counts_active_people_per_area_once(
    coordinator: Client,
    koreatown: Area,
    make_area: Callable[..., Area],
    make_responder: Callable[..., Responder],
) -> None:
    make_area("Airport", FAR_AWAY)
    both = [cell_at(*SIXTH_AND_VERMONT), cell_at(*FAR_AWAY)]
    make_responder(cells=both)
    make_responder()
    make_responder(status=Responder.Status.PAUSED)

    areas = coordinator.get(PAGE).context["areas"]

    assert [(count.area, count.people) for count in areas] == [("Koreatown", 2), ("Airport", 1)]


def test_it_pauses_and_texts_again(
    coordinator: Client, make_responder: Callable[..., Responder]
) -> None:
    responder = make_responder()

    for _click in range(2):
        coordinator.post(f"{PAGE}{responder.pk}/pause/")
    responder.refresh_from_db()
    assert responder.status == Responder.Status.PAUSED

    coordinator.post(f"{PAGE}{responder.pk}/resume/")
    responder.refresh_from_db()
    assert responder.status == Responder.Status.ACTIVE


def test_it_takes_off_for_good(
    coordinator: Client, make_responder: Callable[..., Responder]
) -> None:
    responder = make_responder()

    for _click in range(2):
        coordinator.post(f"{PAGE}{responder.pk}/take-off/")
    coordinator.post(f"{PAGE}{responder.pk}/resume/")

    responder.refresh_from_db()
    assert responder.status == Responder.Status.LEFT
    assert OptOut.objects.get().source == OptOut.Source.STAFF


def test_it_takes_off_somebody_whose_number_cannot_be_read_any_more(
    coordinator: Client, make_responder: Callable[..., Responder]
) -> None:
    responder, other = make_responder(), make_responder()
    number = responder.number
    make_unreadable(responder, as_of=other)

    coordinator.post(f"{PAGE}{responder.pk}/take-off/")

    assert Responder.objects.get(pk=responder.pk).status == Responder.Status.LEFT
    assert OptOut.objects.forbids(number)


def test_it_is_for_coordinators(verifier: Client, make_responder: Callable[..., Responder]) -> None:
    responder = make_responder()

    for step in ("pause", "resume", "take-off"):
        assert verifier.post(f"{PAGE}{responder.pk}/{step}/").status_code == 403

    responder.refresh_from_db()
    assert responder.status == Responder.Status.ACTIVE


@pytest.mark.parametrize("asked", ["?page=0", "?page=x", "?status=nonsense", "?page=99999999999"])
def test_it_does_not_mind_strange_addresses(
    coordinator: Client, make_responder: Callable[..., Responder], asked: str
) -> None:
    make_responder()

    assert coordinator.get(PAGE + asked).status_code == 200

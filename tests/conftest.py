"""Few fixtures, named for who holds them; good defaults, every column can be said."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from alerts.carriers import memory
from alerts.carriers.base import Text
from alerts.dispatch import pump
from alerts.models import (
    Incident,
    IncidentStatus,
    Network,
    Person,
    Responder,
    User,
    Verification,
)
from alerts.models.places import cell_at
from tests.guard.signing_in import over_https, sign_in

SIXTH_AND_VERMONT = (34.063387, -118.291765)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the stories: each file takes a minute or two, and no worker shall end with one."""
    items.sort(key=lambda item: "/story/" not in item.nodeid)


@pytest.fixture(autouse=True)
def cheap_and_fresh(settings: Any) -> None:
    # Argon2 takes 100 MiB and 50 ms a password: right for people, wrong for 1,000 tests.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.SERVESTATIC_AUTOREFRESH = True  # else every client scans all static files first
    # The limits of the sign-in live there, and a shared one would be cleared under another run.
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    # A page leaves the reader's language behind in its thread; the next test starts in English.
    translation.activate("en")


@pytest.fixture
def client() -> Client:
    """A browser of somebody we do not know, over https as the product insists."""
    return over_https(Client())


@pytest.fixture
def network(db: None) -> Network:
    return Network.objects.current()


@pytest.fixture
def numbers() -> Callable[[], str]:
    """Phone numbers that belong to nobody: +1 NPA 555 01xx, each once in a test."""
    made = itertools.count()

    def next_number() -> str:
        block, last = divmod(next(made), 100)
        return f"+1{('213', '310', '323', '424', '818')[block]}55501{last:02d}"

    return next_number


@pytest.fixture
def make_person(db: None, numbers: Callable[[], str]) -> Callable[..., Person]:
    names = itertools.count(1)

    def make(**columns: Any) -> Person:
        number = next(names)
        person = Person.objects.create(
            **{"name": f"Volunteer {number}", "number": numbers(), **columns}
        )
        User.objects.create_user(f"volunteer{number}", "a long enough passphrase", person=person)
        return person

    return make


@pytest.fixture
def signed_in(make_person: Callable[..., Person]) -> Callable[..., Client]:
    """A browser of a new member of the staff; `client.person` says who."""

    def make(**columns: Any) -> Client:
        person = make_person(**columns)
        client = Client()
        sign_in(client, person.accounts.get())
        client.person = person  # type: ignore[attr-defined]
        return client

    return make


@pytest.fixture
def verifier(signed_in: Callable[..., Client]) -> Client:
    return signed_in(name="Vera")


@pytest.fixture
def approver(signed_in: Callable[..., Client]) -> Client:
    return signed_in(name="Aroon")


@pytest.fixture
def coordinator(signed_in: Callable[..., Client]) -> Client:
    return signed_in(name="Coco", role=Person.Role.COORDINATOR)


@pytest.fixture
def stranger(client: Client) -> Client:
    return client


@pytest.fixture
def make_responder(db: None, numbers: Callable[[], str]) -> Callable[..., Responder]:
    """An active responder near 6th and Vermont; `at` puts the zone elsewhere."""

    def make(
        at: tuple[float, float] = SIXTH_AND_VERMONT, number: str = "", **columns: Any
    ) -> Responder:
        return Responder.add(
            number or numbers(),
            cells=columns.pop("cells", [cell_at(*at)]),
            **{"status": Responder.Status.ACTIVE, **columns},
        )

    return make


@pytest.fixture
def make_incident(db: None) -> Callable[..., Incident]:
    """A new incident at 6th and Vermont."""

    def make(at: tuple[float, float] | None = SIXTH_AND_VERMONT, **columns: Any) -> Incident:
        label = columns.pop("label", "6th St & Vermont Ave")
        incident = Incident.objects.create(**columns)
        if at:
            incident.locate(lat=at[0], lon=at[1], label=label, confidence=0.95)
        return incident

    return make


@pytest.fixture
def make_verified_incident(
    make_incident: Callable[..., Incident], make_person: Callable[..., Person]
) -> Callable[..., Incident]:
    def make(by: Person | None = None, **columns: Any) -> Incident:
        salute = {"size": "6 agents", "activity": "questioning people", "equipment": "3 cars"}
        incident = make_incident(**{"salute": salute, **columns})
        by = by or make_person()
        incident.claim(by=by)
        incident.judge(IncidentStatus.VERIFIED, by=by)
        Verification.objects.create(
            incident=incident, by=by, seen_by=Verification.SeenBy.TRAINED_PERSON
        )
        return incident

    return make


class Outbox(Sequence[Text]):
    """Every text the memory carrier took in this test, oldest first."""

    def __len__(self) -> int:
        return len(memory.outbox())

    def __getitem__(self, index: Any) -> Any:
        return memory.outbox()[index]


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    memory.reset()
    yield Outbox()
    memory.reset()


@pytest.fixture
def run_pump(transactional_db: None) -> Callable[[], None]:
    """Hand over everything that is due now, as a worker would."""

    def run() -> None:
        pump.run_until_idle(Network.ONLY)

    return run

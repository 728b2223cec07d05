"""A network to try things on: areas, 60 responders in three languages, three members of staff."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import h3
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from alerts.api.tokens import grant
from alerts.models import ApiToken, Area, Network, Person, Responder, Shift, User
from alerts.models.places import CELL_RESOLUTION
from alerts.models.responders import Consent
from alerts.places.shipped import shipped_rows
from alerts.places.table import keep

RESPONDERS = 60
LANGUAGES = ("es", "ko", "en")
NPAS = ("213", "310", "323", "424", "818")
STAFF = (
    ("ana", "Ana", Person.Role.VERIFIER, "en", "+12135550191"),
    ("minjun", "Minjun", Person.Role.VERIFIER, "ko", "+12135550192"),
    ("grace", "Grace", Person.Role.COORDINATOR, "es", "+12135550193"),
)
TOKEN_HOURS = 12
SCOPES = ("report", "read", "judge", "release")


@dataclass(frozen=True, slots=True)
class Access:
    """How one member of the demo's staff gets in."""

    username: str
    password: str
    totp_secret: str
    token: str


def seed() -> list[Access]:
    """Make the demo's places and network where they are missing; return its staff's ways in."""
    if not Area.objects.exists():
        keep(list(shipped_rows()))
    with transaction.atomic():
        network = Network.objects.current()
        if not Responder.objects.exists():
            add_responders(network)
        passwords = last_passwords(settings.DEMO_DIR / "access.json")
        return [add_staff(*columns, passwords.get(columns[0], "")) for columns in STAFF]


def add_responders(network: Network) -> None:
    """Add 60 active responders, most of them near the middle of the neighbourhood."""
    centre = h3.latlng_to_cell(network.centre_lat, network.centre_lon, CELL_RESOLUTION)
    cells = [h3.str_to_int(cell) for cell in sorted(h3.grid_disk(centre, 2))]
    for number in range(RESPONDERS):
        language = LANGUAGES[number % len(LANGUAGES)]
        responder = Responder.add(
            phone(number),
            cells=[cells[number % len(cells)], cells[(number * 7 + 3) % len(cells)]],
            language=language,
            handle=f"Neighbour {number + 1}",
            status=Responder.Status.ACTIVE,
            is_scout=number % 4 == 0,
            is_drill_volunteer=number % 6 == 0,
        )
        Consent.objects.create(
            opt_out_digest=responder.opt_out_digest,
            method=Consent.Method.PAPER,
            wording_version="demo",
            language=language,
            note="Made up for the demo",
            given_at=timezone.now(),
        )


def phone(number: int) -> str:
    """Return the made-up number of the demo's responder `number`, 0 to 59."""
    return f"+1{NPAS[number % len(NPAS)]}55501{20 + number // len(NPAS):02d}"


def last_passwords(access: Path) -> dict[str, str]:
    """Return the passwords of the last start by user name."""
    if not access.exists():
        return {}
    return {each["username"]: each["password"] for each in json.loads(access.read_text())["desk"]}


def add_staff(
    username: str, name: str, role: str, language: str, number: str, last_password: str
) -> Access:
    """Make sure a member of staff exists, on shift, with a password, a fresh code and token."""
    user = User.objects.filter(username=username).first()
    if user is None:
        person = Person.objects.create(name=name, role=role, language=language, number=number)
        user = User.objects.create_user(username, None, person=person)
    password, secret = last_password, generate_totp_secret()
    if not user.check_password(password):
        # Only then: another password signs out whoever watches the desk through a restart.
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(user, secret)
    ApiToken.objects.filter(user=user).delete()
    token = grant(user, scopes=SCOPES, life=timedelta(hours=TOKEN_HOURS))
    now = timezone.now()
    if not Shift.objects.on_at(now).filter(person=user.person).exists():
        Shift.objects.create(
            person=user.person, starts_at=now, ends_at=now + timedelta(hours=TOKEN_HOURS)
        )
    return Access(username, password, secret, token)


def write_access(path: Path, staff: list[Access]) -> None:
    """Write how to get in, for people and scripts, readable by the owner only."""
    simulator = {
        "url": settings.TWILIO_API_URL + "/",
        "number": settings.NETWORK_NUMBER,
        "token": settings.SIMULATOR_TOKEN,
    }
    content = {
        "url": settings.PUBLIC_URL + "/",
        "desk": [asdict(access) for access in staff],
        "simulator": simulator,
    }
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
    fresh.replace(path)

"""Who belongs to the staff and what they may do; every act is one transaction."""

from datetime import datetime

from django.db import IntegrityError, transaction

from alerts.guard.sessions import end_sessions
from alerts.models import Invitation, InvitationUsed, Person, User
from alerts.models.keys import indexes_of
from alerts.models.tokens import ApiToken


class LastCoordinator(Exception):
    """Without this person nobody could invite anybody any more."""


class UsernameTaken(Exception):
    """Somebody else signs in with this name."""


def invite(*, name: str, role: str, language: str, by: Person | None) -> str:
    """Invite somebody to the staff; return the secret of their link.

    A new link replaces an open one for the same name: what a second click made is no second
    invitation.
    """
    with transaction.atomic():
        if by is not None:
            lock(by)
        # Names are sealed, so the few open ones are read rather than searched.
        for earlier in Invitation.objects.filter(used_at=None, invited_by=by):
            if earlier.name == name:
                earlier.delete()
        return Invitation.objects.invite(name=name, role=role, language=language, by=by)


def open_invitation(secret: str, *, now: datetime) -> Invitation | None:
    """Return the invitation behind `secret` if it can still be accepted."""
    digests = indexes_of("invitation", secret)
    return Invitation.objects.open(now=now).filter(digest__in=digests).first()


def accept(secret: str, *, username: str, password: str | None) -> User:
    """Make the invited person and their account; raise InvitationUsed or UsernameTaken.

    Without a password the account can only hold a passkey.
    """
    try:
        with transaction.atomic():
            invitation = Invitation.objects.spend(secret)
            person = Person.objects.create(
                name=invitation.name, role=invitation.role, language=invitation.language
            )
            return User.objects.create_user(username, password, person=person)
    except IntegrityError as err:
        raise UsernameTaken(username) from err


def deactivate(person: Person) -> None:
    """Shut `person` out at once, everywhere; raise LastCoordinator."""
    with transaction.atomic():
        keep_a_coordinator(person)
        Person.objects.filter(pk=person.pk).update(is_active=False)
        ApiToken.objects.filter(user__person=person).delete()
        end_sessions(person.accounts.all())
    person.refresh_from_db()


def reactivate(person: Person) -> None:
    """Let `person` sign in again with the factors they had."""
    Person.objects.filter(pk=person.pk).update(is_active=True)
    person.refresh_from_db()


def change_role(person: Person, role: str) -> None:
    """Give `person` another role; raise LastCoordinator."""
    with transaction.atomic():
        if role != Person.Role.COORDINATOR:
            keep_a_coordinator(person)
        Person.objects.filter(pk=person.pk).update(role=role)
    person.refresh_from_db()


def keep_a_coordinator(person: Person) -> None:
    """Raise LastCoordinator if `person` is the only active one; call in a transaction."""
    # Locking all of them keeps two coordinators from removing each other at once.
    coordinators = Person.objects.select_for_update().filter(
        role=Person.Role.COORDINATOR, is_active=True
    )
    if [other.pk for other in coordinators] == [person.pk]:
        raise LastCoordinator(f"person {person.pk}")


def lock(person: Person) -> None:
    """Let nobody else act for `person` until the transaction ends."""
    Person.objects.select_for_update().get(pk=person.pk)


__all__ = [
    "InvitationUsed",
    "LastCoordinator",
    "UsernameTaken",
    "accept",
    "change_role",
    "deactivate",
    "invite",
    "open_invitation",
    "reactivate",
]

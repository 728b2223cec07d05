"""Staff: persons, the accounts they sign in with, their shifts and invitations."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models.fields import SealedTextField
from alerts.models.keys import index_of, indexes_of, suppression_of


class Person(models.Model):
    """A member of the staff. Two accounts, tokens or keys of one person are one person."""

    class Role(models.TextChoices):
        VERIFIER = "verifier", _("Verifier")
        COORDINATOR = "coordinator", _("Coordinator")

    RIGHTS: dict[str, frozenset[str]] = {
        Role.VERIFIER: frozenset({"report", "read", "judge", "release"}),
        Role.COORDINATOR: frozenset({"report", "read", "judge", "release", "coordinate"}),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = SealedTextField()
    """What colleagues call them, at most 60 characters; a pseudonym is fine."""
    role = models.CharField(max_length=20, choices=Role, default=Role.VERIFIER)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    number = SealedTextField(null=True, blank=True)
    """E.164, for paging."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_paged_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.name)

    def may(self, right: str) -> bool:
        """Say whether the role holds `right`: report, read, judge, release or coordinate."""
        return self.is_active and right in self.RIGHTS[self.role]


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None, *, person: Person) -> "User":
        """Create an account of `person`; without a password it can only hold a passkey."""
        user = self.model(username=self.model.normalize_username(username), person=person)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # knox's
    """One way to sign in. No e-mail address, no real name."""

    username = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[\w.-]+\Z", _("Letters, digits, dots and hyphens only."))],
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username

    def may(self, right: str) -> bool:
        """Say whether the person behind this account holds `right`."""
        return self.is_active and self.person.may(right)


class InvitationUsed(Exception):
    """An invitation link that is spent, run out or never existed."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, *, now: datetime) -> Self:
        """Invitations somebody could still accept at `now`."""
        return self.filter(used_at=None, expires_at__gt=now)

    def invite(self, *, name: str, role: str, language: str, by: Person | None) -> str:
        """Create an invitation and return its secret, which nobody can be shown again.

        `by` is None for the first coordinator, whom nobody could invite.
        """
        secret = secrets.token_urlsafe(24)
        self.create(
            digest=index_of("invitation", secret),
            name=name,
            role=role,
            language=language,
            invited_by=by,
            expires_at=timezone.now() + Invitation.LIFE,
        )
        return secret

    def spend(self, secret: str) -> "Invitation":
        """Use the invitation behind `secret` up; raise InvitationUsed.

        Of two people with the same link, one gets in.
        """
        now = timezone.now()
        rows = self.filter(digest__in=indexes_of("invitation", secret))
        if not rows.open(now=now).update(used_at=now):
            raise InvitationUsed
        return rows.get()


class Invitation(models.Model):
    """A link by which one new member of the staff makes an account."""

    LIFE = timedelta(hours=48)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=32, unique=True)
    name = SealedTextField()
    role = models.CharField(max_length=20, choices=Person.Role)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.name}"


class ShiftQuerySet(models.QuerySet["Shift"]):
    def on_at(self, moment: datetime) -> Self:
        """Shifts that run at `moment`."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment, person__is_active=True)


class Shift(models.Model):
    """Somebody looks after the desk for some hours."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="shift_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="shift_now")]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d %H:%M}"


class HandOver(models.Model):
    """A note one shift leaves the next."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    body = SealedTextField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"note of {self.at:%Y-%m-%d %H:%M}"


def phone_digests(number: str) -> dict[str, str]:
    """Return the two digests that stand beside a sealed E.164 number."""
    return {"number_index": index_of("phone", number), "opt_out_digest": suppression_of(number)}

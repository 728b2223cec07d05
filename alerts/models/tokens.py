"""Keys to the API: hashed at rest, with scopes and an end."""

from typing import ClassVar

from django.db import models
from knox.models import AbstractAuthToken


class ApiToken(AbstractAuthToken):
    """One key of one account; it may do what its scopes and the person's role both allow."""

    SCOPES: ClassVar = ("report", "read", "judge", "release")

    scopes = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"key of {self.user}"

    def may(self, right: str) -> bool:
        """Say whether this key opens doors that ask for `right`."""
        return right in self.scopes and self.user.may(right)

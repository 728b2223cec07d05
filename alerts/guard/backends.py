"""Who a session belongs to, asked again at every request."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from alerts.models import User


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Knows accounts of active persons only, so that a deactivated person is out at once."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User) -> bool:
        return user.is_active and user.person.is_active

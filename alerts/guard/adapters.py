"""allauth, as we use it: nobody signs up by themselves, and factors are sealed at rest."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from alerts.models.fields import seal, unseal

FACTOR = "mfa_authenticator.secret"


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Accounts come from invitations and `manage.py create_coordinator` only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SealedFactorAdapter(DefaultMFAAdapter):
    """Keeps TOTP secrets and recovery seeds sealed: allauth stores them in clear by default."""

    def encrypt(self, text: str) -> str:
        return seal(text.encode(), where=FACTOR).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(bytes.fromhex(encrypted_text), where=FACTOR).decode()

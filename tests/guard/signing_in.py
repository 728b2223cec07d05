"""How a test signs somebody in: with a second factor, as every member of the staff must."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client

from alerts.models import User


def sign_in(client: Client, user: User) -> str:
    """Sign `user` in on `client` over https with an authenticator app; return its secret."""
    secret = enrol(user)
    over_https(client)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return secret


def enrol(user: User) -> str:
    """Give `user` an authenticator app, unless there is one; return its secret."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is not None:
        return totp.decrypt(app.data["secret"])
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_now(secret: str) -> str:
    """Return what the authenticator app with `secret` shows now."""
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def over_https(client: Client) -> Client:
    """Make every request of `client` a secure one: the product redirects others."""
    client.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    return client

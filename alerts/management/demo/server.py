"""One port for everything: pages and API, the receipt door, and the phone network."""

import contextlib
import signal
import time
from collections.abc import Generator, Sequence

from allauth.mfa import app_settings as mfa
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from uvicorn import Config, Server

from alerts.carriers.simulator import PhoneNetwork, simulator_app
from alerts.carriers.simulator.asgi import App, Receive, Scope, Send
from alerts.management.demo.seed import LANGUAGES, RESPONDERS, Access, phone

PREFIX = "/simulator"


class QuietServer(Server):
    """A uvicorn that returns on Ctrl-C, so that the rest of the process can end in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        # The stock one raises the signal again afterwards and skips every `finally`.
        handlers = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)


def phone_network(staff: Sequence[Access]) -> PhoneNetwork:
    """Return the demo's phone network, which knows each verifier's sign-in code."""
    languages = {phone(n): LANGUAGES[n % len(LANGUAGES)] for n in range(RESPONDERS)}
    return PhoneNetwork(
        account_sid=settings.TWILIO_ACCOUNT_SID,
        auth_token=settings.TWILIO_AUTH_TOKEN,
        service_sid=settings.TWILIO_MESSAGING_SERVICE_SID,
        number=settings.NETWORK_NUMBER,
        webhook_url=f"{settings.PUBLIC_URL}/twilio/sms/",
        token=settings.SIMULATOR_TOKEN,
        codes=lambda: [code_now(access) for access in staff],
        languages=lambda: languages,
    )


def code_now(access: Access) -> dict[str, object]:
    """Return the code the authenticator app of one member of staff would show now."""
    counter = int(time.time()) // mfa.TOTP_PERIOD
    return {
        "username": access.username,
        "password": access.password,
        "code": format_hotp_value(hotp_value(access.totp_secret, counter)),
    }


def everything(network: PhoneNetwork, pages: App) -> App:
    """Return one application: the phone network below its prefix, pages elsewhere."""
    phones = simulator_app(network, prefix=PREFIX)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        is_phone = scope["type"] == "http" and (scope["path"] + "/").startswith(PREFIX + "/")
        await (phones if is_phone else pages)(scope, receive, send)

    return app


def serve(app: App, *, port: int) -> None:
    """Answer on loopback until Ctrl-C."""
    config = Config(
        app,
        host="127.0.0.1",
        port=port,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    QuietServer(config).run()

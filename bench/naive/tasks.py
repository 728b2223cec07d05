"""The one task: read the row, call Twilio, write the row."""

from functools import lru_cache

from celery import shared_task
from django.conf import settings
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bench.naive.models import NaiveText


class ElsewhereClient(TwilioHttpClient):
    """Twilio's own client, sent to the simulator."""

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        url = url.replace("https://api.twilio.com", settings.TWILIO_API_URL)
        return super().request(method, url, *args, **kwargs)


def new_client() -> Client:
    return Client(
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=ElsewhereClient()
    )


kept_client = lru_cache(maxsize=1)(new_client)


@shared_task
def send(pk: int) -> None:
    """Send one text."""
    text = NaiveText.objects.get(pk=pk)
    client = kept_client() if settings.IS_TUNED else new_client()
    message = client.messages.create(to=text.number, from_=settings.FROM_NUMBER, body=text.body)
    text.status, text.sid = "sent", message.sid
    text.save()

"""The network's own activity: it moves texts on and tells our webhooks about them."""

import asyncio
import contextlib
from urllib.parse import urlencode

from alerts.carriers.connections import NoAnswer
from alerts.carriers.signature import sign
from alerts.carriers.simulator.client import Client
from alerts.carriers.simulator.messages import API_VERSION, Message, segments
from alerts.carriers.simulator.network import PhoneNetwork

SHORTEST_NAP = 0.005
API_URL = "https://api.twilio.com"


class Exchange:
    """Runs one PhoneNetwork on the event loop that first needs it."""

    def __init__(self, network: PhoneNetwork) -> None:
        self.network = network
        self.client: Client | None = None
        self.walker: asyncio.Task[None] | None = None
        self.callbacks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Have texts moved on until all are settled; cheap when that is already going on."""
        is_walking = self.walker is not None and not self.walker.done()
        if not is_walking and self.network.next_due() is not None:
            self.walker = asyncio.get_running_loop().create_task(self.walk())

    async def walk(self) -> None:
        """Move texts on as they become due."""
        while (due := self.network.next_due()) is not None:
            await asyncio.sleep(max(SHORTEST_NAP, due - self.network.clock()))
            for message in self.network.walk():
                if message.callback_url:
                    self.call_back(message)

    def call_back(self, message: Message) -> None:
        """Post the status of a text to its callback address, as the faults in force allow."""
        fields = callback_fields(message, self.network.account_sid)
        delay, times = 0.0, 1
        faults = self.network.faults
        if rule := faults.besides("callbacks", message.to):
            if faults.happens(rule.values["drop"]):
                return
            times += faults.happens(rule.values["duplicate"])
            delay = rule.values["delay_ms"] / 1000
            if faults.happens(rule.values["reorder"]):
                # Long enough for the next status of the same text to overtake this one.
                delay += self.network.delivered_after + 0.2
        for _ in range(times):
            task = asyncio.get_running_loop().create_task(
                self.post_callback(message.callback_url, fields, delay)
            )
            self.callbacks.add(task)
            task.add_done_callback(self.callbacks.discard)

    def count_in_flight(self, seconds: float) -> None:
        """Count a request that is answered only after some seconds."""
        stats = self.network.stats
        stats.in_flight += 1
        stats.most_in_flight = max(stats.most_in_flight, stats.in_flight)

        def answered() -> None:
            stats.in_flight -= 1

        asyncio.get_running_loop().call_later(seconds, answered)

    async def post_callback(self, url: str, fields: dict[str, str], delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        stats = self.network.stats
        try:
            status, _ = await self.post(url, fields)
        except NoAnswer:
            status = 0
        if 200 <= status < 300:
            stats.callbacks_sent += 1
        else:
            stats.callbacks_failed += 1

    async def post_inbound(self, message: Message, word: str) -> tuple[int, str]:
        """Post a text somebody sent to our webhook and return the status and body of the answer.

        Raise NoAnswer when there is none.
        """
        if not self.network.webhook_url:
            raise NoAnswer("no webhook is configured")
        fields = inbound_fields(message, word, self.network)
        status, body = await self.post(self.network.webhook_url, fields)
        return status, body.decode(errors="replace")

    async def post(self, url: str, fields: dict[str, str]) -> tuple[int, bytes]:
        """Post a signed form; the part of the address after # is for Twilio, not for the server."""
        url = url.partition("#")[0]
        if self.client is None:
            self.client = Client()
        signature = sign(
            url, ((name, (value,)) for name, value in fields.items()), self.network.auth_token
        )
        return await self.client.post(
            url, urlencode(fields).encode(), {"X-Twilio-Signature": signature}
        )

    async def close(self) -> None:
        """End what is going on."""
        tasks = [*self.callbacks, *([self.walker] if self.walker else [])]
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        if self.client:
            self.client.close()


def callback_fields(message: Message, account_sid: str) -> dict[str, str]:
    """Return the form Twilio posts when the status of a text changes.

    https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
    """
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "From": message.from_,
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "To": message.to,
    }
    if message.service_sid:
        fields["MessagingServiceSid"] = message.service_sid
    if message.error_code is not None:
        fields["ErrorCode"] = str(message.error_code)
    return fields


def inbound_fields(message: Message, word: str, network: PhoneNetwork) -> dict[str, str]:
    """Return the form Twilio posts when somebody texts our number.

    https://www.twilio.com/docs/messaging/guides/webhook-request
    """
    fields = {
        "AccountSid": network.account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.from_,
        "FromCity": "LOS ANGELES",
        "FromCountry": "US",
        "FromState": "CA",
        "FromZip": "90005",
        "MessageSid": message.sid,
        "NumMedia": str(len(message.attachments)),
        "NumSegments": str(segments(message.body)),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
        "ToCity": "LOS ANGELES",
        "ToCountry": "US",
        "ToState": "CA",
        "ToZip": "90005",
    }
    if message.service_sid:
        fields["MessagingServiceSid"] = message.service_sid
        # Only a Messaging Service with Advanced Opt-Out says which word it has answered.
        if word:
            fields["OptOutType"] = word
    start = f"{API_URL}/{API_VERSION}/Accounts/{network.account_sid}/Messages/{message.sid}/Media/"
    for index, attachment in enumerate(message.attachments):
        fields[f"MediaContentType{index}"] = attachment.content_type
        fields[f"MediaUrl{index}"] = start + attachment.sid
    return fields

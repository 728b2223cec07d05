"""What Twilio's API says about the account itself: its state, its number, its Messaging Service.

Read only, as much as `manage.py doctor` asks. In Twilio's world the Messaging Service stands on a
host of its own (messaging.twilio.com); here it has a path of its own.
"""

import json
from email.utils import formatdate
from urllib.parse import urlencode

from alerts.carriers.simulator.http import Answer, Request
from alerts.carriers.simulator.messages import API_VERSION, rfc2822
from alerts.carriers.simulator.network import PhoneNetwork

CREATED = rfc2822(1_700_000_000)


class AccountApi:
    """Answers about the account; `answer` returns None for any other path."""

    def __init__(self, network: PhoneNetwork) -> None:
        self.network = network
        self.account = f"/{API_VERSION}/Accounts/{network.account_sid}"

    def answer(self, request: Request) -> Answer | None:
        """Answer one request, whose credentials have been checked."""
        path, service = request.head.path, self.network.service_sid
        if path == f"{self.account}.json":
            return shown(self.about_account())
        if path == f"{self.account}/IncomingPhoneNumbers.json":
            return shown(self.about_numbers(request.query()))
        if service and path == f"/v1/Services/{service}":
            return shown(self.about_service())
        return None

    def about_account(self) -> dict[str, object]:
        sid = self.network.account_sid
        return {
            "auth_token": None,
            "date_created": CREATED,
            "date_updated": CREATED,
            "friendly_name": "A phone network in a box",
            "owner_account_sid": sid,
            "sid": sid,
            "status": "active",
            "subresource_uris": {"messages": f"{self.account}/Messages.json"},
            "type": "Full",
            "uri": f"{self.account}.json",
        }

    def about_numbers(self, query: dict[str, str]) -> dict[str, object]:
        number = self.network.number
        # Twilio finds parts of numbers too.
        is_asked = query.get("PhoneNumber", "") in number
        uri = f"{self.account}/IncomingPhoneNumbers.json?{urlencode({**query, 'Page': 0})}"
        return {
            "end": 0,
            "first_page_uri": uri,
            "next_page_uri": None,
            "page": 0,
            "page_size": 50,
            "previous_page_uri": None,
            "start": 0,
            "uri": uri,
            "incoming_phone_numbers": [self.about_number()] if is_asked else [],
        }

    def about_number(self) -> dict[str, object]:
        sid = "PN" + "0" * 32
        return {
            "account_sid": self.network.account_sid,
            "address_sid": None,
            "address_requirements": "none",
            "api_version": API_VERSION,
            "beta": False,
            "capabilities": {"voice": False, "sms": True, "mms": True, "fax": False},
            "date_created": CREATED,
            "date_updated": CREATED,
            "friendly_name": self.network.number,
            "identity_sid": None,
            "phone_number": self.network.number,
            "origin": "twilio",
            "sid": sid,
            "sms_application_sid": None,
            "sms_fallback_method": "POST",
            "sms_fallback_url": None,
            "sms_method": "POST",
            "sms_url": self.network.webhook_url or None,
            "status_callback": None,
            "status_callback_method": "POST",
            "trunk_sid": None,
            "uri": f"{self.account}/IncomingPhoneNumbers/{sid}.json",
            "voice_receive_mode": "voice",
            "voice_application_sid": None,
            "voice_caller_id_lookup": False,
            "voice_fallback_method": "POST",
            "voice_fallback_url": None,
            "voice_method": "POST",
            "voice_url": None,
            "emergency_status": "Inactive",
            "emergency_address_sid": None,
            "emergency_address_status": "unregistered",
            "bundle_sid": None,
            "status": "in-use",
            "type": "local",
        }

    def about_service(self) -> dict[str, object]:
        sid = self.network.service_sid
        return {
            "sid": sid,
            "account_sid": self.network.account_sid,
            "friendly_name": "A messaging service in a box",
            "date_created": "2023-11-14T22:13:20Z",
            "date_updated": "2023-11-14T22:13:20Z",
            "inbound_request_url": self.network.webhook_url or None,
            "inbound_method": "POST",
            "use_inbound_webhook_on_number": False,
            "url": f"https://messaging.twilio.com/v1/Services/{sid}",
        }


def shown(data: dict[str, object]) -> Answer:
    """Return an answer with the time of day, which Twilio's answers carry."""
    date = ("Date", formatdate(usegmt=True))
    return Answer(200, json.dumps(data).encode(), headers=(date,))

"""Twilio's words for what became of a text, in ours.

https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
"""

from alerts.carriers.base import CarrierStatus

OURS: dict[str, CarrierStatus] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "partially_delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
"""Texts to us (`receiving`, `received`) are not here: nothing becomes of those."""

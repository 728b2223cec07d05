"""What exists: sealed fields, states, transitions and querysets live here."""

from alerts.models.alerts import Alert, AlertStatus, AlertText, Answer, Delivery, Wave
from alerts.models.house import Bucket, Heartbeat, Lease
from alerts.models.incidents import (
    AlreadyClaimed,
    AlreadyJudged,
    Event,
    Incident,
    IncidentStatus,
    Verification,
    WhatItWas,
)
from alerts.models.kinds import Kind
from alerts.models.messages import Attachment, InboundText, Message, SeenMessage
from alerts.models.network import Network
from alerts.models.outbound import Outbound, OutboundStatus, SkipReason
from alerts.models.people import HandOver, Invitation, InvitationUsed, Person, Shift, User
from alerts.models.places import Area, AreaCell, Place
from alerts.models.reports import Photo, Report, ReportReceipt
from alerts.models.responders import Consent, OptOut, Responder, Zone
from alerts.models.states import WrongState
from alerts.models.tokens import ApiToken

__all__ = [
    "Alert",
    "AlertStatus",
    "AlertText",
    "AlreadyClaimed",
    "AlreadyJudged",
    "Answer",
    "ApiToken",
    "Area",
    "AreaCell",
    "Attachment",
    "Bucket",
    "Consent",
    "Delivery",
    "Event",
    "HandOver",
    "Heartbeat",
    "InboundText",
    "Incident",
    "IncidentStatus",
    "Invitation",
    "InvitationUsed",
    "Kind",
    "Lease",
    "Message",
    "Network",
    "OptOut",
    "Outbound",
    "OutboundStatus",
    "Person",
    "Photo",
    "Place",
    "Report",
    "ReportReceipt",
    "Responder",
    "SeenMessage",
    "Shift",
    "SkipReason",
    "User",
    "Verification",
    "Wave",
    "WhatItWas",
    "WrongState",
    "Zone",
]

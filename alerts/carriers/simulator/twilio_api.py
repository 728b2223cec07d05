"""Twilio's Messages API: create, list, fetch, redact, delete, and the media of a text.

Answers have the shape of Twilio's OpenAPI description; it describes no errors, so those follow
Twilio's error pages (https://www.twilio.com/docs/api/errors).
"""

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from alerts.carriers.credentials import basic_auth
from alerts.carriers.simulator.account_api import AccountApi
from alerts.carriers.simulator.exchange import Exchange
from alerts.carriers.simulator.faults import Rule
from alerts.carriers.simulator.http import Answer, Request
from alerts.carriers.simulator.messages import API_VERSION, FINAL, Message
from alerts.carriers.simulator.network import PhoneNetwork

ROOT = f"/{API_VERSION}/"
ROOTS = (ROOT, "/v1/")
MAX_PAGE_SIZE = 1000
MAX_CHARACTERS = 1600
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")

MESSAGES = {
    20001: (400, "Invalid parameter"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20009: (409, "Cannot delete this resource before it is completed"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    21211: (400, "The 'To' number {to} is not a valid phone number."),
    21266: (400, "'To' and 'From' number cannot be the same"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided is not a valid, message-capable number."),
    21609: (400, "The 'StatusCallback' URL {url} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21701: (404, "The Messaging Service does not exist"),
    90007: (400, "The ValidityPeriod is not valid"),
}


class TwilioApi:
    """Answers requests below `/2010-04-01/` and `/v1/`."""

    def __init__(self, network: PhoneNetwork, exchange: Exchange) -> None:
        self.network = network
        self.exchange = exchange
        self.account = AccountApi(network)
        account = f"{ROOT}Accounts/{network.account_sid}"
        self.messages_path = f"{account}/Messages.json"
        self.message_path = re.compile(
            rf"{account}/Messages/(?P<sid>(?:SM|MM)[0-9a-fA-F]{{32}})"
            r"(?:\.json|/Media/(?P<media>ME[0-9a-f]{32}))"
        )
        self.credentials = {
            basic_auth(user, password)
            for user, password in (
                (network.account_sid, network.auth_token),
                (network.api_key, network.api_secret),
            )
            if user and password
        }

    def answer(self, request: Request) -> Answer:
        """Answer one request to the API."""
        network, head = self.network, request.head
        if head.headers.get("authorization") not in self.credentials:
            return error(20003)
        if network.faults.beside and network.faults.besides("unauthorized_401"):
            return error(20003)
        if head.path == self.messages_path:
            if head.method == "POST":
                return self.create(request)
            return self.list_page(request) if head.method == "GET" else error(20004)
        if head.method == "GET" and (about_us := self.account.answer(request)):
            return about_us
        match = self.message_path.fullmatch(head.path)
        message = network.by_sid.get(match["sid"]) if match else None
        if match is None or message is None or message.is_deleted:
            return not_found(head.path)
        if match["media"]:
            return attachment(message, match["media"]) or not_found(head.path)
        return self.answer_about(message, request)

    def answer_about(self, message: Message, request: Request) -> Answer:
        """Fetch, change or delete one text."""
        method = request.head.method
        if method == "GET":
            return self.show(200, message)
        if method == "POST":
            return self.change(message, request.form())
        if method != "DELETE":
            return error(20004)
        if message.status not in FINAL:
            return error(20009)
        self.network.delete(message)
        return Answer(204)

    def change(self, message: Message, form: dict[str, str]) -> Answer:
        """Redact a text, or cancel it while it is queued."""
        if form == {"Body": ""}:
            self.network.redact(message)
        elif form == {"Status": "canceled"} and message.status in {"accepted", "queued"}:
            self.network.cancel(message)
        else:
            return error(20001)
        return self.show(200, message)

    def create(self, request: Request) -> Answer:
        """Take a text, unless it is refused or a fault strikes."""
        stats = self.network.stats
        form = request.form()
        if code := self.refusal(form):
            answer = error(code, to=form.get("To", ""), url=form.get("StatusCallback", ""))
        else:
            faults = self.network.faults
            rule = faults.on(form["To"]) if faults.on_create else None
            answer = self.struck(rule, form) if rule else self.show(201, self.take(form))
            if faults.beside and (late := faults.besides("delay_ms", form["To"])):
                answer.delay += late.values["ms"] / 1000
            if answer.delay:
                self.exchange.count_in_flight(answer.delay)
        stats.answers[answer.status] += 1
        return answer

    def refusal(self, form: dict[str, str]) -> int:
        """Return why Twilio would refuse this text, 0 if it would not."""
        network = self.network
        to, body, service = form.get("To"), form.get("Body"), form.get("MessagingServiceSid")
        if not to:
            return 21604
        if service and service != network.service_sid:
            return 21701
        if not service and "From" not in form:
            return 21603
        if not service and form["From"] != network.number:
            return 21606
        if to == network.number:
            return 21266
        if not network.is_phone(to):
            return 21211
        if to in network.blocked:
            return 21610
        if not body and "MediaUrl" not in form:
            return 21602
        if body and len(body) > MAX_CHARACTERS:
            return 21617
        return options_refusal(form)

    def take(self, form: dict[str, str]) -> Message:
        """Take a text that is not refused."""
        message = self.network.take(
            form["To"],
            form.get("Body", ""),
            service_sid=form.get("MessagingServiceSid", ""),
            callback_url=form.get("StatusCallback", ""),
        )
        self.exchange.wake()
        return message

    def struck(self, rule: Rule, form: dict[str, str]) -> Answer:
        """Answer a create request that a fault strikes."""
        if rule.fault == "throttle_429":
            return error(20429)
        if rule.fault == "error_500":
            return error(20500)
        if rule.fault == "reset_before":
            return Answer(0, is_cut=True)
        earlier = self.network.messages[-1] if self.network.messages else None
        answer = self.show(201, self.take(form))
        if rule.fault == "accepted_500":
            return error(20500)
        if rule.fault == "reset_after_accept":
            return Answer(0, is_cut=True)
        if rule.fault == "garbage_201":
            return Answer(201, b"<html>\x00 It works! {", "text/html")
        if rule.fault == "duplicate_sid" and earlier:
            return self.show(201, earlier)
        if rule.fault == "hang":
            answer.delay = rule.values["seconds"]
        return answer

    def show(self, status: int, message: Message) -> Answer:
        return Answer(status, message.as_json(self.network.account_sid).encode())

    def list_page(self, request: Request) -> Answer:
        """List texts, newest first, page by page."""
        network = self.network
        if network.faults.besides("list_off"):
            return error(20500)
        query = request.query()
        size, page = query.get("PageSize", "50"), query.get("Page", "0")
        if not (size.isdecimal() and page.isdecimal() and int(size) > 0):
            return error(20001)
        per_page, number = min(int(size), MAX_PAGE_SIZE), int(page)
        filters = {name: query[name] for name in FILTERS if name in query}
        found = [each for each in self.candidates(filters) if passes(each, filters)]
        start = number * per_page
        shown = found[start : start + per_page]
        has_more = len(found) > start + per_page

        def uri(at: int) -> str:
            fields = {**filters, "PageSize": str(per_page), "Page": str(at)}
            return f"{self.messages_path}?{urlencode(fields)}"

        envelope = {
            "end": start + max(0, len(shown) - 1),
            "first_page_uri": uri(0),
            "next_page_uri": uri(number + 1) if has_more else None,
            "page": number,
            "page_size": per_page,
            "previous_page_uri": uri(number - 1) if number else None,
            "start": start,
            "uri": uri(number),
        }
        messages = ", ".join(each.as_json(network.account_sid) for each in shown)
        return Answer(200, f'{json.dumps(envelope)[:-1]}, "messages": [{messages}]}}'.encode())

    def candidates(self, filters: dict[str, str]) -> list[Message]:
        """Return texts newest first: those of one phone if the filters name one."""
        network = self.network
        for name in ("To", "From"):
            if name in filters and filters[name] != network.number:
                return network.by_phone.get(filters[name], [])[::-1]
        return network.messages[::-1]


def options_refusal(form: dict[str, str]) -> int:
    """Return why Twilio would refuse what is optional in a text, 0 if it would not."""
    period = form.get("ValidityPeriod", "36000")
    if not period.isdecimal() or not 1 <= int(period) <= 36_000:
        return 90007
    url = form.get("StatusCallback")
    if url is not None and not leads_to_a_host("/".join(url.split("/", 3)[:3])):
        return 21609
    return 0


@lru_cache(maxsize=256)
def leads_to_a_host(origin: str) -> bool:
    """Say whether Twilio would call an address that begins with `origin`: scheme and host."""
    split = urlsplit(origin)
    return split.scheme in {"http", "https"} and "_" not in (split.hostname or "_")


def passes(message: Message, filters: dict[str, str]) -> bool:
    """Say whether a text passes the filters of a list; one not sent yet passes no DateSent."""
    if message.is_deleted:
        return False
    if filters.get("To", message.to) != message.to:
        return False
    if filters.get("From", message.from_) != message.from_:
        return False
    if not filters.keys() - {"To", "From"}:
        return True
    if message.sent_at is None:
        return False
    day = day_of(message.sent_at)
    return (
        filters.get("DateSent", day)[:10] == day
        and filters.get("DateSent<", day)[:10] >= day
        and filters.get("DateSent>", day)[:10] <= day
    )


def day_of(at: float) -> str:
    """Return a moment's date in UTC, as YYYY-MM-DD."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def attachment(message: Message, sid: str) -> Answer | None:
    """Return the file of a text, None if it has no such file."""
    for each in message.attachments:
        if each.sid == sid:
            return Answer(200, each.content, each.content_type)
    return None


def error(code: int, **values: str) -> Answer:
    """Return one of Twilio's errors."""
    status, message = MESSAGES[code]
    return error_answer(status, code, message.format(**values) if values else message)


def not_found(path: str) -> Answer:
    """Return Twilio's answer about something that does not exist."""
    return error_answer(404, 20404, f"The requested resource {path} was not found")


def error_answer(status: int, code: int, message: str) -> Answer:
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return Answer(status, json.dumps(body).encode())

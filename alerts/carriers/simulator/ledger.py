"""A ledger file: everything that happens, one JSON object a line, and a network that recalls it."""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from alerts.carriers.simulator.keywords import keyword_in
from alerts.carriers.simulator.messages import Attachment, Message
from alerts.carriers.simulator.network import Entry, PhoneNetwork

ONLY_US = 0o600


def remember(network: PhoneNetwork, path: Path, *, is_flushed: bool = True) -> TextIO:
    """Replay the ledger at `path`, if there is one, and append all that happens from now on.

    Texts that were on their way go on. Faults are not remembered. Each line is written at once
    unless `is_flushed` is false, for a benchmark; close the returned file at the end.
    """
    for entry in entries_in(path):
        replay(network, entry)
    network.resume()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, ONLY_US)
    file = os.fdopen(descriptor, "a", buffering=1 if is_flushed else -1, encoding="utf-8")
    if os.path.getsize(path) and not ends_with_a_line(path):
        file.write("\n")

    def write(entry: Entry) -> None:
        file.write(json.dumps(entry) + "\n")

    network.on_entry = write
    return file


def entries_in(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the entries of a ledger; a line that was cut off by the end of the process is none."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                yield entry


def ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"


def replay(network: PhoneNetwork, entry: dict[str, Any]) -> None:
    """Let one entry happen again, without telling anybody."""
    event = entry.get("event")
    if event == "reset":
        network.forget()
    elif event == "text":
        replay_text(network, entry)
    elif message := network.by_sid.get(str(entry.get("sid"))):
        if event == "status":
            message.status = entry["status"]
            message.error_code = entry["code"]
            message.updated_at = entry["at"]
            if message.status == "sent":
                message.sent_at = entry["at"]
        elif event == "redacted":
            message.is_redacted = True
        elif event == "deleted":
            message.is_deleted = True


def replay_text(network: PhoneNetwork, entry: dict[str, Any]) -> None:
    message = Message(
        seq=entry["seq"],
        sid=entry["sid"],
        to=entry["to"],
        from_=entry["from"],
        body=entry["body"],
        direction=entry["direction"],
        status=entry["status"],
        created_at=entry["at"],
        callback_url=entry.get("callback_url", ""),
        service_sid=entry.get("service_sid", ""),
        attachments=tuple(
            Attachment(each["sid"], each["content_type"], base64.b64decode(each["data"]))
            for each in entry.get("media", ())
        ),
    )
    network.seq = max(network.seq, message.seq)
    network.keep(message)
    if message.direction == "inbound":
        is_blocked = message.from_ in network.blocked
        network.heed(message.from_, keyword_in(message.body, is_blocked=is_blocked))

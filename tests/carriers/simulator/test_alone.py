"""`python -m alerts.carriers.simulator`: a process of its own, without Django's settings."""

import asyncio
import json
import os
import signal
import sys

import pytest

from alerts.carriers.base import Text
from alerts.carriers.twilio import TwilioCarrier
from tests.carriers.conftest import ACCOUNT, ANA, AUTH_TOKEN, NETWORK_NUMBER

COMMAND = [sys.executable, "-m", "alerts.carriers.simulator", "--port", "0"]


@pytest.fixture
async def start():
    running = []

    async def start(*options: str) -> tuple[str, asyncio.subprocess.Process]:
        environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        environment |= {"TWILIO_AUTH_TOKEN": AUTH_TOKEN, "TWILIO_ACCOUNT_SID": ACCOUNT}
        environment["TWILIO_MESSAGING_SERVICE_SID"] = ""
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *options, stdout=asyncio.subprocess.PIPE, env=environment
        )
        running.append(process)
        async with asyncio.timeout(30):
            line = (await process.stdout.readline()).decode()
        return line.split()[-1].rstrip("/"), process

    yield start
    for process in running:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_it_runs_alone_and_keeps_a_ledger(start, tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text('{"event": "from an earlier run"}\n')
    url, process = await start(
        "--ledger", str(ledger), "--sent-after", "0", "--delivered-after", "0"
    )
    carrier = TwilioCarrier(
        account_sid=ACCOUNT,
        username=ACCOUNT,
        password=AUTH_TOKEN,
        number=NETWORK_NUMBER,
        api_url=url,
    )

    outcome = await carrier.send(Text(ANA, "안녕"))
    async with asyncio.timeout(30):
        while "delivered" not in ledger.read_text():
            await asyncio.sleep(0.05)
    await carrier.close()
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        assert await process.wait() == 0

    entries = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert [entry["event"] for entry in entries] == [
        "from an earlier run",
        "text",
        "status",
        "status",
    ]
    assert (entries[1]["sid"], entries[1]["body"]) == (outcome.sid, "안녕")


async def test_it_says_what_it_needs(start):
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stderr=asyncio.subprocess.PIPE,
        env={k: v for k, v in os.environ.items() if not k.startswith("TWILIO")},
    )
    _, said = await process.communicate()

    assert process.returncode == 1
    assert b"--auth-token" in said

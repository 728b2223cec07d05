"""Run the phone network alone: `python -m alerts.carriers.simulator --port 8001 ...`."""

import argparse
import asyncio
import contextlib
import gc
import os
import signal
from pathlib import Path
from typing import TextIO

import uvloop

from alerts.carriers.simulator.door import serve
from alerts.carriers.simulator.ledger import remember
from alerts.carriers.simulator.network import PhoneNetwork
from alerts.carriers.simulator.site import Site

FLUSH_SECONDS = 0.2


def arguments() -> argparse.Namespace:
    """Read the command line; secrets may stand in the environment instead."""
    parser = argparse.ArgumentParser(
        prog="python -m alerts.carriers.simulator", description=__doc__
    )
    add, env = parser.add_argument, os.environ.get
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=8001, help="0 takes a free one; the address is printed")
    add("--webhook", default="", help="where inbound texts are posted")
    add("--number", default="+12135550100", help="the network's own number")
    add("--account-sid", default=env("TWILIO_ACCOUNT_SID", "AC" + "0" * 32))
    add("--auth-token", default=env("TWILIO_AUTH_TOKEN", ""), help="signs what is posted")
    add("--service-sid", default=env("TWILIO_MESSAGING_SERVICE_SID", ""))
    add("--api-key", default=env("TWILIO_API_KEY", ""))
    add("--api-secret", default=env("TWILIO_API_SECRET", ""))
    add("--token", default=env("SIMULATOR_TOKEN", ""), help="opens the control API")
    add("--ledger", type=Path, help="file to recall texts from and append them to, in JSON lines")
    add("--sent-after", type=float, default=0.2, metavar="SECONDS")
    add("--delivered-after", type=float, default=0.8, metavar="SECONDS")
    add("--benchmark-numbers", action="store_true", help="phones +1 555 xxx xxxx exist too")
    return parser.parse_args()


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    network = PhoneNetwork(
        account_sid=options.account_sid,
        auth_token=options.auth_token,
        number=options.number,
        webhook_url=options.webhook,
        token=options.token,
        service_sid=options.service_sid,
        api_key=options.api_key,
        api_secret=options.api_secret,
        sent_after=options.sent_after,
        delivered_after=options.delivered_after,
        has_benchmark_phones=options.benchmark_numbers,
    )
    with contextlib.ExitStack() as stack:
        ledger = None
        if options.ledger:
            ledger = stack.enter_context(remember(network, options.ledger, is_flushed=False))
        await serve_until_told(network, options, ledger)


async def serve_until_told(
    network: PhoneNetwork, options: argparse.Namespace, ledger: TextIO | None
) -> None:
    site = Site(network)
    site.exchange.wake()
    server = await serve(site.answer, host=options.host, port=options.port)
    port = server.sockets[0].getsockname()[1]
    print(f"Phone network at http://{options.host}:{port}/", flush=True)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    while not ended.is_set():
        if ledger:
            ledger.flush()
        try:
            await asyncio.wait_for(ended.wait(), FLUSH_SECONDS if ledger else None)
        except TimeoutError:
            continue
    server.close()
    await site.exchange.close()


def main() -> None:
    """Run the simulator on uvloop."""
    options = arguments()
    # Texts are kept and form no cycles: looking through them again and again took a sixth of
    # the time.
    gc.set_threshold(100_000, 50, 1_000)
    if not options.auth_token:
        raise SystemExit("Give --auth-token or set TWILIO_AUTH_TOKEN.")
    uvloop.run(run(options))


if __name__ == "__main__":
    main()

"""How the network posts callbacks and inbound texts: signed forms over kept connections."""

import asyncio
from urllib.parse import SplitResult, urlsplit

from alerts.carriers.connections import NoAnswer, NotConnected, Pool

MAX_CONNECTIONS = 64
# Twilio waits 15 seconds for a webhook.
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
SECONDS = 15.0
# Application servers keep idle connections for five seconds and more.
IDLE_SECONDS = 2.0
MAX_ANSWER = 1024 * 1024


class Client:
    """Posts forms to any address; for one event loop."""

    def __init__(self) -> None:
        self.pools: dict[tuple[str, str], Pool] = {}
        self.places = asyncio.Semaphore(MAX_CONNECTIONS)

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Post a form and return the status and body of the answer; raise NoAnswer without one."""
        split = urlsplit(url)
        try:
            async with self.places:
                return await self.pool_for(split).ask(request_bytes(split, body, headers))
        except (NotConnected, ValueError) as err:
            raise NoAnswer("no connection") from err

    def pool_for(self, split: SplitResult) -> Pool:
        """Return the connections to the host of a URL; raise ValueError if it has none."""
        key = (split.scheme, split.netloc)
        if key not in self.pools:
            self.pools[key] = Pool(
                f"{split.scheme}://{split.netloc}",
                connect_seconds=SECONDS,
                answer_seconds=SECONDS,
                idle_seconds=IDLE_SECONDS,
                max_answer=MAX_ANSWER,
            )
        return self.pools[key]

    def close(self) -> None:
        """Close the kept connections."""
        for pool in self.pools.values():
            pool.close()


def request_bytes(split: SplitResult, body: bytes, headers: dict[str, str]) -> bytes:
    """Return a POST as it goes over the wire."""
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {split.netloc.rpartition('@')[2]}",
        "User-Agent: TwilioProxy/1.1",
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

"""Answer a container's health check with an exit code, without starting Django.

    python -m deploy.healthy http 8000 /readyz     the server on this port says 200
    python -m deploy.healthy beat pump             this worker did something lately

A worker that only has a process number may still be deaf: what counts is the row it writes
after a doorbell went all the way through Redis.
"""

import http.client
import os
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

import psycopg

HTTP_SECONDS = 5
BEAT_SECONDS = 30
AGE = "SELECT extract(epoch FROM now() - at) FROM alerts_heartbeat WHERE name = %s"


def answers(port: int, path: str) -> str:
    """Return "" when the server on `port` answers `path` with 200, else what is wrong."""
    # The server knows only its public name and, behind the proxy, only https.
    public = urlsplit(os.environ["PUBLIC_URL"])
    headers = {"Host": public.netloc, "X-Forwarded-Proto": public.scheme}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HTTP_SECONDS)
    try:
        connection.request("GET", path, headers=headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as err:
        return f"port {port}: {type(err).__name__}"
    finally:
        connection.close()
    return "" if status == http.client.OK else f"{path} answered {status}"


def beats(name: str) -> str:
    """Return "" when the heartbeat row of `name` is younger than BEAT_SECONDS, else why not."""
    try:
        with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=HTTP_SECONDS) as database:
            row = database.execute(AGE, [name]).fetchone()
    except psycopg.Error as err:
        return f"database: {type(err).__name__}"
    if row is None:
        return f"{name} never showed a sign of life"
    return "" if row[0] <= BEAT_SECONDS else f"{name}: last sign of life {row[0]:.0f} s ago"


def main(arguments: Sequence[str]) -> int:
    """Do the check named on the command line; print what is wrong and return 1."""
    match arguments:
        case ["http", port, path]:
            wrong = answers(int(port), path)
        case ["beat", name]:
            wrong = beats(name)
        case _:
            wrong = str(__doc__)
    if wrong:
        print(wrong)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

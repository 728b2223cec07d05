"""Whether this run has a Redis of its own (REDIS_URL), as `make test-services` gives it."""

import os

import pytest

needs_redis = pytest.mark.skipif(
    not os.environ.get("REDIS_URL"), reason="needs Redis: run `make test-services`"
)


def redis_url() -> str:
    """Return the address of the Redis of this run."""
    return os.environ["REDIS_URL"]

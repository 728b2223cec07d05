"""What a first visit to /report/ weighs over the wire, without the map."""

import gzip
import re
import urllib.request
from dataclasses import dataclass
from urllib.parse import urljoin

LINKED = re.compile(r'<(?:link[^>]+?href|script[^>]+?src|img[^>]+?src)="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of one file as they travel."""

    path: str
    bytes: int


def first_load(url: str, headers: dict[str, str]) -> list[Weight]:
    """Fetch the page at `url` and what it links, compressed where the server compresses."""
    page, size = fetch(url, headers)
    weights = [Weight(re.sub(r"^https?://[^/]+", "", url), size)]
    for link in dict.fromkeys(LINKED.findall(page.decode())):
        _content, size = fetch(urljoin(url, link), headers)
        weights.append(Weight(link, size))
    return weights


def fetch(url: str, headers: dict[str, str]) -> tuple[bytes, int]:
    """Return what stands at `url`, and how many bytes travelled, headers included."""
    request = urllib.request.Request(  # noqa: S310 - our own server
        url, headers={**headers, "Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        body = answer.read()
        is_packed = answer.headers.get("Content-Encoding") == "gzip"
        return gzip.decompress(body) if is_packed else body, len(body) + len(str(answer.headers))

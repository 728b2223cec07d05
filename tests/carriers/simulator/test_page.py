"""The phones page: one file each, nothing inline, nothing for strangers."""

import re
from html.parser import HTMLParser

import pytest

FILES = {"": "text/html", "phones.css": "text/css", "phones.js": "text/javascript"}


async def page(phones, path: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
    async with phones.session.get(f"{phones.url}/{path}", headers=headers) as answer:
        return answer.status, dict(answer.headers), await answer.text()


class Outline(HTMLParser):
    """What a page links to, what stands inline, and what its controls are called."""

    def __init__(self) -> None:
        super().__init__()
        self.files, self.inline, self.ids, self.labelled = [], [], set(), set()
        self.inside = ""

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.inside = tag
        self.files += [attrs[name] for name in ("src", "href") if name in attrs]
        self.inline += [name for name in attrs if name == "style" or name.startswith("on")]
        self.ids.add(attrs.get("id"))
        self.labelled.add(attrs.get("for"))

    def handle_data(self, data):
        if self.inside in {"script", "style"} and data.strip():
            self.inline.append(data)


@pytest.mark.parametrize("path", FILES)
async def test_it_serves_its_own_files_safely(phones, path):
    status, headers, _ = await page(phones, path)

    assert status == 200
    assert headers["Content-Type"].startswith(FILES[path])
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


async def test_it_has_nothing_inline_and_nothing_foreign(phones):
    _, _, text = await page(phones)
    outline = Outline()
    outline.feed(text)

    assert outline.inline == []
    assert sorted(outline.files) == ["data:,", "phones.css", "phones.js"]


async def test_it_labels_every_box(phones):
    _, _, text = await page(phones)
    outline = Outline()
    outline.feed(text)

    assert {"from", "body", "photo"} <= outline.ids & outline.labelled


async def test_it_gives_the_page_the_token_and_the_number(phones):
    phones.network.token = 'a"<b>'

    _, _, text = await page(phones)

    assert '<meta name="simulator-token" content="a&quot;&lt;b&gt;">' in text
    assert '<meta name="network-number" content="+12135550100">' in text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
async def test_it_answers_on_this_machine(phones, host):
    assert (await page(phones, Host=host))[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""])
async def test_it_gives_its_token_to_no_other_host(phones, host):
    status, _, text = await page(phones, Host=host)

    assert status == 403
    assert phones.network.token not in text


async def test_it_rings_only_where_motion_is_welcome(phones):
    _, _, css = await page(phones, "phones.css")

    outside = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{.*", "", css, flags=re.S)
    assert "animation" in css
    assert "animation" not in outside
    assert "prefers-color-scheme: dark" in css


@pytest.mark.parametrize("path", ["phones.html", "../network.py", "favicon.ico", "%2e%2e/door.py"])
async def test_it_serves_nothing_else(phones, path):
    assert (await page(phones, path))[0] == 404


async def test_it_is_only_looked_at(phones):
    async with phones.session.post(f"{phones.url}/") as answer:
        assert answer.status == 405

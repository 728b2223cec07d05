"""The report form: photos, bad input, load."""

import gzip
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as live
from django.test import Client
from django.utils import timezone

from alerts.intake import photos
from alerts.models import Bucket, Photo, Report
from tests.guard.signing_in import over_https
from tests.intake.conftest import bomb, photo_file
from tests.intake.filling import TYPED, send, slowly


# -- Photos ----------------------------------------------------------------------------------------
def test_it_keeps_up_to_four_photos(neighbour: Client, media_dir: Path) -> None:
    answer = send(neighbour, photos=[photo_file(colour=c) for c in ("red", "blue")])
    assert answer.status_code == 302
    assert Photo.objects.filter(report=Report.objects.get()).count() == 2
    assert len(list(media_dir.iterdir())) == 2
    send(neighbour, text="again", photos=[photo_file() for _ in range(6)])
    assert Photo.objects.count() == 2 + 4


def test_it_keeps_the_report_of_somebody_who_picks_many_photos(
    neighbour: Client, media_dir: Path
) -> None:
    answer = send(neighbour, photos=[photo_file() for _ in range(50)])
    assert Report.objects.get().photos.count() == 4
    assert "Four photos can be sent at once" in neighbour.get(answer["Location"]).content.decode()


def test_it_keeps_the_report_of_a_broken_photo_and_says_so(
    neighbour: Client, media_dir: Path
) -> None:
    broken = photo_file()
    broken.truncate(200)
    answer = send(neighbour, photos=[broken, photo_file()])
    assert Report.objects.get().photos.count() == 1
    page = neighbour.get(answer["Location"]).content.decode()
    assert "One photo could not be read" in page


def test_it_keeps_the_report_of_a_photo_that_is_too_large(
    neighbour: Client, media_dir: Path
) -> None:
    large = photo_file()
    large.seek(11 * 1024 * 1024)
    large.write(b"x")
    large.seek(0)
    answer = send(neighbour, photos=[large])
    assert Report.objects.get().photos.count() == 0
    assert "10 MB" in neighbour.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bomb(12_000), "too many pixels"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"<script>alert(1)</script>", "could not be read"),
    ],
)
@pytest.mark.skipif("HEIF" in photos.FORMATS, reason="pillow-heif is installed")
def test_it_keeps_the_report_of_a_hostile_photo_and_says_so(
    neighbour: Client, media_dir: Path, content: bytes, said: str
) -> None:
    answer = send(neighbour, photos=[BytesIO(content), photo_file()])

    assert Report.objects.get().photos.count() == 1
    assert said in neighbour.get(answer["Location"]).content.decode()


def test_it_keeps_nothing_of_a_second_file_behind_a_photo(
    neighbour: Client, verifier: Client, media_dir: Path
) -> None:
    hidden = b"<script>alert(1)</script>PK\x03\x04"
    photo = BytesIO(photo_file().getvalue() + hidden)
    photo.name = "photo.html"
    send(neighbour, photos=[photo])

    shown = verifier.get(f"/desk/photos/{Photo.objects.get().pk}/")

    content = b"".join(shown) if shown.streaming else shown.content
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert content.startswith(b"\xff\xd8")
    assert b"script" not in content


def test_it_leaves_no_file_behind_when_the_report_fails(
    neighbour: Client, media_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.intake.receiving.gather", lambda _report: 1 / 0)
    neighbour.raise_request_exception = False
    assert send(neighbour, photos=[photo_file()]).status_code == 500
    assert not list(media_dir.iterdir())
    assert not Report.objects.exists()


# -- Bad input and load ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        {"text": "\0\0"},
        {"text": "   "},
        {"text": "x" * 4_001},
        {"place": "x" * 201},
        {"size": "x" * 201},
        {"saw_it": "perhaps"},
    ],
)
def test_it_says_what_is_wrong_and_keeps_the_rest(neighbour: Client, typed: dict[str, str]) -> None:
    answer = send(neighbour, **{"place": "6th and Vermont", **typed})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "text", ["🚨🚨", "ICE\0 at 8th", "\u202eraid", "가" * 4_000, "<script>alert(1)</script>", "1"]
)
def test_it_takes_strange_words(neighbour: Client, text: str) -> None:
    assert send(neighbour, text=text).status_code == 302
    assert "\0" not in Report.objects.get().text


def test_it_shows_strange_words_harmlessly(neighbour: Client) -> None:
    page = neighbour.post(
        "/report/", {**TYPED, "place": "<script>alert(1)</script>", "token": slowly()}
    ).content.decode()
    assert "<script>alert" not in page


def test_it_names_the_number_to_text_when_too_many_come_from_one_network(
    neighbour: Client, settings: Any
) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        codes = [send(neighbour, text=f"report {n}").status_code for n in range(60)]
        answer = send(neighbour, text="one more")
    assert set(codes) == {302}
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "(213) 555-0100" in page and "sms:+12135550100" in page
    assert 'value="one more"' in page
    assert Report.objects.count() == 60


def test_it_stores_no_network_address(neighbour: Client) -> None:
    send(neighbour, REMOTE_ADDR="203.0.113.77")
    keys = list(Bucket.objects.values_list("key", flat=True))
    assert keys and not any("203" in key for key in keys if len(key) < 20)
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)


def test_it_wants_a_form_of_our_own_site(db: None) -> None:
    strict = over_https(Client(enforce_csrf_checks=True))
    answer = strict.post("/report/", {**TYPED, "token": slowly(), "step": "send"})
    assert answer.status_code == 403
    assert not Report.objects.exists()


def test_it_takes_a_form_with_its_token(db: None) -> None:
    strict = over_https(Client(enforce_csrf_checks=True))
    page = strict.get("/report/").content.decode()
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    typed = {**TYPED, "token": slowly(), "step": "send", "csrfmiddlewaretoken": csrf}
    answer = strict.post("/report/", typed, headers={"Origin": live.PUBLIC_URL})
    assert answer.status_code == 302


def test_it_is_never_kept_by_a_cache(neighbour: Client) -> None:
    assert "no-store" in neighbour.get("/report/")["Cache-Control"]


def test_it_weighs_less_than_30_kilobytes(neighbour: Client) -> None:
    """The first load without the map: page, style sheet, icon and scripts, compressed."""
    page = neighbour.get("/report/").content
    paths = set(re.findall(rb'(?:href|src)="/static/([^"?]+)"', page))
    names = [re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", path.decode()) for path in paths]
    files = [(Path(live.BASE_DIR) / "static" / name).read_bytes() for name in names]
    assert len(files) >= 3
    weight = sum(len(gzip.compress(content, 6)) for content in [page, *files])
    assert weight <= 30 * 1024
    assert b"leaflet.js" not in b"".join(re.findall(rb"<script[^>]*>", page))


@pytest.mark.parametrize("path", ["/", "/report/"])
def test_it_shows_public_pages(neighbour: Client, path: str) -> None:
    answer = neighbour.get(path)
    assert answer.status_code == 200
    assert b"Koreatown Rapid Response Network" in answer.content


def test_it_names_the_number_on_the_home_page(neighbour: Client, settings: Any) -> None:
    assert b"sms:+12135550100" in neighbour.get("/").content
    settings.NETWORK_NUMBER = ""
    assert b"sms:" not in neighbour.get("/").content


def test_it_looks_the_form_up_with_few_queries(
    neighbour: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    neighbour.get("/report/")
    with django_assert_max_num_queries(2):
        neighbour.get("/report/")

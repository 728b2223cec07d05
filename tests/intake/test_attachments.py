"""Photos that came with a text."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from alerts.carriers import media
from alerts.intake.sweeping import remove_orphans, sweep
from alerts.intake.tasks import fetch_media
from alerts.models import Attachment, InboundText, Photo, Report
from alerts.triage.threads import ask
from tests.intake.conftest import photo_file

URL = "https://api.twilio.com/2010-04-01/Accounts/AC{0}/Messages/MM{0}/Media/ME{0}"
ONE_PHOTO = {"NumMedia": "1", "MediaUrl0": URL.format("0" * 32), "MediaContentType0": "image/jpeg"}


@pytest.fixture
def at_carrier(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What lies at the carrier: bytes, or an exception; returns the addresses asked for."""

    def lies(what: bytes | Exception) -> list[str]:
        asked: list[str] = []

        async def fetch(url: str) -> tuple[str, bytes]:
            asked.append(url)
            if isinstance(what, Exception):
                raise what
            return "image/jpeg", what

        monkeypatch.setattr(media, "fetch_media", fetch)
        return asked

    return lies


def due_again() -> None:
    Attachment.objects.update(due_at=timezone.now())


def test_it_owes_the_photo_before_it_answers(text_in: Callable[..., Any]) -> None:
    assert text_in("ICE at 6th and Vermont", **ONE_PHOTO).status_code == 200
    attachment = Attachment.objects.get()
    assert attachment.url == ONE_PHOTO["MediaUrl0"]
    assert attachment.text.report == Report.objects.get()


def test_it_keeps_the_photo_with_the_report(
    text_in: Callable[..., Any], at_carrier: Callable[..., list[str]], media_dir: Path
) -> None:
    asked = at_carrier(photo_file().getvalue())
    text_in("ICE at 6th and Vermont", **ONE_PHOTO)
    fetch_media(str(Attachment.objects.get().pk))
    photo = Photo.objects.get()
    assert asked == [ONE_PHOTO["MediaUrl0"]]
    assert photo.report == Report.objects.get()
    assert photo.content()[:2] == b"\xff\xd8"
    assert not Attachment.objects.exists()


def test_it_fetches_once_when_rung_twice(
    text_in: Callable[..., Any], at_carrier: Callable[..., list[str]], media_dir: Path
) -> None:
    asked = at_carrier(photo_file().getvalue())
    text_in("ICE at 6th and Vermont", **ONE_PHOTO)
    pk = str(Attachment.objects.get().pk)
    fetch_media(pk)
    fetch_media(pk)
    assert len(asked) == Photo.objects.count() == 1


def test_it_takes_a_photo_without_words(text_in: Callable[..., Any]) -> None:
    text_in("", **ONE_PHOTO)
    assert Attachment.objects.get().text.report == Report.objects.get()


@pytest.mark.parametrize("body", ["AYUDA", "JOIN", "ALTO"])
def test_it_takes_a_photo_with_a_word_of_ours_as_a_report_too(
    text_in: Callable[..., Any], body: str
) -> None:
    text_in(body, **ONE_PHOTO)
    assert Attachment.objects.get().text.report == Report.objects.get()


def test_it_takes_four_photos_of_one_text(text_in: Callable[..., Any]) -> None:
    many = {f"MediaUrl{n}": URL.format(f"{n}" * 32) for n in range(8)}
    text_in("ICE at 6th and Vermont", NumMedia="8", **many)
    assert Attachment.objects.count() == 4


def test_it_tries_again_later_when_the_carrier_is_away(
    text_in: Callable[..., Any], at_carrier: Callable[..., list[str]], media_dir: Path
) -> None:
    text_in("ICE at 6th and Vermont", **ONE_PHOTO)
    pk = str(Attachment.objects.get().pk)
    asked = at_carrier(media.MediaUnavailable())
    fetch_media(pk)
    fetch_media(pk)
    assert len(asked) == 1
    waiting = Attachment.objects.get()
    assert (waiting.tries, waiting.why_not) == (1, "")
    assert waiting.due_at > timezone.now()

    due_again()
    at_carrier(photo_file().getvalue())
    fetch_media(pk)
    assert Photo.objects.count() == 1


def test_it_gives_up_in_the_end(
    text_in: Callable[..., Any], at_carrier: Callable[..., list[str]]
) -> None:
    text_in("ICE at 6th and Vermont", **ONE_PHOTO)
    at_carrier(media.MediaUnavailable())
    for _ in range(Attachment.MOST_TRIES + 1):
        due_again()
        fetch_media(str(Attachment.objects.get().pk))
    attachment = Attachment.objects.get()
    assert (attachment.why_not, attachment.tries) == ("unavailable", Attachment.MOST_TRIES + 1)


def test_it_gives_up_what_makes_the_worker_stumble(
    text_in: Callable[..., Any], at_carrier: Callable[..., list[str]]
) -> None:
    text_in("ICE at 6th and Vermont", **ONE_PHOTO)
    at_carrier(RuntimeError("unforeseen"))
    for _ in range(Attachment.MOST_TRIES):
        due_again()
        with pytest.raises(RuntimeError):
            fetch_media(str(Attachment.objects.get().pk))
    due_again()
    fetch_media(str(Attachment.objects.get().pk))
    assert Attachment.objects.get().why_not == "unavailable"


@pytest.mark.parametrize(
    ("what", "why"), [(media.MediaRefused("no"), "refused"), (b"no photo", "unreadable")]
)
def test_it_gives_up_at_once_where_trying_again_cannot_help(
    text_in: Callable[..., Any], at_carrier: Callable[..., list[str]], what: Any, why: str
) -> None:
    text_in("ICE at 6th and Vermont", **ONE_PHOTO)
    at_carrier(what)
    fetch_media(str(Attachment.objects.get().pk))
    assert Attachment.objects.get().why_not == why
    assert Report.objects.count() == 1


def test_it_never_goes_to_an_address_that_is_not_the_carriers(
    text_in: Callable[..., Any],
) -> None:
    text_in("x at 6th and Vermont", NumMedia="1", MediaUrl0="http://169.254.169.254/latest/")
    fetch_media(str(Attachment.objects.get().pk))
    assert Attachment.objects.get().why_not == "refused"


def test_it_passes_over_an_attachment_that_is_gone(db: None) -> None:
    fetch_media("00000000-0000-4000-8000-000000000000")

    assert not Attachment.objects.exists()


def test_the_sweep_rings_for_what_a_lost_bell_left(
    text_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    text_in("ICE at 6th and Vermont", **ONE_PHOTO)
    rung: list[str] = []
    monkeypatch.setattr("alerts.intake.sweeping.ring", lambda _task, pk: rung.append(pk))
    assert sweep(timezone.now()) == 1
    assert rung == [str(Attachment.objects.get().pk)]
    Attachment.objects.update(why_not="refused")
    assert sweep(timezone.now()) == 0


def test_the_sweep_removes_files_without_a_row(
    text_in: Callable[..., Any], at_carrier: Callable[..., list[str]], media_dir: Path
) -> None:
    at_carrier(photo_file().getvalue())
    text_in("ICE at 6th and Vermont", **ONE_PHOTO)
    fetch_media(str(Attachment.objects.get().pk))
    kept = next(media_dir.iterdir())
    for name in ("00000000-0000-4000-8000-000000000000.sealed", "notes.sealed", "notes.txt"):
        (media_dir / name).write_bytes(b"x")
    assert remove_orphans(timezone.now()) == 0
    assert remove_orphans(timezone.now() + timedelta(hours=2)) == 1
    left = {path.name for path in media_dir.iterdir()}
    assert left == {kept.name, "notes.sealed", "notes.txt"}


def test_the_sweep_looks_for_files_once_an_hour(
    db: None, media_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Any] = []
    monkeypatch.setattr("alerts.intake.sweeping.remove_orphans", looks.append)
    now = timezone.now()
    for minutes in (0, 1, 59, 61):
        sweep(now + timedelta(minutes=minutes))
    assert len(looks) == 2


def test_it_shows_a_photo_sent_to_the_desk_with_the_latest_report(
    text_in: Callable[..., Any],
    at_carrier: Callable[..., list[str]],
    make_person: Callable[..., Any],
    media_dir: Path,
) -> None:
    text_in("ICE at 6th and Vermont")
    ask(Report.objects.get(), by=make_person(), words="A photo?")
    at_carrier(photo_file().getvalue())
    text_in("here it is", **ONE_PHOTO)
    assert InboundText.objects.order_by("received_at").last().reading == "thread"
    fetch_media(str(Attachment.objects.get().pk))
    assert Photo.objects.get().report == Report.objects.get()

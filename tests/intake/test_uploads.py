"""Files people send stay in memory and within limits."""

from io import BytesIO

import pytest
from django.core.files.uploadhandler import StopUpload
from django.http import HttpRequest
from django.test import RequestFactory

from alerts.intake import uploads
from alerts.intake.uploads import BoundedMemoryUploadHandler, TooLarge


def uploaded(*sizes: int, text: str = "hello") -> HttpRequest:
    """A request with the field `text` and one file of each size."""
    files = []
    for size in sizes:
        file = BytesIO(b"x" * size)
        file.name = "photo.jpg"
        files.append(file)
    return RequestFactory().post("/report/", {"text": text, "photos": files})


def test_it_keeps_files_in_memory() -> None:
    request = uploaded(1_000, 200_000)
    files = request.FILES.getlist("photos")
    assert [file.size for file in files] == [1_000, 200_000]
    assert all(isinstance(file.file, BytesIO) for file in files)
    assert files[1].read() == b"x" * 200_000
    assert isinstance(request.upload_handlers[0], BoundedMemoryUploadHandler)


def test_it_throws_one_large_file_away_and_keeps_the_form() -> None:
    request = uploaded(1_000, uploads.MOST_BYTES_EACH + 1, 2_000)
    first, large, last = request.FILES.getlist("photos")
    assert isinstance(large, TooLarge) and large.read() == b""
    assert (first.size, last.size) == (1_000, 2_000)
    assert last.read() == b"x" * 2_000
    assert request.POST["text"] == "hello"


def test_it_takes_files_up_to_the_limit() -> None:
    request = uploaded(uploads.MOST_BYTES_EACH)
    assert not isinstance(request.FILES["photos"], TooLarge)


def test_it_limits_all_files_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 300_000)
    files = uploaded(200_000, 200_000, 50_000).FILES.getlist("photos")
    assert [isinstance(file, TooLarge) for file in files] == [False, True, False]


def test_it_loses_patience_with_a_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE_BYTES", 500_000)
    request = uploaded(300_000, 300_000)
    assert request.POST["text"] == "hello"
    assert len(request.FILES.getlist("photos")) < 2
    handler = BoundedMemoryUploadHandler()
    handler.seen = 500_000
    with pytest.raises(StopUpload):
        handler.receive_data_chunk(b"x", 0)
